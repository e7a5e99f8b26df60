"""The Celery side: one task that runs one row of the outbox."""

from celery import shared_task

from bihuan.core.jobs import services


@shared_task(name="bihuan.run_job", ignore_result=True)  # type: ignore[untyped-decorator]
def run_job(job_id: int) -> None:
    """Claim and run a job; a row that another worker holds is left to it."""
    job = services.claim(job_id)
    if job is not None:
        services.run(job)

"""Writing jobs, taking them, running them."""

import logging
import secrets
import traceback
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from bihuan.core.activity.services import record
from bihuan.core.jobs.models import Job, JobState, Schedule
from bihuan.core.jobs.registry import kinds
from bihuan.core.policy.queries import one_look
from bihuan.core.rows.services import insert

logger = logging.getLogger(__name__)
OPEN_STATES = [JobState.WAITING, JobState.RUNNING]
FIRST_RETRY = timedelta(seconds=5)
LAST_RETRY = timedelta(hours=1)


class GiveUp(Exception):
    """Raised by a handler when another try cannot help; the message is shown to people."""


class LeaseLost(Exception):
    """Another worker has taken the job over; this one must stop writing."""


class Progress:
    """What a running job reports; every report also renews its lease."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def report(self, done: int, total: int = 0, message: str = "") -> None:
        """Show progress to people and keep the lease; raise LeaseLost when the job is no longer ours."""
        mine = Job.objects.filter(pk=self.job.pk, state=JobState.RUNNING, lease_token=self.job.lease_token)
        if not mine.update(progress=done, total=total, message=message[:2000], due_at=_lease_end()):
            raise LeaseLost(str(self.job))


def _lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


def enqueue(
    kind: str,
    payload: dict[str, Any] | None = None,
    *,
    key: str | None = None,
    due_at: datetime | None = None,
    by: AbstractBaseUser | None = None,
) -> Job:
    """Write a job in the caller's transaction; it runs after the commit.

    A second job with the same ``key`` is not written: the first one is returned.
    """
    if kind not in kinds:
        raise KeyError(kind)
    row = _row(kind, payload, key, due_at, by)
    if key is None:
        insert([row])
        return row
    Job.objects.bulk_create([row], ignore_conflicts=True)
    return Job.objects.get(key=key)


def enqueue_many(kind: str, payloads: Iterable[dict[str, Any]]) -> int:
    """Write many jobs of a kind with one statement per thousand."""
    rows = Job.objects.bulk_create([_row(kind, item, None, None, None) for item in payloads], batch_size=1000)
    return len(rows)


def _row(
    kind: str,
    payload: dict[str, Any] | None,
    key: str | None,
    due_at: datetime | None,
    by: AbstractBaseUser | None,
) -> Job:
    return Job(
        kind=kind,
        payload=payload or {},
        key=key,
        due_at=due_at or timezone.now(),
        created_by_id=by.pk if by else None,
    )


def due(now: datetime, limit: int) -> QuerySet[Job]:
    """Rows whose time has come, or whose worker did not come back within its lease."""
    return Job.objects.filter(state__in=OPEN_STATES, due_at__lte=now).order_by("due_at")[:limit]


def claim(job_id: int, now: datetime | None = None) -> Job | None:
    """Take a due job; of many workers that try, one gets it."""
    token = secrets.token_hex(16)
    taken = Job.objects.filter(pk=job_id, state__in=OPEN_STATES, due_at__lte=now or timezone.now()).update(
        state=JobState.RUNNING, lease_token=token, due_at=_lease_end(), attempts=F("attempts") + 1
    )
    return Job.objects.get(pk=job_id) if taken else None


def run(job: Job) -> None:
    """Run a claimed job once and write how it ended; never raises for what the handler did."""
    kind = kinds.get(job.kind)
    try:
        if kind is None:
            raise GiveUp(f"unknown kind {job.kind}")
        if job.attempts > kind.max_attempts:
            raise GiveUp("the worker died at every try")
        with one_look():
            result = kind.handler(job.payload, Progress(job))
    except LeaseLost:
        logger.warning("job %s was taken over by another worker", job.pk)
    except Exception as error:
        logger.exception("job %s (%s) failed", job.pk, job.kind)
        last = isinstance(error, GiveUp) or kind is None or job.attempts >= kind.max_attempts
        _fail(job, error, last=last)
    else:
        _succeed(job, result)


def _succeed(job: Job, result: Any) -> None:
    """A turn leaves its result with its schedule, or the empty looks of a year would bury what people asked for."""
    if not job.is_turn:
        _finish(job, state=JobState.DONE, result=result, finished_at=timezone.now())
        return
    mine = Job.objects.filter(pk=job.pk, lease_token=job.lease_token, state=JobState.RUNNING)
    with transaction.atomic():
        if mine.delete()[0]:
            _tell_schedule(job, JobState.DONE, "")


def _tell_schedule(job: Job, state: JobState, message: str) -> None:
    Schedule.objects.filter(kind=job.kind).update(last_at=timezone.now(), last_state=state, last_message=message)


def _finish(job: Job, **fields: Any) -> None:
    Job.objects.filter(pk=job.pk, lease_token=job.lease_token, state=JobState.RUNNING).update(lease_token="", **fields)


def _fail(job: Job, error: Exception, *, last: bool) -> None:
    text = str(error) if isinstance(error, GiveUp) else "".join(traceback.format_exception_only(error))
    if job.is_turn:
        _tell_schedule(job, JobState.FAILED, text[:2000])
    if last:
        kind = kinds.get(job.kind)
        if kind and kind.on_failure:
            kind.on_failure(job.payload, text[:300])
        _finish(job, state=JobState.FAILED, message=text[:2000], finished_at=timezone.now())
        return
    wait = min(FIRST_RETRY * 2 ** (job.attempts - 1), LAST_RETRY)
    _finish(job, state=JobState.WAITING, message=text[:2000], due_at=timezone.now() + wait)


@transaction.atomic
def retry(*, job: Job, by: AbstractBaseUser | None) -> bool:
    """Let a failed job be tried again at once; returns whether it had failed."""
    taken = Job.objects.filter(pk=job.pk, state=JobState.FAILED).update(
        state=JobState.WAITING, due_at=timezone.now(), attempts=0, finished_at=None
    )
    if taken:
        record(subject=job, verb="job.retried", by=by, data={"kind": job.kind, "message": job.message[:300]})
    return bool(taken)


@transaction.atomic
def switch_schedule(*, schedule: Schedule, enabled: bool, by: AbstractBaseUser | None) -> None:
    """Switch a schedule on or off; switched on it takes its turn at once."""
    Schedule.objects.filter(pk=schedule.pk).update(enabled=enabled, next_at=timezone.now())
    record(subject=schedule, verb="schedule.switched", by=by, data={"kind": schedule.kind, "enabled": enabled})


def ensure_schedules() -> None:
    """Make sure that every scheduled kind has its row; an administrator's own interval stays."""
    now = timezone.now()
    rows = [
        Schedule(kind=kind.name, every_seconds=kind.every_seconds, next_at=now)
        for kind in kinds.values()
        if kind.every_seconds
    ]
    Schedule.objects.bulk_create(rows, ignore_conflicts=True)


def take_turns(now: datetime | None = None) -> int:
    """Enqueue every schedule whose turn has come; the key makes a turn happen once among many schedulers."""
    moment = now or timezone.now()
    taken = 0
    for schedule in Schedule.objects.filter(enabled=True, next_at__lte=moment):
        if schedule.kind not in kinds:
            continue
        following = moment + timedelta(seconds=schedule.every_seconds)
        with transaction.atomic():
            mine = Schedule.objects.filter(pk=schedule.pk, next_at=schedule.next_at).update(next_at=following)
            if mine and not Job.objects.filter(kind=schedule.kind, state__in=OPEN_STATES).exists():
                enqueue(schedule.kind, {}, key=f"{schedule.kind}@{schedule.next_at.isoformat()}")
                taken += 1
    return taken

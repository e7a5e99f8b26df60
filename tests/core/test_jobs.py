"""Jobs: nothing lost when a worker dies, nothing done twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from bihuan.core.jobs import services
from bihuan.core.jobs.models import Job, Schedule
from bihuan.core.jobs.registry import job, kinds
from bihuan.core.jobs.relay import run_due

pytestmark = pytest.mark.django_db
done: list[dict[str, Any]] = []
failures: list[str] = []


@pytest.fixture(autouse=True)
def _kinds() -> Any:
    done.clear()
    failures.clear()
    job("test.good")(lambda payload, progress: done.append(payload))
    job("test.turn", every_seconds=60)(lambda payload, progress: done.append(payload))

    @job("test.bad", max_attempts=2, on_failure=lambda payload, message: failures.append(message))
    def bad(payload: dict[str, Any], progress: services.Progress) -> None:
        raise ValueError("no")

    yield
    for name in ("test.good", "test.bad", "test.turn"):
        kinds.pop(name)


def test_a_job_whose_worker_died_is_taken_again_after_its_lease() -> None:
    row = services.enqueue("test.good", {"n": 1})
    assert services.claim(row.pk) is not None
    assert services.claim(row.pk) is None
    Job.objects.filter(pk=row.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    assert run_due() == 1
    assert done == [{"n": 1}]


def test_the_first_worker_cannot_write_after_another_took_over() -> None:
    row = services.enqueue("test.good", {})
    first = services.claim(row.pk)
    Job.objects.filter(pk=row.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    second = services.claim(row.pk)
    assert first is not None
    assert second is not None
    with pytest.raises(services.LeaseLost):
        services.Progress(first).report(1, 2)
    services.Progress(second).report(1, 2)


def test_a_failing_job_is_tried_later_and_then_given_up_with_its_reason() -> None:
    row = services.enqueue("test.bad", {})
    for state in ("waiting", "failed"):
        Job.objects.filter(pk=row.pk).update(due_at=timezone.now())
        run_due()
        row.refresh_from_db()
        assert row.state == state
    assert len(failures) == 1
    assert "ValueError: no" in row.message


def test_a_job_that_kills_its_worker_every_time_is_put_aside() -> None:
    row = services.enqueue("test.bad", {})
    for _death in range(2):
        Job.objects.filter(pk=row.pk).update(due_at=timezone.now() - timedelta(seconds=1))
        services.claim(row.pk)
    Job.objects.filter(pk=row.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    run_due()
    row.refresh_from_db()
    assert (row.state, row.message) == ("failed", "the worker died at every try")


def test_the_same_key_is_one_job() -> None:
    assert services.enqueue("test.good", {}, key="k").pk == services.enqueue("test.good", {}, key="k").pk


def test_many_schedulers_take_a_turn_once() -> None:
    services.ensure_schedules()
    Schedule.objects.exclude(kind="test.turn").update(enabled=False)
    now = timezone.now() + timedelta(seconds=1)
    assert [services.take_turns(now) for _scheduler in range(3)] == [1, 0, 0]
    assert Job.objects.filter(kind="test.turn").count() == 1


def turned(kind: str) -> Schedule:
    """Let one schedule take its turn and run it."""
    services.ensure_schedules()
    Schedule.objects.exclude(kind=kind).update(enabled=False)
    services.take_turns(timezone.now() + timedelta(seconds=1))
    run_due()
    return Schedule.objects.get(kind=kind)


def test_a_turn_that_went_well_leaves_its_result_with_the_schedule_and_no_job() -> None:
    row = turned("test.turn")
    assert done == [{}]
    assert (row.last_state, row.last_message, row.last_at is not None) == ("done", "", True)
    assert not Job.objects.exists()


def test_a_turn_that_fails_is_seen_with_its_schedule_and_among_the_jobs() -> None:
    def bad(payload: dict[str, Any], progress: services.Progress) -> None:
        raise services.GiveUp("the mailbox does not answer")

    job("test.turn", every_seconds=60)(bad)
    row = turned("test.turn")
    assert (row.last_state, row.last_message) == ("failed", "the mailbox does not answer")
    assert [(left.state, left.message) for left in Job.objects.all()] == [("failed", "the mailbox does not answer")]
    job("test.turn", every_seconds=60)(lambda payload, progress: None)
    services.retry(job=Job.objects.get(), by=None)
    run_due()
    row.refresh_from_db()
    assert (row.last_state, Job.objects.count()) == ("done", 0)

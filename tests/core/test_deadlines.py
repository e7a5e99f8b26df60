"""Milestones: started, stopped, paused, warned, missed once, escalated by levels."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bihuan.core.activity.models import Activity
from bihuan.core.activity.services import record
from bihuan.core.deadlines.models import Deadline
from bihuan.core.deadlines.sweep import sweep
from bihuan.core.jobs.relay import run_due
from bihuan.core.notify.models import Notification
from bihuan.service.desk.models import Case
from bihuan.service.desk.services import closing, registration, talk, triage
from tests.cast import Cast
from tests.service.story import accepted, agreed, diagnosed, proposed, triaged

pytestmark = pytest.mark.django_db


def deadline(case: Case, code: str, cycle: int = 1) -> Deadline:
    return Deadline.objects.exclude(state="void").get(
        subject_type="desk.case", subject_id=case.pk, code=code, cycle=cycle
    )


def test_misuse_is_answered_in_24_hours_and_a_defect_in_48(cast: Cast) -> None:
    """SLA-01, SLA-02, TRI-11: the judgement chooses the clocks; judged again, the others fall away."""
    case = triaged(cast, cast.case(), nature="misuse")
    assert deadline(case, "misuse_answer").due_at == case.complained_at + timedelta(hours=24)
    assert not Deadline.objects.filter(subject_id=case.pk, code="defect_answer").exists()
    triage.triage_case(case=case, by=cast.bob, values={"nature": "defect"})
    assert Deadline.objects.get(subject_id=case.pk, code="misuse_answer").state == "void"
    assert deadline(case, "defect_answer").due_at == case.complained_at + timedelta(hours=48)


def test_contact_and_answer_are_two_milestones(cast: Cast) -> None:
    """SLA-02, D14: a contact stops the first clock, the answer the second."""
    case = triaged(cast, cast.case())
    talk.reply(case=case, by=cast.alice, text="稍后答复", purpose=talk.Purpose.CONTACT, means="phone")
    assert (deadline(case, "second_contact").state, deadline(case, "defect_answer").state) == ("met", "open")
    talk.reply(case=case, by=cast.alice, text="答复如下", means="phone")
    assert deadline(case, "defect_answer").state == "met"


def test_a_complaint_has_its_plan_in_72_hours(cast: Cast) -> None:
    """SLA-08, D11: the plan of a complaint has its own clock of 72 hours."""
    case = triaged(cast, cast.case(service_type="complaint"))
    assert deadline(case, "complaint_plan").due_at == case.complained_at + timedelta(hours=72)


def test_severe_problems_are_looked_at_in_working_days(cast: Cast) -> None:
    """SLA-09, D12: general and severe problems have different limits, counted in working days."""
    general, severe = triaged(cast, cast.case()), triaged(cast, cast.case(), severity=3)
    codes = {
        pk: set(Deadline.objects.filter(subject_id=pk).values_list("code", flat=True)) for pk in (general.pk, severe.pk)
    }
    assert "investigation" in codes[general.pk]
    assert "preliminary_investigation" not in codes[general.pk]
    assert "preliminary_investigation" in codes[severe.pk]


def test_while_the_customer_is_waited_for_the_clock_stands_still(cast: Cast) -> None:
    """SLA-12: the pause is derived from the history, and its time does not count."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        case = triaged(cast, cast.case())
        due = deadline(case, "defect_answer").due_at
        clock.shift(timedelta(hours=2))
        talk.wait_for_customer(case=case, by=cast.alice, reason="等客户照片")
        assert deadline(case, "defect_answer").due_at is None
        clock.shift(timedelta(hours=30))
        talk.resume(case=case, by=cast.alice)
        assert due is not None
        assert deadline(case, "defect_answer").due_at == due + timedelta(hours=30)


def test_a_limit_is_warned_of_missed_once_and_escalated_by_levels(cast: Cast) -> None:
    """SLA-12: before the limit a warning, at the limit one miss, then the named roles, level by level."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        case = triaged(cast, cast.case(), severity=1)
        seen = []
        for hours in (30, 20, 25):
            clock.shift(timedelta(hours=hours))
            sweep()
            sweep()
            run_due()
            row = deadline(case, "defect_answer")
            seen.append((row.warned_at is not None, row.breached_at is not None, row.escalation_level))
        assert seen == [(False, False, 0), (True, True, 1), (True, True, 2)]
    verbs = Activity.objects.filter(subject_id=case.pk, data__code="defect_answer").values_list("verb", flat=True)
    assert sorted(verbs) == ["deadline.breached", "deadline.escalated", "deadline.escalated"]
    assert Notification.objects.filter(user=cast.grace, level="urgent", title__contains="48").count() == 1


def test_a_corrected_time_of_complaint_moves_the_clocks_that_count_from_it(cast: Cast) -> None:
    """SLA-03, D13: the clock starts at the complaint, also when its time is corrected later."""
    case = triaged(cast, cast.case())
    earlier = case.complained_at - timedelta(hours=6)
    triage.edit_case(case=case, by=cast.alice, values={"complained_at": earlier})
    assert deadline(case, "defect_answer").due_at == earlier + timedelta(hours=48)


def test_a_reopened_case_has_new_clocks_and_keeps_the_old_results(cast: Cast) -> None:
    """ACC-12: reopening is a new cycle; what the first one showed is never overwritten."""
    case = accepted(cast, agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case())))))
    first = list(
        Deadline.objects.filter(subject_id=case.pk, cycle=1).order_by("pk").values_list("code", "state", "ended_at")
    )
    closing.reopen_case(case=case, by=cast.bob, reason="又响了")
    triage.triage_case(case=case, by=cast.bob, values={"nature": "defect", "urgency": 3})
    again = Deadline.objects.filter(subject_id=case.pk, cycle=2)
    assert again.filter(code="defect_answer").exists()
    assert (
        list(
            Deadline.objects.filter(subject_id=case.pk, cycle=1).order_by("pk").values_list("code", "state", "ended_at")
        )
        == first
    )


def milestones(case: Case) -> list[tuple[object, ...]]:
    rows = Deadline.objects.filter(subject_type="desk.case", subject_id=case.pk).order_by("code")
    return list(rows.values_list("code", "state", "starts_at", "due_at", "warn_at", "next_check_at", "ended_at"))


@pytest.mark.parametrize("channel", ["phone", "email"])
def test_what_is_worked_out_before_the_case_is_written_is_what_follows_its_journal(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, channel: str
) -> None:
    """SLA-01, INT-30: a new case has its milestones and its next due time, whichever is written first."""
    with time_machine.travel(timezone.now(), tick=False):
        before = cast.case(channel=channel)
        monkeypatch.setattr(registration, "foresee", lambda *args: None)
        after = cast.case(channel=channel)
    assert milestones(before) == milestones(after) != []
    due = [row[3] for row in milestones(before) if row[1] == "open"]
    assert Case.objects.get(pk=before.pk).next_due_at == Case.objects.get(pk=after.pk).next_due_at == min(due)
    assert ("met" in {row[1] for row in milestones(before)}) == (channel == "phone")


def test_what_no_clock_waits_for_reads_no_milestones(cast: Cast) -> None:
    case = triaged(cast, cast.case())
    with CaptureQueriesContext(connection) as captured:
        record(subject=case, verb="case.looked_at", by=cast.bob)
    assert not [query for query in captured.captured_queries if "deadlines_deadline" in query["sql"]]

"""Many at once on PostgreSQL: one visit for a turn of a plan, one for a case of a proposal, one entry from a phone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bihuan.core.jobs.relay import run_due
from bihuan.service.desk.models import Case
from bihuan.service.visits.models import CarePlan, FieldReport, PhoneEntry, Visit
from bihuan.service.visits.services import planning
from bihuan.service.visits.services.caring import make_due
from bihuan.service.visits.services.dispatching import accept, ask_for_day
from bihuan.service.visits.services.handing_in import Written, hand_in
from tests.cast import Cast
from tests.servers.at_once import together
from tests.service.test_care import plan_values
from tests.service.test_routes import next_working_day
from tests.service.visiting import planned, qualified, report_values, working_case

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("needs_threads")]


def test_six_workers_make_one_visit_of_a_turn_on_postgresql(cast: Cast) -> None:
    """WO-33: the plan moves on once, with one case and one visit."""
    plan = CarePlan.objects.create(**plan_values(cast))
    due = plan.next_on
    assert sum(together(lambda _thread: make_due())) == 1
    plan.refresh_from_db()
    assert (Visit.objects.count(), Case.objects.count(), plan.next_on) == (1, 1, due + timedelta(days=90))


def test_six_dispatchers_accept_one_proposal_once_on_postgresql(cast: Cast) -> None:
    """WO-18: of six who accept the same day, each case gets one visit."""
    qualified(cast, cast.erik)
    case = working_case(cast)
    job = ask_for_day(day=next_working_day(), by=cast.bob)
    run_due()
    job.refresh_from_db()
    found = together(lambda _thread: accept(proposal=job, chosen={case.number}, by=cast.bob))
    assert sum(len(done) for done, _refused in found) == 1
    assert Visit.objects.count() == 1


def test_six_arrivals_of_one_entry_count_once_on_postgresql(cast: Cast) -> None:
    """WO-10: the same entry at once over six connections is one report."""
    qualified(cast, cast.erik)
    visit = planning.confirm(visit=planned(cast, working_case(cast)), person="王工")
    agreed = {"phenomenon": "主轴异响", "plan": "更换轴承", "agreed_with": "王工"}
    ready = {"ticked": [item.code for item in visit.policy.visits.preparation], "supplies": ""}
    written = Written(timezone.now(), prepared=ready, agreed=agreed, report=report_values(visit), early=True)
    together(lambda _thread: hand_in(visit=Visit.objects.get(pk=visit.pk), by=cast.erik, key="entry-0001", version=visit.version,
                             written=written))  # fmt: skip
    visit.refresh_from_db()
    assert (visit.state, PhoneEntry.objects.count(), FieldReport.objects.count()) == ("reported", 1, 1)

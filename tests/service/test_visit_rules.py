"""Rules of a visit that other tests pass by: who may act, who is told, what is journalled."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bihuan.core.activity.queries import timeline
from bihuan.core.notify.models import Notification, OutboundMail
from bihuan.core.permissions.services import Refused
from bihuan.core.policy.schema.service import ApprovalChain, Approver
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.people.services import create_user
from bihuan.service.desk.models import Case
from bihuan.service.visits.models import Absence, Qualification, Visit
from bihuan.service.visits.services import planning, signing, working
from bihuan.service.visits.staffing import region_of
from tests.cast import Cast
from tests.service.story import diagnosed, png, triaged
from tests.service.visiting import hour, on_site, planned, qualified, report_values, reported, signed, working_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(cast: Cast) -> Any:
    """A technician who does not go on the visit."""
    qualified(cast, cast.erik)
    return create_user(username="hugo", name="雨果", password="x" * 12, roles=["technician"], region=cast.south)


def test_nobody_writes_for_somebody_elses_visit(cast: Cast, other: Any) -> None:
    """WO-09, WO-10, ACC-07: a colleague with the right to go on visits is refused at every step of another's visit."""
    visit = planned(cast, working_case(cast))
    planning.confirm(visit=visit, person="王工")
    ticked = [item.code for item in visit.policy.visits.preparation]
    plan = {"phenomenon": "异响", "plan": "更换", "agreed_with": "王工"}
    word = {"satisfied": True, "person": "王工", "picture": png()}

    def refused(act: Any, **values: Any) -> None:
        with pytest.raises(Refused):
            act(visit=visit, by=other, **values)

    refused(working.prepare, ticked=ticked, supplies="")
    refused(planning.confirm, person="王工")
    working.prepare(visit=visit, by=cast.erik, ticked=ticked, supplies="")
    refused(working.arrive)
    working.arrive(visit=visit, by=cast.erik, early=True)
    refused(working.agree_plan, **plan)
    refused(working.add_photos, uploads=[SimpleUploadedFile("a.png", png())])
    working.agree_plan(visit=visit, by=cast.erik, **plan)
    refused(working.write_report, values=report_values(visit))
    working.write_report(visit=visit, by=cast.erik, values=report_values(visit))
    refused(working.take_back)
    refused(working.leave)
    refused(signing.sign, **word)
    visit.refresh_from_db()
    assert visit.state == "reported"


def test_those_concerned_are_told(cast: Cast, other: Any) -> None:
    """WO-14, WO-18, WO-28: planned, given to somebody else, agreed, called off, signed: each learns what concerns him."""
    qualified(cast, other)
    visit = planned(cast, working_case(cast))

    def told(user: Any, verb: str) -> int:
        return Notification.objects.filter(user=user, verb=verb).count()

    assert told(cast.erik, "visit.planned") == 1
    times = {"starts_at": hour(2), "ends_at": hour(2, 11)}
    planning.reschedule(visit=visit, by=cast.bob, engineer=other, reason="何工请假", **times)
    assert (told(cast.erik, "visit.rescheduled"), told(other, "visit.rescheduled")) == (1, 0)
    assert told(other, "visit.planned") == 1
    planning.confirm(visit=visit, person="王工")
    assert (told(other, "visit.confirmed"), told(cast.bob, "visit.confirmed")) == (1, 1)
    planning.call_off(visit=visit, by=cast.bob, reason="客户停产")
    assert told(other, "visit.cancelled") == 1
    done = signed(reported(cast, on_site(cast, planned(cast, working_case(cast), helpers=[other]))))
    assert told(cast.bob, "visit.signed") == 1
    assert told(other, "visit.planned") == 2
    assert done.state == "finished"


def test_every_step_stands_in_the_journal(cast: Cast, other: Any) -> None:
    """WO-28: what was done on a visit and on its case can be read afterwards, in its order."""
    visit = planned(cast, working_case(cast))
    working.add_photos(visit=visit, by=cast.erik, uploads=[SimpleUploadedFile("a.png", png())])
    signed(reported(cast, on_site(cast, visit)))
    verbs = [row.verb for row in timeline(visit)]
    wanted = ["visit.planned", "visit.photographed", "visit.confirmed", "visit.prepared", "visit.arrived",
              "visit.plan_agreed", "visit.reported", "visit.signed", "document.issued"]  # fmt: skip
    assert [verb for verb in verbs[::-1] if verb in wanted] == wanted
    assert {"case.visit_planned", "case.visit_finished"} <= {row.verb for row in timeline(visit.case)}


def test_times_that_make_no_sense_are_refused_and_the_longest_is_a_month(cast: Cast, other: Any) -> None:
    """WO-18: in the past, backwards, longer than a month; exactly a month is planned."""
    case = working_case(cast)
    for times, code in (
        ({"starts_at": hour(-1), "ends_at": hour(1)}, "starts_at"), ({"starts_at": hour(2), "ends_at": hour(2)}, "ends_at"),
        ({"starts_at": hour(2), "ends_at": hour(33, 10)}, "ends_at"),
    ):  # fmt: skip
        with pytest.raises(MoveRefused) as refused:
            planned(cast, case, **times)
        assert refused.value.code == code
    assert planned(cast, case, starts_at=hour(2), ends_at=hour(33)).state == "planned"


def test_the_customers_name_and_word_are_needed(cast: Cast, other: Any) -> None:
    """ACC-07, WO-14: nobody agrees, wishes or signs without a name; accepted needs a signature, refused needs a reason."""
    visit = planned(cast, working_case(cast))
    for act, values, code in (
        (planning.confirm, {"person": " "}, "person"), (planning.wish_other_time, {"person": " ", "wish": "周五"}, "person"),
        (planning.wish_other_time, {"person": "王工", "wish": " "}, "opinion"),
    ):  # fmt: skip
        with pytest.raises(MoveRefused) as refused:
            act(visit=visit, **values)
        assert refused.value.code == code
    reported(cast, on_site(cast, visit))
    for changes, code in (
        ({"person": " "}, "person"), ({"picture": b""}, "signature"), ({"satisfied": False, "picture": b""}, "opinion"),
    ):  # fmt: skip
        with pytest.raises(MoveRefused) as refused:
            signed(visit, **changes)
        assert refused.value.code == code
    visit.refresh_from_db()
    assert visit.state == "reported"


def test_nothing_is_agreed_without_phenomenon_plan_and_name(cast: Cast, other: Any) -> None:
    """WO-09: each is said beside its own field, and nothing is kept."""
    visit, plan = (
        on_site(cast, planned(cast, working_case(cast))),
        {"phenomenon": "异响", "plan": "更换", "agreed_with": "王工"},
    )
    for name in plan:
        with pytest.raises(MoveRefused) as refused:
            working.agree_plan(visit=visit, by=cast.erik, **{**plan, name: " "})
        assert refused.value.code == name
    assert not hasattr(visit, "report")


def test_leaving_is_said_once(cast: Cast, other: Any) -> None:
    """WO-16: the time on site ends with the first check-out; the signature does not move it."""
    visit = reported(cast, on_site(cast, planned(cast, working_case(cast))))
    working.leave(visit=visit, by=cast.erik)
    left = visit.left_at
    with pytest.raises(MoveRefused):
        working.leave(visit=visit, by=cast.erik)
    signed(visit)
    visit.refresh_from_db()
    assert visit.left_at == left


def test_visits_that_touch_do_not_overlap_and_a_minute_more_does(cast: Cast, other: Any) -> None:
    """WO-18: before and after an existing visit, to the minute."""
    planned(cast, working_case(cast), starts_at=hour(2, 9), ends_at=hour(2, 11))
    for start, end in ((8, 9), (11, 12)):
        case = working_case(cast)
        minute = timedelta(minutes=1)
        wider = {"starts_at": hour(2, start) - minute, "ends_at": hour(2, end) + minute}
        with pytest.raises(MoveRefused) as refused:
            planned(cast, case, **wider)
        assert refused.value.code == "engineer"
        assert planned(cast, case, starts_at=hour(2, start), ends_at=hour(2, end)).state == "planned"


def test_absence_and_qualification_count_to_their_last_day(cast: Cast, other: Any) -> None:
    """KNO-05, WO-18: away on the first or on the last day of the visit; a training must last until the visit ends."""
    case, days = working_case(cast), {"starts_at": hour(5), "ends_at": hour(6, 10)}
    first, last = hour(5).date(), hour(6).date()
    day = timedelta(days=1)
    for starts_on, ends_on, fits in (
        (first - day, first, False), (last, last + day, False), (first - day, first - day, True), (last + day, last + day, True),
    ):  # fmt: skip
        away = Absence.objects.create(user=cast.erik, starts_on=starts_on, ends_on=ends_on, reason="培训")
        assert _may(cast, case, days) is fits
        away.delete()
    passed = Qualification.objects.get(user=cast.erik)
    for until, fits in ((first, False), (last, True)):
        Qualification.objects.filter(pk=passed.pk).update(valid_until=until)
        assert _may(cast, case, days) is fits


def _may(cast: Cast, case: Case, days: dict[str, Any]) -> bool:
    """Whether Erik may be sent then."""
    try:
        planning.check_team(case, cast.erik, [], days["starts_at"], days["ends_at"])
    except MoveRefused as refused:
        assert refused.code == "engineer"
        return False
    return True


def test_a_visit_does_not_stand_in_its_own_way(cast: Cast, other: Any) -> None:
    """WO-18: it is moved by an hour, over its own old time; over another's it is not."""
    visit = planned(cast, working_case(cast))
    later = planned(cast, working_case(cast), starts_at=hour(at=13), ends_at=hour(at=15))
    move: dict[str, Any] = {"visit": visit, "by": cast.bob, "engineer": cast.erik, "reason": "客户要求"}
    planning.reschedule(**move, starts_at=hour(at=10), ends_at=hour(at=12))
    with pytest.raises(MoveRefused) as refused:
        planning.reschedule(**move, starts_at=hour(at=12), ends_at=hour(at=14))
    assert (refused.value.code, later.number in str(refused.value.reason)) == ("engineer", True)
    visit.refresh_from_db()
    assert (visit.starts_at, visit.state) == (hour(at=10), "planned")


def gate(monkeypatch: pytest.MonkeyPatch, case: Case, *roles: str) -> None:
    """The company asks these roles, one after the other, before anybody drives."""
    steps = tuple(Approver(name=role, roles=(role,)) for role in roles)
    chains = (ApprovalChain(subject="onsite", steps=steps),)
    procedure = case.policy.procedure.model_copy(update={"onsite_approval": True})
    rules = case.policy.model_copy(update={"approvals": chains, "procedure": procedure})
    monkeypatch.setattr(Case, "policy", property(lambda row: rules))
    monkeypatch.setattr("bihuan.core.approvals.services.rules_for", lambda subject: rules)


SURVEY = {"purpose": "survey", "onsite_reason": "需现场测量"}


def test_who_decides_alone_needs_nobody_else_and_who_does_not_asks(
    cast: Cast, other: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WO-07, D17: the supervisor who plans it himself has decided, unless the general manager is asked too."""
    case = diagnosed(cast, triaged(cast, cast.case()))
    gate(monkeypatch, case, "after_sales_manager")
    assert planned(cast, case, **SURVEY).state == "planned"
    gate(monkeypatch, case, "general_manager")
    assert planned(cast, case, **SURVEY, starts_at=hour(2), ends_at=hour(2, 10)).state == "asked"
    create_user(username="beth", name="贝经理", password="x" * 12, roles=["after_sales_manager"])
    gate(monkeypatch, case, "after_sales_manager", "general_manager")
    assert planned(cast, case, **SURVEY, starts_at=hour(3), ends_at=hour(3, 10)).state == "asked"


def test_a_visit_that_was_called_off_is_not_authorised_any_more(
    cast: Cast, other: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WO-07: the supervisor's late word changes nothing, and the customer is not asked."""
    case = diagnosed(cast, triaged(cast, cast.case()))
    gate(monkeypatch, case, "general_manager")
    visit = planned(cast, case, **SURVEY)
    planning.call_off(visit=visit, by=cast.bob, reason="客户自行处理")
    for approved in (True, False):
        assert planning.authorisation_ended(visit=visit, approved=approved).state == "cancelled"
    visit.refresh_from_db()
    assert (visit.state, OutboundMail.objects.filter(kind="visit").exists()) == ("cancelled", False)


def test_a_case_with_another_visit_ahead_stays_in_work(cast: Cast, other: Any) -> None:
    """ACC-05: the first of two visits does not finish it, though it is signed as solved; the second does."""
    case = working_case(cast)
    visits = [planned(cast, case), planned(cast, case, starts_at=hour(2), ends_at=hour(2, 10))]
    for visit, finished in zip(visits, (False, True), strict=True):
        signed(reported(cast, on_site(cast, visit)))
        case.refresh_from_db()
        assert (case.state != "working") is finished


def test_where_no_customer_is_asked_nobody_waits_for_his_word(
    cast: Cast, other: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WO-14: the gate of the agreed time is the policy's; prepared he checks in, unprepared he does not."""
    visit = planned(cast, working_case(cast))
    visits = visit.policy.visits.model_copy(update={"customer_confirms": False})
    rules = visit.policy.model_copy(update={"visits": visits})
    monkeypatch.setattr(Visit, "policy", property(lambda row: rules))
    with pytest.raises(MoveRefused):
        working.arrive(visit=visit, by=cast.erik)
    ticked = [item.code for item in visits.preparation]
    working.prepare(visit=visit, by=cast.erik, ticked=ticked, supplies="")
    assert (visit.state, working.arrive(visit=visit, by=cast.erik, early=True).state) == ("planned", "on_site")


def test_the_region_is_the_customers_where_the_case_names_none(cast: Cast, other: Any) -> None:
    """WO-03, WO-32: the visit lies in the customer's region; the case's own comes before it; without both there is none."""
    case = working_case(cast)
    found = []
    for own, theirs in ((None, cast.south), (cast.north, cast.south), (None, None)):
        case.region, case.customer.region = own, theirs
        found.append(region_of(case))
    assert found == [cast.south.pk, cast.north.pk, None]
    case.customer = None
    assert region_of(case) is None

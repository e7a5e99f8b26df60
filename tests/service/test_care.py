"""Rounds, maintenance and tools: plans make visits, findings become cases."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.core.calendar.queries import default_data
from bihuan.core.jobs.services import take_turns
from bihuan.core.notify.models import Notification
from bihuan.core.policy.queries import default as rules_in_force
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.customers.services import create_customer
from bihuan.registry.products.services import create_unit
from bihuan.service.desk.models import Case
from bihuan.service.visits.models import CarePlan, IssuedTool, Qualification, ToolCheck, Visit
from bihuan.service.visits.models.care import lines_of
from bihuan.service.visits.services import caring, planning, working
from tests.cast import Cast
from tests.service.test_visit_pages import browser
from tests.service.visiting import signed

pytestmark = pytest.mark.django_db


def trained(cast: Cast, user: Any) -> None:
    """Somebody who may be sent where the product is not known."""
    known = {"training": "岗前培训", "passed_on": date(2026, 1, 5)}
    Qualification.objects.get_or_create(user=user, line=cast.lines["door"], defaults=known)


def plan_values(cast: Cast, **changes: Any) -> dict[str, Any]:
    """Every quarter at Haitian, due in three days, by Erik, who has passed the training of another line."""
    trained(cast, cast.erik)
    return {
        "name": "主轴季度巡检", "kind": "round", "customer": cast.customer, "engineer": cast.erik, "planner": cast.bob,
        "every_days": 90, "next_on": timezone.localdate() + timedelta(days=3), "place": "北仑", "contact_name": "王工",
        "checklist": "主轴温升 | 不超过 25 K\n润滑油位\n", **changes,
    }  # fmt: skip


def test_a_due_plan_makes_its_case_and_visit_once_and_comes_again(cast: Cast) -> None:
    """WO-22, WO-33: planned within the lead time, on a working day, with the checklist; the next turn counts from the due day."""
    plan = CarePlan.objects.create(**plan_values(cast))
    later = CarePlan.objects.create(**plan_values(cast, next_on=timezone.localdate() + timedelta(days=30)))
    due = plan.next_on
    assert (caring.make_due(), caring.make_due()) == (1, 0)
    visit = Visit.objects.get()
    assert (visit.care_plan, visit.due_on, visit.purpose, visit.state) == (plan, due, "round", "planned")
    assert [row["name"] for row in visit.checklist] == ["主轴温升", "润滑油位"]
    assert timezone.localtime(visit.starts_at).date() >= due
    assert (visit.case.service_type, visit.case.customer) == ("maintenance", cast.customer)
    plan.refresh_from_db()
    later.refresh_from_db()
    assert (plan.next_on, later.next_on) == (due + timedelta(days=90), timezone.localdate() + timedelta(days=30))


def test_missed_turns_are_not_made_up(cast: Cast) -> None:
    """WO-33: a plan that slept for a year makes one visit, then goes on in its rhythm."""
    today = timezone.localdate()
    plan = CarePlan.objects.create(**plan_values(cast, next_on=today - timedelta(days=365), every_days=30))
    assert caring.make_due() == 1
    plan.refresh_from_db()
    assert plan.next_on == today - timedelta(days=365) + timedelta(days=390)


def test_what_cannot_be_planned_says_why_and_is_tried_again(cast: Cast) -> None:
    """KNO-05, WO-33: nothing half done, its planner is told once, and it is made as soon as the reason is gone."""
    plan = CarePlan.objects.create(**plan_values(cast, line=cast.lines["general"]))
    assert (caring.make_due(), caring.make_due(), Visit.objects.count(), Case.objects.count()) == (0, 0, 0, 0)
    plan.refresh_from_db()
    assert "未通过" in plan.problem
    assert Notification.objects.filter(user=cast.bob, title__contains="主轴季度巡检").count() == 1
    from tests.service.visiting import qualified

    qualified(cast, cast.erik)
    assert caring.make_due() == 1
    plan.refresh_from_db()
    assert plan.problem == ""


def on_site(plan: CarePlan) -> Visit:
    """Made, agreed, prepared, arrived."""
    caring.make_due()
    visit = planning.confirm(visit=plan.visits.get(), person="王工")
    ticked = [item.code for item in visit.policy.visits.preparation]
    working.prepare(visit=visit, by=visit.engineer, ticked=ticked, supplies="")
    return working.arrive(visit=visit, by=visit.engineer, early=True)


def test_every_line_is_answered_and_a_finding_opens_a_case(cast: Cast) -> None:
    """WO-22, WO-26: a line left open is refused; what was found becomes a case when the customer has signed, once."""
    visit = on_site(CarePlan.objects.create(**plan_values(cast)))
    good = {"code": "c1", "value": "18 K", "passed": True}
    for rows, code in (([good], "p_c2"), ([good, {"code": "c2", "value": "", "passed": False}], "r_c2")):
        with pytest.raises(MoveRefused) as refused:
            working.write_report(visit=visit, by=cast.erik, values={"verdict": "done", "results": rows})
        assert refused.value.code == code
    bad = {"code": "c2", "value": "低于下限，有渗漏", "passed": False}
    working.write_report(visit=visit, by=cast.erik, values={"verdict": "done", "results": [good, bad]})
    signed(visit)
    case = Case.objects.exclude(pk=visit.case_id).get()
    assert "润滑油位: 低于下限，有渗漏" in case.description.replace("：", ": ")
    assert (case.customer, case.reporter) == (cast.customer, cast.erik)
    assert caring.open_findings(visit=visit, report=visit.report) == [case]


def test_the_page_of_a_round_asks_its_own_lines(cast: Cast) -> None:
    """WO-22: the form of the report holds the checklist, on the page and on the phone; a plan is kept by its page."""
    client = browser(cast.bob)
    values = {name: getattr(value, "pk", value) for name, value in plan_values(cast).items()}
    values["customer"] = cast.customer.code
    address = reverse("masterdata:new", args=["care_plans"])
    empty = client.post(address, {**values, "checklist": " \n", "hour": "09:00", "hours": "2", "is_active": "on"})
    assert empty.status_code in {200, 422}
    assert client.post(address, {**values, "hour": "09:00", "hours": "2", "is_active": "on"}).status_code == 302
    visit = on_site(CarePlan.objects.get())
    engineer = browser(cast.erik)
    for page in (engineer.get(f"/visits/{visit.number}/").content, engineer.get("/visits/phone/facts.json").content):
        text = page.decode("unicode_escape" if page.startswith(b"{") else "utf-8", "ignore")
        assert "r_c1" in text


def test_a_plan_names_customer_and_unit_by_their_numbers(cast: Cast) -> None:
    """WO-22: no list of all customers or units; a unit of another customer is refused beside its field."""
    client, address = browser(cast.bob), reverse("masterdata:new", args=["care_plans"])
    values = {name: getattr(value, "pk", value) for name, value in plan_values(cast).items()}
    typed = {**values, "customer": cast.customer.name, "hour": "09:00", "hours": "2", "is_active": "on"}
    other = create_customer(name="苏州精工塑胶有限公司", by=None)
    foreign = create_unit(serial="FOREIGN-1", model=cast.model, by=None, customer=other)
    assert '<select name="customer"' not in client.get(address).content.decode()
    for wrong in ({"customer": "没有这家"}, {"unit": "NO-SUCH"}, {"unit": foreign.serial}):
        assert client.post(address, {**typed, **wrong}).status_code == 422
    assert not CarePlan.objects.exists()
    assert client.post(address, {**typed, "unit": cast.unit.serial}).status_code == 302
    plan = CarePlan.objects.get()
    assert (plan.customer, plan.unit) == (cast.customer, cast.unit)
    page = client.get(reverse("masterdata:entry", args=["care_plans", plan.pk])).content.decode()
    assert (cast.customer.code in page, cast.unit.serial in page) == (True, True)


def test_a_checklist_is_written_line_by_line() -> None:
    """WO-22: empty lines are left out, what is required stands after the bar."""
    assert lines_of("\n温升 | 25 K\n\n 油位 \n| x\n") == [
        {"code": "c1", "name": "温升", "required": "25 K"}, {"code": "c2", "name": "油位", "required": ""},
    ]  # fmt: skip


def test_tools_are_checked_once_a_day_and_a_defect_is_described(cast: Cast) -> None:
    """WO-27: all in order or a defect with what was done; a second record of the day replaces the first; the planner sees who is missing."""
    client = browser(cast.erik)
    address = reverse("visits:tools")
    codes = ["gauges", "power", "hand", "protection", "vehicle"]
    assert client.post(address, {"good": codes[1:]}).status_code == 409
    assert not ToolCheck.objects.exists()
    assert client.post(address, {"good": codes[1:], "faults": "千分尺送校"}).status_code == 302
    assert client.post(address, {"good": codes}).status_code == 302
    row = ToolCheck.objects.get()
    assert (row.user, row.day, row.good, row.faults) == (cast.erik, timezone.localdate(), codes, "")
    page = browser(cast.bob).get(address).content.decode()
    assert "何工" in page
    assert "今日未点检" in page
    assert isinstance(row.day, date)


def test_who_was_given_a_tool_sees_it_and_when_its_calibration_is_over(cast: Cast) -> None:
    """KNO-09: issued through its table; shown to its holder until it is back, to the planner once its calibration is over."""
    client, today = browser(cast.bob), timezone.localdate()
    values = {"user": cast.erik.pk, "name": "千分尺", "number": "QF-07", "issued_on": today.isoformat(),
              "valid_until": (today + timedelta(days=30)).isoformat()}  # fmt: skip
    wrong = {**values, "returned_on": (today - timedelta(days=1)).isoformat()}
    assert client.post(reverse("masterdata:new", args=["issued_tools"]), wrong).status_code in {200, 422}
    assert client.post(reverse("masterdata:new", args=["issued_tools"]), values).status_code == 302
    page = reverse("visits:tools")

    def shown(user: Any) -> tuple[bool, bool]:
        text = browser(user).get(page).content.decode()
        return "QF-07" in text, "校准已到期" in text

    assert (shown(cast.erik), shown(cast.grace)) == ((True, False), (False, False))
    IssuedTool.objects.update(valid_until=today - timedelta(days=1))
    assert shown(cast.erik) == (True, True)
    IssuedTool.objects.update(returned_on=today)
    assert shown(cast.erik) == (False, False)


def test_the_plans_have_a_turn_of_their_own(cast: Cast) -> None:
    """WO-33: nobody has to press a button."""
    from bihuan.core.jobs.services import ensure_schedules

    ensure_schedules()
    assert take_turns() > 0
    from bihuan.core.jobs.models import Job

    assert Job.objects.filter(kind="visits.make_care").exists()


def test_a_plan_is_due_on_the_last_day_of_the_lead_and_its_next_turn_lies_ahead(cast: Cast) -> None:
    """WO-22, WO-33: not a day earlier; a turn that would fall on today is missed, the one after it comes."""
    trained(cast, cast.bob)
    today = timezone.localdate()
    until = today + timedelta(days=rules_in_force().visits.care_lead_days)
    late = CarePlan.objects.create(**plan_values(cast, next_on=today - timedelta(days=30), every_days=30))
    due = CarePlan.objects.create(**plan_values(cast, next_on=until, engineer=cast.bob))
    early = CarePlan.objects.create(**plan_values(cast, next_on=until + timedelta(days=1)))
    caring.make_due()
    for row in (late, due, early):
        row.refresh_from_db()
    assert late.next_on == today + timedelta(days=30)
    assert due.next_on == until + timedelta(days=90)
    assert early.next_on == until + timedelta(days=1)


def test_nobody_is_sent_on_the_day_on_which_the_plan_is_carried_out(cast: Cast) -> None:
    """WO-33: what is due that day is planned for the working day after it."""
    calendar, day = default_data(), timezone.localdate() + timedelta(days=1)
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    plan = CarePlan.objects.create(**plan_values(cast, next_on=day))
    visit = caring.make_visit(plan=plan, today=day)
    assert visit is not None
    assert timezone.localtime(visit.starts_at).date() > day


def test_of_two_workers_that_try_a_turn_one_makes_it_and_a_stopped_plan_makes_none(cast: Cast) -> None:
    """WO-22, WO-33: who read the plan before the other wrote finds its day gone, or the plan out of use."""
    trained(cast, cast.bob)
    today = timezone.localdate()
    plan = CarePlan.objects.create(**plan_values(cast))
    stale = CarePlan.objects.get(pk=plan.pk)
    assert caring.make_visit(plan=plan, today=today) is not None
    moved = CarePlan.objects.get(pk=plan.pk).next_on
    CarePlan.objects.filter(pk=plan.pk).update(engineer=cast.bob)
    stale.engineer = cast.bob
    assert caring.make_visit(plan=stale, today=today) is None
    stopped = CarePlan.objects.create(**plan_values(cast, engineer=cast.bob))
    CarePlan.objects.filter(pk=stopped.pk).update(is_active=False)
    assert caring.make_visit(plan=stopped, today=today) is None
    assert (Visit.objects.count(), CarePlan.objects.get(pk=plan.pk).next_on) == (1, moved)


def test_each_finding_of_a_round_is_a_case_of_its_own(cast: Cast) -> None:
    """WO-22, WO-26: two lines that were not in order are two cases, each with its own words."""
    visit = on_site(CarePlan.objects.create(**plan_values(cast)))
    rows = [{"code": code, "value": words, "passed": False} for code, words in (("c1", "31 K"), ("c2", "渗漏"))]
    working.write_report(visit=visit, by=cast.erik, values={"verdict": "done", "results": rows})
    signed(visit)
    cases = Case.objects.exclude(pk=visit.case_id).order_by("id")
    assert [("31 K" in case.description, "渗漏" in case.description) for case in cases] == [
        (True, False),
        (False, True),
    ]

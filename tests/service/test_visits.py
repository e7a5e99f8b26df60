"""Visits from the plan to the customer's signature."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from bihuan.core.activity.models import Activity
from bihuan.core.approvals.models import Approval
from bihuan.core.approvals.services import vote
from bihuan.core.deadlines.services import of_subject
from bihuan.core.documents.models import Document
from bihuan.core.documents.paper import Table
from bihuan.core.documents.services import draft
from bihuan.core.files.queries import attachments_of
from bihuan.core.notify.models import Notification, OutboundMail
from bihuan.core.permissions.services import Refused
from bihuan.core.policy import queries as policy
from bihuan.core.policy.services import read_file, save_version
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.customers.services import create_customer
from bihuan.registry.people.services import create_user
from bihuan.service.desk.models import Case
from bihuan.service.desk.services import closing
from bihuan.service.desk.workflow import WORKFLOW
from bihuan.service.visits.documents import completion_sheet, field_report
from bihuan.service.visits.models import Absence, FieldReport, Spot, Visit
from bihuan.service.visits.services import planning, signing, working
from bihuan.service.visits.staffing import suggest
from tests.cast import PASSWORD, Cast
from tests.service.story import approve_all, diagnosed, png, triaged
from tests.service.visiting import (
    hour,
    on_site,
    plan_values,
    planned,
    qualified,
    report_values,
    reported,
    signed,
    working_case,
)

pytestmark = pytest.mark.django_db


def refused(call: Any, code: str = "") -> str:
    """The reason with which something was refused."""
    with pytest.raises(MoveRefused) as caught:
        call()
    if code:
        assert caught.value.code == code
    return str(caught.value.reason)


def test_a_visit_runs_from_the_plan_to_the_signature_and_the_case_goes_on(cast: Cast) -> None:
    """WO-03, WO-08, WO-09, WO-10, WO-16, WO-21, ACC-02, ACC-03, ACC-07: planned, agreed, prepared, done, signed."""
    qualified(cast, cast.erik)
    case = working_case(cast)
    visit = planned(cast, case)
    assert (visit.state, visit.region) == ("planned", cast.north)
    on_site(cast, visit)
    assert visit.state == "on_site"
    assert visit.arrived_at is not None
    signed(reported(cast, visit))
    visit.refresh_from_db()
    case.refresh_from_db()
    assert visit.state == "finished"
    assert visit.left_at is not None
    assert case.state == "customer_acceptance"
    assert case.work.get().text == "拆检主轴，更换轴承，重新预紧"
    report = FieldReport.objects.get(visit=visit)
    assert (report.signed_by, report.satisfied, report.result_score) == ("王工", True, 4)
    assert report.signature is not None
    paper = Document.objects.get(subject_type="visits.visit", subject_id=visit.pk)
    assert paper.form_code == "F22"
    assert "更换轴承，重新预紧" in str(paper.data)
    verbs = list(
        Activity.objects.filter(subject_type="visits.visit", subject_id=visit.pk).values_list("verb", flat=True)
    )
    assert verbs == ["visit.planned", "visit.confirmed", "visit.prepared", "visit.arrived", "visit.plan_agreed",
                     "visit.reported", "visit.signed", "document.issued"]  # fmt: skip


def test_who_has_not_passed_the_training_is_not_sent(cast: Cast) -> None:
    """KNO-05: no qualification for the product line, or one that is over on that day, refuses with the reason."""
    case = working_case(cast)
    assert "何工" in refused(lambda: planned(cast, case), "engineer")
    row = qualified(cast, cast.erik, valid_until=timezone.localdate())
    assert f"{row.valid_until:%Y-%m-%d}" in refused(lambda: planned(cast, case), "engineer")
    qualified(cast, cast.erik, "mould")
    refused(lambda: planned(cast, case), "engineer")
    assert not Visit.objects.exists()
    row.valid_until = timezone.localdate() + timedelta(days=1)
    row.save()
    assert planned(cast, case).state == "planned"


def test_who_has_passed_nothing_is_not_sent_where_the_product_is_unknown_either(cast: Cast) -> None:
    """KNO-05: a case without a product line: any training that holds will do, none or one that is over will not."""
    case = working_case(cast)
    Case.objects.filter(pk=case.pk).update(line=None)
    case.refresh_from_db()
    assert "何工 未通过“任何产品线”的岗前培训" in refused(lambda: planned(cast, case), "engineer")
    old = qualified(cast, cast.erik, line="mould", valid_until=hour(-1).date())
    refused(lambda: planned(cast, case), "engineer")
    qualified(cast, cast.erik, line="door")
    assert planned(cast, case).engineer == cast.erik
    assert old.line != case.line


def test_who_is_away_or_booked_is_not_sent_and_an_hour_later_he_is(cast: Cast) -> None:
    """WO-18, KNO-05: absence and overlap refuse with the reason; visits that touch do not overlap."""
    qualified(cast, cast.erik)
    case, other = working_case(cast), working_case(cast)
    away = Absence.objects.create(user=cast.erik, starts_on=hour().date(), ends_on=hour(2).date(), reason="年假")
    assert "年假" in refused(lambda: planned(cast, case), "engineer")
    away.delete()
    first = planned(cast, case)
    assert first.number in refused(lambda: planned(cast, other, starts_at=hour(at=10), ends_at=hour(at=12)), "engineer")
    assert planned(cast, other, starts_at=hour(at=11), ends_at=hour(at=12)).state == "planned"


def test_who_accompanies_must_be_free_too_but_needs_no_training_of_his_own(cast: Cast) -> None:
    """WO-08, WO-18: everybody on a visit is booked for it."""
    qualified(cast, cast.erik)
    qualified(cast, cast.bob)
    case, other = working_case(cast), working_case(cast)
    visit = planned(cast, case, helpers=[cast.bob])
    assert list(visit.helpers.all()) == [cast.bob]
    refused(lambda: planned(cast, other, engineer=cast.bob), "engineer")
    carl = create_user(username="carl", name="卡尔", password=PASSWORD, roles=["technician"])
    qualified(cast, carl)
    assert visit.number in refused(lambda: planned(cast, other, engineer=carl, helpers=[cast.bob]), "helpers")
    refused(lambda: planned(cast, other, engineer=cast.bob, starts_at=hour(2), ends_at=hour(2, 9)), "ends_at")
    refused(lambda: planned(cast, other, starts_at=hour(-1), ends_at=hour(1)), "starts_at")
    refused(lambda: planned(cast, other, engineer=cast.alice), "engineer")
    learner = create_user(username="lena", name="连娜", password=PASSWORD, roles=["technician"])
    at = {"starts_at": hour(4), "ends_at": hour(4, 10)}
    refused(lambda: planned(cast, other, engineer=learner, **at), "engineer")
    assert list(planned(cast, other, helpers=[learner], **at).helpers.all()) == [learner]


def test_the_supervisor_authorises_what_no_agreed_solution_covers(cast: Cast) -> None:
    """WO-07, D17: the gate is the policy's; an agreed service on site has passed it already."""
    qualified(cast, cast.erik, "mould")
    cast.model.line = cast.lines["mould"]
    cast.model.save()
    survey = diagnosed(cast, triaged(cast, cast.case()))
    asked = planning.plan_visit(case=survey, by=cast.erik, **plan_values(cast, purpose="survey"))
    assert (survey.policy.code, asked.state) == ("mould", "asked")
    assert not OutboundMail.objects.filter(kind="visit").exists()
    approve_all(cast)
    asked.refresh_from_db()
    assert asked.state == "planned"
    assert OutboundMail.objects.filter(kind="visit").count() == 1
    covered = working_case(cast)
    visit = planning.plan_visit(case=covered, by=cast.erik, **plan_values(cast, starts_at=hour(2), ends_at=hour(2, 10)))
    assert visit.state == "planned"
    supervisor = planned(cast, survey, purpose="survey", starts_at=hour(3), ends_at=hour(3, 10))
    assert supervisor.state == "planned"


def test_where_the_policy_asks_no_supervisor_a_visit_is_planned_at_once(cast: Cast) -> None:
    """WO-07, D17: who could not decide alone plans a survey, and the customer is asked for his word."""
    qualified(cast, cast.erik)
    survey = diagnosed(cast, triaged(cast, cast.case()))
    values = plan_values(cast, purpose="survey", onsite_reason="结构损坏，远程无法判断")
    visit = planning.plan_visit(case=survey, by=cast.erik, **values)
    assert (visit.state, Approval.objects.count()) == ("planned", 0)
    assert OutboundMail.objects.filter(kind="visit").count() == 1


def test_a_visit_that_is_not_authorised_falls_away(cast: Cast) -> None:
    """WO-07: the supervisor's no ends it, with his reason; nobody was announced to the customer."""
    qualified(cast, cast.erik, "mould")
    cast.model.line = cast.lines["mould"]
    cast.model.save()
    case = diagnosed(cast, triaged(cast, cast.case()))
    visit = planning.plan_visit(case=case, by=cast.erik, **plan_values(cast, purpose="survey"))
    vote(approval=Approval.objects.get(state="open"), by=cast.bob, approved=False, comment="先远程")
    visit.refresh_from_db()
    assert visit.state == "cancelled"
    assert not OutboundMail.objects.filter(kind="visit").exists()


def test_remote_help_comes_first_where_no_solution_on_site_was_agreed(cast: Cast) -> None:
    """WO-06, WO-07, D18: without a failed remote session a visit says why, or is refused."""
    qualified(cast, cast.erik)
    case = triaged(cast, cast.case())
    refused(lambda: planned(cast, case, purpose="survey"), "onsite_reason")
    assert planned(cast, case, purpose="survey", onsite_reason="需现场测量").state == "planned"


def test_a_survey_belongs_to_the_diagnosis_and_service_to_the_work(cast: Cast) -> None:
    """WO-09, WO-13: the stations of the case decide what it can be visited for."""
    qualified(cast, cast.erik)
    case = diagnosed(cast, triaged(cast, cast.case()))
    refused(lambda: planned(cast, case), "state")
    refused(lambda: planned(cast, working_case(cast), purpose="survey"), "state")


def test_the_customer_is_told_who_comes_and_agrees_or_wishes_another_time(cast: Cast) -> None:
    """WO-14, WO-15, WO-18: name and telephone in advance; his wish reaches the planner; a new time is asked again."""
    qualified(cast, cast.erik)
    visit = planned(cast, working_case(cast))
    mail = OutboundMail.objects.get(kind="visit")
    assert "何工" in mail.text
    assert f"/v/{visit.token}/" in mail.text
    refused(lambda: planning.wish_other_time(visit=visit, person="王工", wish=" "), "opinion")
    planning.wish_other_time(visit=visit, person="王工", wish="后天下午")
    assert Notification.objects.filter(user=cast.bob, title__contains="后天下午").exists()
    assert visit.state == "planned"
    refused(lambda: planning.reschedule(visit=visit, by=cast.bob, engineer=cast.erik, starts_at=hour(2, 14),
                                        ends_at=hour(2, 16), reason=""), "reason")  # fmt: skip
    visit.refresh_from_db()
    planning.reschedule(
        visit=visit, by=cast.bob, engineer=cast.erik, starts_at=hour(2, 14), ends_at=hour(2, 16), reason="客户要求"
    )
    assert OutboundMail.objects.filter(kind="visit").count() == 2
    planning.confirm(visit=visit, person="王工")
    assert (visit.state, visit.confirmed_by, visit.wish) == ("confirmed", "王工", "")
    appointment = visit.case.appointments.get()
    assert (appointment.at, appointment.engineer) == (hour(2, 14), cast.erik)


def test_a_yes_and_a_new_time_leave_nothing_of_what_was_said_before(cast: Cast) -> None:
    """WO-14, WO-18: a wish ends with the yes, the yes with a new time; the paper would name it otherwise."""
    qualified(cast, cast.erik)
    visit = planned(cast, working_case(cast))
    planning.wish_other_time(visit=visit, person="王工", wish="后天下午")
    planning.confirm(visit=visit, person="王工")
    assert (visit.confirmed_by, visit.wish) == ("王工", "")
    for day in (2, 3):
        planning.reschedule(visit=visit, by=cast.bob, engineer=cast.erik, starts_at=hour(day), ends_at=hour(day, 11),
                            reason="客户停机")  # fmt: skip
        assert (visit.state, visit.confirmed_by, visit.confirmed_at, visit.wish) == ("planned", "", None, "")
        planning.wish_other_time(visit=visit, person="王工", wish="再晚一天")


def test_the_arrival_is_due_at_the_agreed_time_and_moves_with_it(cast: Cast) -> None:
    """WO-16, WO-28: the clock of the policy follows the visit's own time."""
    qualified(cast, cast.erik)
    visit = planned(cast, working_case(cast))
    clock = of_subject(visit).get(code="visit_arrival")
    assert clock.due_at == hour()
    planning.reschedule(
        visit=visit, by=cast.bob, engineer=cast.erik, starts_at=hour(3), ends_at=hour(3, 11), reason="改期"
    )
    clock.refresh_from_db()
    assert clock.due_at == hour(3)
    on_site(cast, visit)
    clock.refresh_from_db()
    assert clock.state == "met"


def test_a_time_that_is_over_is_not_agreed_any_more(cast: Cast) -> None:
    """WO-14: the customer's late yes is refused; the planner proposes another time."""
    qualified(cast, cast.erik)
    visit = planned(cast, working_case(cast))
    Visit.objects.filter(pk=visit.pk).update(starts_at=hour(-1), ends_at=hour(-1, 11))
    visit.refresh_from_db()
    refused(lambda: planning.confirm(visit=visit, person="王工"), "starts_at")


def test_nobody_arrives_unagreed_or_unprepared(cast: Cast) -> None:
    """WO-08, WO-12, WO-14: time agreed, everything ticked, the customer's safety rules read."""
    qualified(cast, cast.erik)
    visit = planned(cast, working_case(cast))
    ticked = [item.code for item in visit.policy.visits.preparation]
    working.prepare(visit=visit, by=cast.erik, ticked=ticked, supplies="轴承")
    assert "尚未确认" in refused(lambda: working.arrive(visit=visit, by=cast.erik))
    working.prepare(visit=visit, by=cast.erik, ticked=ticked[:-1], supplies="轴承")
    planning.confirm(visit=visit, person="王工")
    assert "安全规定" in refused(lambda: working.arrive(visit=visit, by=cast.erik))
    with pytest.raises(Refused):
        working.prepare(visit=visit, by=cast.charlie, ticked=["tools"], supplies="")
    refused(lambda: working.prepare(visit=visit, by=cast.erik, ticked=["beer"], supplies=""), "ticked")
    with pytest.raises(Refused):
        working.arrive(visit=visit, by=cast.bob)


def test_the_report_wants_the_plan_the_same_part_and_the_shown_result(cast: Cast) -> None:
    """WO-09, WO-20, ACC-01, ACC-02: agreed before the work, same model and specification, demonstrated, cleaned."""
    qualified(cast, cast.erik)
    visit = on_site(cast, planned(cast, working_case(cast)))

    def write(**changes: Any) -> None:
        working.write_report(
            visit=visit, by=cast.erik, values={"phenomenon": "异响", **report_values(visit, **changes)}
        )

    refused(write, "agree")
    FieldReport.objects.create(visit=visit, phenomenon="异响")
    visit.refresh_from_db()
    refused(write, "agree")
    working.agree_plan(visit=visit, by=cast.erik, phenomenon="主轴异响", plan="更换轴承", agreed_with="王工")
    refused(lambda: write(same_parts=False), "same_parts")
    refused(lambda: write(cleaned=False), "cleaned")
    refused(lambda: write(demonstrated=False), "demonstrated")
    refused(lambda: write(steps=" "), "steps")
    refused(lambda: write(verdict="found"), "verdict")
    failed = [{"code": "function", "value": "振动 4 mm/s", "passed": False}]
    refused(lambda: write(results=failed), "verdict")
    refused(lambda: write(results=[{"code": "colour", "value": "x", "passed": True}]), "results")
    assert Visit.objects.get(pk=visit.pk).state == "on_site"
    write(verdict="open", results=failed, residual="主轴需返厂")
    assert visit.report.results[0]["name"] == "功能运行"


def test_a_customer_who_is_not_satisfied_keeps_the_case_in_work(cast: Cast) -> None:
    """ACC-05, WO-10: his objection is kept with the report; an unsolved visit is followed by another."""
    qualified(cast, cast.erik)
    case = working_case(cast)
    visit = reported(cast, on_site(cast, planned(cast, case)))
    refused(lambda: signing.sign(visit=visit, by=cast.erik, satisfied=False, person="王工", picture=b""), "opinion")
    refused(lambda: signing.sign(visit=visit, by=cast.erik, satisfied=True, person="王工", picture=b""), "signature")
    refused(lambda: signing.sign(visit=visit, by=cast.erik, satisfied=True, person="", picture=png()), "person")
    signed(visit, satisfied=False, picture=b"", opinion="仍有异响")
    case.refresh_from_db()
    assert (case.state, visit.report.satisfied) == ("working", False)
    assert planned(cast, case, starts_at=hour(2), ends_at=hour(2, 11)).state == "planned"


def test_the_signed_report_is_the_acceptance_where_it_is_the_completion_paper(cast: Cast) -> None:
    """D15, D16, WO-11, ACC-07: a company that signs F22 or F23 needs no second sheet; its archive holds that paper."""

    data = read_file("general")
    data["procedure"]["completion_form"], data["visits"]["report_form"] = "F23", "F23"
    save_version(data=data, by=cast.bob)
    policy.forget()
    qualified(cast, cast.erik)
    case = working_case(cast)
    visit = signed(reported(cast, on_site(cast, planned(cast, case))))
    case.refresh_from_db()
    assert case.state == "internal_acceptance"
    acceptance = case.acceptances.get()
    assert (acceptance.person, acceptance.result_score, acceptance.site_cleaned) == ("王工", 4, True)
    assert Document.objects.get(subject_id=visit.pk, subject_type="visits.visit").form_code == "F23"
    paper = draft("F23", case)
    assert "更换轴承" in str(paper.sections)


@pytest.mark.parametrize(("code", "name"), [("general", "运行测试"), ("mould", "试模"), ("precast", "现场检验")])
def test_the_papers_call_the_test_what_the_company_calls_it(cast: Cast, code: str, name: str) -> None:
    """WO-10, WO-11, WO-22: nobody tries out a mould at an appliance; a round has its checklist instead."""
    qualified(cast, cast.erik)
    visit = reported(cast, on_site(cast, planned(cast, working_case(cast))))
    visit.policy_version = policy.current(code)
    for paper in (field_report, completion_sheet):
        assert [part.title for part in paper(visit) if isinstance(part, Table)] == [name]
    visit.checklist = [{"code": "c1", "name": "接地", "required": ""}]
    assert [part.title for part in field_report(visit) if isinstance(part, Table)] == ["检查项目"]


def test_a_case_solved_from_afar_has_its_completion_sheet_too(cast: Cast) -> None:
    """WO-02, WO-11, D16: the sheet of a case without a visit holds its remote work."""
    case = working_case(cast, is_onsite=False)
    for code in ("F22", "F23"):
        assert "远程检查参数，重新紧固" in str(draft(code, case).sections)


def test_a_cancelled_case_and_a_case_back_in_diagnosis_are_not_visited(cast: Cast) -> None:
    """WO-28: who would have gone, and the customer, learn of it."""
    qualified(cast, cast.erik)
    case = working_case(cast)
    visit = planned(cast, case)
    case.refresh_from_db()
    apply(case, WORKFLOW["rework"], by=cast.erik, data={"reason": "方案不对"})
    visit.refresh_from_db()
    assert visit.state == "cancelled"
    assert Notification.objects.filter(user=cast.erik, title__contains="方案不对").exists()
    early = triaged(cast, cast.case())
    survey = planned(cast, early, purpose="survey", onsite_reason="需现场测量")
    early.refresh_from_db()
    closing.cancel_case(case=early, by=cast.bob, reason="客户撤回")
    survey.refresh_from_db()
    assert survey.state == "cancelled"
    assert early.messages.filter(text__contains="客户撤回").exists()


def test_photos_stand_on_the_visit_and_on_the_case(cast: Cast) -> None:
    """WO-13, CUS-03: the evidence of the site is the evidence of the case."""
    qualified(cast, cast.erik)
    case = diagnosed(cast, triaged(cast, cast.case()))
    visit = on_site(cast, planned(cast, case, purpose="survey"))
    photo = SimpleUploadedFile("site.png", png())
    values = {"phenomenon": "地基下沉", "environment": "二楼钢平台", "verdict": "found"}
    working.write_report(visit=visit, by=cast.erik, values=values, uploads=[photo])
    assert [row.file.name for row in attachments_of(visit)] == ["site.png"]
    assert "site.png" in [row.file.name for row in attachments_of(case)]
    signed(visit)
    case.refresh_from_db()
    assert case.state == "solving"
    assert Document.objects.filter(subject_type="visits.visit", subject_id=visit.pk).count() == 1


def test_the_report_can_be_corrected_until_it_is_signed(cast: Cast) -> None:
    """WO-10: what the customer signs is what stands there."""
    qualified(cast, cast.erik)
    visit = reported(cast, on_site(cast, planned(cast, working_case(cast))))
    working.leave(visit=visit, by=cast.erik)
    left = visit.left_at
    refused(lambda: working.leave(visit=visit, by=cast.erik))
    working.take_back(visit=visit, by=cast.erik)
    working.write_report(visit=visit, by=cast.erik, values=report_values(visit, steps="更正后的步骤"))
    signed(visit)
    visit.refresh_from_db()
    assert (visit.report.steps, visit.left_at) == ("更正后的步骤", left)
    refused(lambda: working.take_back(visit=visit, by=cast.erik), "state")


def test_the_suggestion_names_its_reasons(cast: Cast) -> None:
    """WO-03, WO-32: qualified and free first, who is at the customer or of the region before others, with reasons."""
    near = create_user(username="near", name="近处", password=PASSWORD, roles=["technician"], region=cast.north)
    far = create_user(username="far", name="远处", password=PASSWORD, roles=["technician"], region=cast.south)
    for user in (near, far, cast.erik):
        qualified(cast, user)
    case = working_case(cast)
    rows = suggest(case, hour(), hour(at=11))
    assert [row.user for row in rows][:2] == [near, cast.erik]
    assert rows[-1].user == cast.bob
    assert not rows[-1].fits
    planned(cast, working_case(cast), engineer=far, starts_at=hour(at=13), ends_at=hour(at=15))
    rows = suggest(case, hour(), hour(at=11))
    assert rows[0].user == far
    assert len(rows[0].reasons) == 4


def test_the_suggestion_tells_a_way_that_takes_longer_than_what_is_left(cast: Cast) -> None:
    """WO-03, WO-18: before and after; whoever is too far away comes after those who are not, and is not refused."""
    for user in (cast.erik, cast.bob):
        qualified(cast, user)
    Spot.objects.create(customer=cast.customer, latitude="30.0", longitude="121.6")
    away = create_customer(name="苏州精工塑胶有限公司", by=None, region=cast.north)
    Spot.objects.create(customer=away, latitude="30.3", longitude="121.6")  # 33.4 km by air, 43.4 on the road: 60 min
    case = working_case(cast)
    early = planned(cast, working_case(cast, customer=away), starts_at=hour(at=9), ends_at=hour(at=10))

    def told(start: datetime, end: datetime) -> tuple[bool, list[str]]:
        """Whether Erik is the first, and what warns of his ways."""
        rows = suggest(case, start, end)
        erik = next(row for row in rows if row.user == cast.erik)
        assert erik.fits
        return rows[0] == erik, list(erik.warnings)

    quarter = timedelta(minutes=15)
    words = f"到 {early.number} 的路程约需 1 小时，间隔只有 45 分。"
    assert told(hour(at=11) - quarter, hour(at=12)) == (False, [words])
    assert told(hour(at=8) - 4 * quarter, hour(at=8) + quarter) == (False, [words])
    assert told(hour(at=11), hour(at=12)) == (True, [])
    assert told(hour(at=7), hour(at=8)) == (True, [])

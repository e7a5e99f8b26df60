"""What the papers of the companies ask of intake, judgement and records, each shown in its profile."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.core.deadlines.models import Deadline
from bihuan.core.documents.models import Document
from bihuan.core.documents.services import draft, issue
from bihuan.core.notify.models import Notification, OutboundMail
from bihuan.core.policy.models import PolicyProfile
from bihuan.core.policy.schema import Profile
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.products.services import register_card
from bihuan.service.desk.models import Case, Suggestion
from bihuan.service.desk.services import diagnosing, solving, talk, triage
from bihuan.service.desk.services.registration import register_case
from bihuan.service.followup.models import FollowUp
from tests.cast import PASSWORD, Cast
from tests.service.story import (
    accepted,
    agreed,
    diagnosed,
    followed_up,
    proposed,
    solution_values,
    triaged,
    whole_story,
)

pytestmark = pytest.mark.django_db


def rules(code: str) -> Profile:
    version = PolicyProfile.objects.get(code=code).current
    assert version is not None
    return version.content


def due(case: Case) -> dict[str, Deadline]:
    return {row.code: row for row in Deadline.objects.filter(subject_type="desk.case", subject_id=case.pk)}


def words(paper: Any) -> str:
    return str(paper.model_dump())


@pytest.mark.parametrize(("line", "types"), [
    ("precast", ["installation", "repair", "maintenance", "support"]),
    ("mould", ["installation", "training", "repair", "maintenance", "complaint"]),
])  # fmt: skip
def test_the_kinds_of_service_are_those_of_the_line(cast: Cast, line: str, types: list[str]) -> None:
    """GEN-11, GEN-12: guidance, repair, maintenance and support are types of a line; a case of each may be opened."""
    have = {row.code for row in rules(line).service_types}
    assert set(types) <= have
    for code in types:
        case = cast.case(line=cast.lines[line], service_type=code)
        assert (case.service_type, case.policy_version.profile.code) == (code, line)


def test_one_procedure_for_before_during_and_after_the_sale_and_for_every_product(cast: Cast) -> None:
    """GEN-09, GEN-10: enquiry before the sale, failed delivery acceptance and repair are cases; each line has its own."""
    cases = [
        cast.case(service_type="enquiry"), cast.case(channel="delivery"), cast.case(service_type="return"),
        *(cast.case(line=line, unit=None) for line in cast.lines.values()),
    ]  # fmt: skip
    assert {case.state for case in cases} == {"new"}
    assert len({case.policy_version_id for case in cases}) == len(cast.lines)


@pytest.mark.parametrize(
    "channel", ["phone", "email", "web", "app", "chat", "walk_in", "letter", "complaint_line", "visit"]
)
def test_every_way_in_of_the_papers_leads_to_a_case(cast: Cast, channel: str) -> None:
    """INT-03, INT-04, INT-05, INT-07: hotline, mail, feedback board, online service, in person, complaint line."""
    assert rules("general").channel(channel) is not None
    assert cast.case(channel=channel).channel == channel


def test_the_ways_in_are_published_and_closed_ones_are_not(cast: Cast) -> None:
    """INT-03, INT-09, INT-10: the contact page names every open channel with its hours, and no closed or inner one."""
    page = Client().get(reverse("public:contact")).content.decode()
    assert "400-800-0000" in page
    assert "24 小时全天候" in page
    assert "service@bihuan.example" in page
    assert "社交媒体" not in page
    assert "业务人员转达" not in page


def test_the_label_carries_the_hotline_and_the_way_to_the_feedback_form(cast: Cast) -> None:
    """INT-11: the label for box and manual shows the hotline beside the QR code of the unit."""
    client = Client()
    client.login(username="alice", password=PASSWORD)
    page = client.get(reverse("products:label", args=[cast.unit.pk])).content.decode()
    assert "400-800-0000" in page
    assert "data:image/svg+xml" in page
    assert "400-800-0000" in Client().get(reverse("public:unit", args=[cast.unit.public_token])).content.decode()


def test_the_feedback_of_a_component_names_what_its_papers_want(cast: Cast) -> None:
    """INT-16: customer, description, purchase time and component model of a precast component."""
    case = cast.case(
        line=cast.lines["precast"], unit=None, purchased_on=timezone.localdate(),
        custom={"component_model": "YB-3"},
    )  # fmt: skip
    assert (case.custom["component_model"], case.purchased_on) == ("YB-3", timezone.localdate())
    assert "构件型号" in words(draft("F09", case))


def test_the_feedback_report_says_source_time_part_phenomenon_impact_and_class(cast: Cast) -> None:
    """INT-19, INT-21, F09: one problem feedback report for each feedback, with all its fields."""
    case = triaged(cast, cast.case(position_text="主轴端", impact_text="整线停产"), category="function")
    paper = words(issue(form_code="F09", subject=case, by=cast.alice).paper)
    for word in ("服务热线", "主轴端", "整线停产", "功能失效", "主轴有异响", "宁波海天塑机配套有限公司"):
        assert word in paper


def test_the_record_form_is_made_the_moment_the_feedback_is_taken(cast: Cast) -> None:
    """INT-20, F21: at the mould maker the service record form exists as soon as the case is registered."""
    case = cast.case(line=cast.lines["mould"], custom={"production_status": "停机待修"})
    paper = words(issue(form_code="F21", subject=case, by=cast.alice).paper)
    assert "停机待修" in paper
    assert case.number in paper


def test_a_complaint_and_a_quality_report_have_their_papers(cast: Cast) -> None:
    """INT-24, INT-25, F06: complaint record and quality information report are made from the case, to be signed."""
    case = triaged(cast, cast.case(service_type="complaint"), dispersion=2, affected=12)
    assert "客户投诉记录表" in issue(form_code="F13", subject=case, by=cast.alice).title
    report = words(issue(form_code="F06", subject=case, by=cast.alice).paper)
    for word in ("批量", "12", "异响", "编制", "审核", "批准"):
        assert word in report


def test_the_desk_records_the_manager_judges_and_names_handler_and_time(cast: Cast) -> None:
    """INT-27, INT-37, INT-39, TRI-06, WO-03: recorded, passed on at once, judged, given to a person with a limit."""
    case = cast.case(line=cast.lines["precast"], unit=None)
    assert "triage" in due(case)
    triaged(cast, case, severity=2)
    case.refresh_from_db()
    assert case.owner == cast.erik
    limit = due(case)["preliminary_investigation"]
    assert limit.state == "open"
    assert limit.due_at is not None
    assert Notification.objects.filter(user=cast.erik, subject_type="desk.case", subject_id=case.pk).exists()


def test_sales_collect_and_pass_on_what_customers_tell_them(cast: Cast) -> None:
    """INT-29: a seller relays a message, sees his case and what becomes of it."""
    seller = cast.charlie
    seller.grants.create(role="sales")
    seller.__dict__.pop("role_codes", None)
    case = register_case(report=cast.report(channel="sales", reporter=seller), by=seller)
    client = Client()
    client.login(username="charlie", password=PASSWORD)
    assert client.get(reverse("desk:case", args=[case.number])).status_code == 200


def test_an_emergency_starts_a_faster_clock(cast: Cast) -> None:
    """INT-31: priority response: an urgent case gets a shorter limit that rings higher."""
    plain, urgent = triaged(cast, cast.case()), triaged(cast, cast.case(), urgency=3)
    assert "urgent_response" not in due(plain)
    clock = due(urgent)["urgent_response"]
    assert clock.due_at == urgent.complained_at + timedelta(hours=2)
    level = rules("general").level("urgency", 3)
    assert level is not None
    assert "priority_response" in level.flags


def test_a_failed_delivery_acceptance_starts_the_same_handling(cast: Cast) -> None:
    """INT-34: not only complaints: a delivery that was not accepted runs through the whole loop."""
    assert whole_story(cast, cast.case(channel="delivery")).state == "archived"


def test_an_unsolved_follow_up_comes_back_to_service(cast: Cast) -> None:
    """INT-35: 转售后: what the customer still has becomes work again, by itself."""
    case = accepted(cast, agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case())))))
    followed_up(cast, case, score=2, solved=False)
    case.refresh_from_db()
    again = Case.objects.filter(follows=case).exists() or case.cycle == 2
    assert again


def test_the_desk_sees_how_to_speak_while_it_registers(cast: Cast) -> None:
    """INT-36: courtesy is on the page: listen, never quarrel."""
    client = Client()
    client.login(username="alice", password=PASSWORD)
    assert "不能与客户在电话内吵架" in client.get(reverse("desk:register")).content.decode()


def test_the_service_card_is_registered_issued_and_tells_the_day_of_installation(cast: Cast) -> None:
    """CUS-02, CUS-07, F16: the card ties unit, customer and installation day, and is issued as paper."""
    day = timezone.localdate() - timedelta(days=3)
    card = register_card(unit=cast.unit, customer=cast.customer, installed_on=day, by=cast.bob, installer="李师傅")
    cast.unit.refresh_from_db()
    assert cast.unit.installed_on == day
    paper = Document.objects.get(form_code="F16", subject_type="products.unit", subject_id=cast.unit.pk)
    for word in (card.number, "李师傅", str(day), cast.unit.serial):
        assert word in words(paper.paper)


def test_the_archive_holds_every_part_of_the_story(cast: Cast) -> None:
    """CUS-03, ACC-10, ACC-14, F14: words, diagnosis, solution, work, acceptance and feedback in one archive."""
    case = whole_story(cast, cast.case())
    paper = words(Document.objects.get(form_code="F14", subject_id=case.pk).paper)
    for word in ("主轴有异响", "轴承预紧力不足", "更换轴承并调整预紧", "已更换轴承", "客户验收", "宁波海天"):
        assert word in paper
    said = words(draft("F14", case, number=case.number))
    assert [word in said for word in ("回访与反馈", "服务过程 5 分", "谢谢")] == [True] * 3
    assert case.dossiers.count() == 1


def test_the_documents_that_engineering_owes_are_named_until_they_are_there(cast: Cast) -> None:
    """CUS-05: the page of a model says which of specification, drawing, certificate, test data are missing."""
    client = Client()
    client.login(username="bob", password=PASSWORD)
    page = client.get(reverse("products:model", args=[cast.model.pk])).content.decode()
    assert all(word in page for word in ("规格书", "性能指标", "特殊要求", "质量认证", "试验数据"))


@pytest.mark.parametrize(("line", "names"), [
    ("mould", ["功能性故障", "精度偏差", "易损件更换", "操作疑问"]), ("general", ["产品外观缺陷", "功能失效", "安全隐患"]),
])  # fmt: skip
def test_the_classes_of_problems_are_those_of_the_papers(cast: Cast, line: str, names: list[str]) -> None:
    """TRI-03, TRI-04: four types at the mould maker, three classes elsewhere, with a flag on safety."""
    assert set(names) <= {row.name for row in rules(line).categories}


def test_engineering_judges_how_far_a_problem_reaches(cast: Cast) -> None:
    """TRI-07, TRI-12: isolated, batch or serious, with the number of units; kept with the case and its reason."""
    case = triaged(cast, cast.case(), dispersion=2, affected=40)
    case.refresh_from_db()
    assert (case.dispersion, case.affected) == (2, 40)
    assert [row.name for row in rules("general").scales.dispersion] == ["个别离散", "批量", "严重"]
    assert case.deadline_facts()["dispersion"] == 2


def test_what_endangers_people_is_seen_in_the_words(cast: Cast) -> None:
    """TRI-08: 打火 in the customer's words points to the symptom that is flagged dangerous and asks for a person's yes."""
    from bihuan.core.jobs.relay import run_due

    case = cast.case(description="插座打火，有焦味")
    run_due()
    hint = Suggestion.objects.get(case=case, field="symptom")
    assert hint.label == "打火"
    alarm = Notification.objects.filter(user=cast.bob, subject_id=case.pk).get()
    assert (alarm.level, "危及人身" in alarm.title) == ("urgent", True)
    triage.decide_suggestion(suggestion=hint, by=cast.bob, accept=True)
    case.refresh_from_db()
    assert case.symptom is not None
    assert (case.symptom.is_serious, case.symptom.is_danger) == (True, True)


def test_the_three_levels_choose_the_limits_of_the_investigation(cast: Cast) -> None:
    """TRI-09: general, severe and major are levels 1 to 3 with their meaning; severe ones are investigated sooner."""
    steps = rules("precast").scales.severity
    assert [(step.level, step.name) for step in steps] == [(1, "一般"), (2, "严重"), (3, "重大")]
    assert all(step.note for step in steps)
    mild, bad = (triaged(cast, cast.case(line=cast.lines["precast"], unit=None), severity=level) for level in (1, 3))
    assert ("investigation" in due(mild), "preliminary_investigation" in due(bad)) == (True, True)


def test_one_criterion_makes_it_a_quality_problem(cast: Cast) -> None:
    """TRI-10: the precast maker's criteria; one that is met cannot be called misuse, an unknown one is refused."""
    case = cast.case(line=cast.lines["precast"], unit=None)
    values = {"urgency": 2, "severity": 2, "impact": 1}
    for wrong in ({"nature": "misuse", "criteria": ["surface"]}, {"nature": "defect", "criteria": ["colour"]}):
        with pytest.raises(MoveRefused):
            triage.triage_case(case=case, by=cast.bob, values={**values, **wrong})
    assert Case.objects.get(pk=case.pk).state == "new"
    triage.triage_case(case=case, by=cast.bob, values={**values, "nature": "defect", "criteria": ["surface"]})
    assert Case.objects.get(pk=case.pk).criteria == ["surface"]
    assert "表面存在裂缝" in words(draft("F06", case))


@pytest.mark.parametrize(("line", "roles"), [
    ("general", ["after_sales_manager"]), ("mould", ["service_agent"]), ("appliance", ["sales", "after_sales_manager"]),
])  # fmt: skip
def test_who_judges_is_configuration(cast: Cast, line: str, roles: list[str]) -> None:
    """TRI-14: the manager, the service specialist or the sales department triages."""
    assert list(rules(line).duties["triage"]) == roles


def test_the_measure_has_its_date_and_the_complaint_its_answer(cast: Cast) -> None:
    """SLA-15, SLA-22: an agreed measure must be done by a day; a quality complaint has clocks from its first minute."""
    case = cast.case(service_type="complaint")
    assert "first_response" in due(case)
    agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, case))))
    assert due(case)["work"].due_at is not None
    assert due(case)["complaint_plan"].state in {"met", "done", "closed"} or due(case)["complaint_plan"].met_at


def test_an_engineer_analyses_helps_from_afar_and_estimates(cast: Cast) -> None:
    """WO-01, WO-02, WO-04: remote guidance is recorded; the diagnosis estimates parts, tools, skills and hours."""
    case = triaged(cast, cast.case())
    diagnosing.start_diagnosis(case=case, by=cast.erik)
    session = {"means": "video", "began_at": case.registered_at, "minutes": 20, "steps": "指导复位", "solved": True}
    diagnosing.record_remote_session(case=case, by=cast.erik, values=session)
    values = {
        "findings": "参数漂移", "cause": "参数丢失", "parts": "电池", "tools": "编程器", "skills": "电气", "estimated_hours": 1,
    }  # fmt: skip
    diagnosing.conclude_diagnosis(case=case, by=cast.erik, values=values)
    row = case.diagnoses.get()
    assert (row.parts, row.tools, row.skills, row.estimated_hours) == ("电池", "编程器", "电气", 1)
    assert case.remote_sessions.get().solved


def test_the_customer_is_told_when_and_who_comes(cast: Cast) -> None:
    """WO-14, WO-15: the agreed time and the engineer's name and telephone reach the customer in advance."""
    cast.erik.phone = "13700000009"
    cast.erik.save()
    case = triaged(cast, cast.case())
    at = timezone.now() + timedelta(days=1)
    with pytest.raises(MoveRefused):
        talk.appoint(case=case, by=cast.alice, at=timezone.now(), engineer=cast.erik, agreed_with="王工")
    talk.appoint(case=case, by=cast.alice, at=at, engineer=cast.erik, agreed_with="王工")
    mail = OutboundMail.objects.get(kind="appointment")
    assert "何工" in mail.text
    assert "13700000009" in mail.text
    page = Client().get(reverse("public:progress", args=[case.public_token])).content.decode()
    assert f"{timezone.localtime(at):%Y-%m-%d %H:%M}" in page


def test_a_solution_says_commitment_cost_and_kind_of_remedy(cast: Cast) -> None:
    """SOL-01, SOL-09: need, cost and commitment stand in the solution; return, repair and compensation are kinds."""
    from bihuan.service.desk.models import SolutionKind

    assert {"repair", "replacement", "return", "compensation", "guidance"} <= set(SolutionKind.values)
    case = diagnosed(cast, triaged(cast, cast.case()))
    values = solution_values(cost=1200, commitment="24 小时到场", kind="compensation")
    solution = solving.draft_solution(case=case, by=cast.erik, values=values)
    assert (solution.cost, solution.commitment, solution.kind) == (1200, "24 小时到场", "compensation")


def test_a_return_to_the_factory_needs_its_logistics(cast: Cast) -> None:
    """SOL-05: logistics, cycle and who pays; without the logistics it is refused and nothing is kept."""
    case = diagnosed(cast, triaged(cast, cast.case()))
    with pytest.raises(MoveRefused) as refused:
        solving.draft_solution(case=case, by=cast.erik, values=solution_values(kind="depot"))
    assert refused.value.code == "logistics"
    assert not case.solutions.exists()
    values = solution_values(kind="depot", logistics="顺丰到付", hours=40)
    solution = solving.draft_solution(case=case, by=cast.erik, values=values)
    assert (solution.logistics, solution.hours, solution.payer) == ("顺丰到付", 40, "company")


def test_several_departments_make_the_solution_and_the_answer_waits_for_them(cast: Cast) -> None:
    """SOL-11, ACC-13: a team of departments gives opinions; the customer is answered after they are confirmed."""
    case = triaged(cast, cast.case())
    diagnosing.start_diagnosis(case=case, by=cast.erik)
    departments = [cast.erik.department, cast.bob.department]
    meeting = diagnosing.convene(
        case=case, by=cast.bob, topic="为何早期磨损", answer_by=timezone.now(), departments=departments
    )
    with pytest.raises(MoveRefused) as refused:
        talk.reply(case=case, by=cast.alice, text="已经处理")
    assert refused.value.code == "purpose"
    assert not case.messages.filter(direction="out").exists()
    diagnosing.conclude_consultation(
        consultation=meeting, by=cast.bob, causes="润滑不足", conclusion="更换并改油路", resources="装配 2 人"
    )
    talk.reply(case=case, by=cast.alice, text="经各部门确认：更换并改油路")
    assert case.messages.filter(direction="out").count() == 1


def test_acceptance_keeps_cleaning_scores_and_the_signed_sheet(cast: Cast) -> None:
    """ACC-02, ACC-04, ACC-07, F24: the site is cleaned, three scores and the signature stand on the acceptance sheet."""
    from bihuan.service.desk.services import closing
    from tests.service.story import picture

    case = agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case()))))
    closing.add_work(case=case, by=cast.erik, text="已更换")
    closing.finish_work(case=case, by=cast.erik)
    values = {
        "passed": True, "person": "王工", "demonstrated": True, "site_cleaned": True, "process_score": 5,
        "result_score": 4, "attitude_score": 5, "signature": picture(),
    }  # fmt: skip
    closing.accept_by_customer(case=case, by=cast.erik, values=values)
    paper = words(issue(form_code="F24", subject=case, by=cast.alice).paper)
    for word in ("现场已清理", "4 分", "王工"):
        assert word in paper


def test_all_signed_papers_and_pictures_lie_in_the_archive(cast: Cast) -> None:
    """ACC-09, F18: record form, signed sheet and photos are archived together under one dossier."""
    case = whole_story(cast, cast.case(line=cast.lines["appliance"]))
    forms = set(Document.objects.filter(subject_id=case.pk).values_list("form_code", flat=True))
    assert {"F14", "F18"} <= forms
    assert case.dossiers.get().keep_until > timezone.localdate() + timedelta(days=365 * 4)


def test_opinions_and_use_reach_production_and_engineering(cast: Cast) -> None:
    """ACC-11: a bad score opens a review, and the codes of the case are there for whoever improves the product."""
    case = accepted(cast, agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case())))))
    row = followed_up(cast, case, score=1)
    assert FollowUp.objects.get(pk=row.pk).review.pk
    case.refresh_from_db()
    assert (case.symptom, case.cause_category) == (cast.symptom, cast.cause)


def test_a_repair_form_stands_at_the_head_of_the_door_makers_archive(cast: Cast) -> None:
    """F12: the repair acceptance form is issued from the case with charge and signature rows."""
    case = cast.case(line=cast.lines["door"])
    paper = words(issue(form_code="F12", subject=case, by=cast.alice).paper)
    for word in ("维修受理表", "费用承担", "客户签字"):
        assert word in paper


def test_a_search_shows_the_line_that_was_found_and_no_telephone(cast: Cast) -> None:
    """CUS-06: what is shown beside a hit is the customer's words, not his number."""
    from bihuan.core.search.queries import find

    case = cast.case(description="开门吱吱异响", contact_phone="13811112222")
    hit = next(hit for hit in find("异响", types=["desk.case"]) if hit.subject_id == case.pk)
    assert "".join(hit.snippet) == "开门吱吱异响"
    assert [hit.subject_id for hit in find("13811112222")] == [case.pk]
    assert [hit.subject_id for hit in find(case.number)] == [case.pk]

"""Where companies differ, a setting decides: one test for each difference."""

from typing import Any

import pytest
from django.test import Client

from bihuan.core.documents.models import Document
from bihuan.core.documents.services import draft
from bihuan.core.files.services import attach
from bihuan.core.notify.models import Notification
from bihuan.core.permissions.services import Refused
from bihuan.core.policy.models import PolicyProfile
from bihuan.core.policy.services import PolicyError, read_file, save_version
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.people.models import Department
from bihuan.service.desk.models import Case
from bihuan.service.desk.services import closing, diagnosing, solving, talk, triage
from bihuan.service.desk.services.registration import register_case
from bihuan.service.followup.models import FollowUp, ReviewTask
from bihuan.service.followup.queries import reviews_for
from bihuan.service.followup.services import finish_review
from tests.cast import PASSWORD, PROFILES, Cast
from tests.service.story import accepted, agreed, diagnosed, followed_up, picture, proposed, solution_values, triaged

pytestmark = pytest.mark.django_db


def changed(code: str = "general", **sections: Any) -> None:
    """Put a changed profile in force."""
    save_version(data={**read_file(code), **sections}, by=None)


def test_channels_are_a_table_with_switches(cast: Cast) -> None:
    """D02, INT-13: every company switches its channels, with their own hours and targets."""
    rules = PolicyProfile.objects.get(code="general").current
    assert rules is not None
    social, phone = rules.content.channel("social"), rules.content.channel("phone")
    assert social is not None
    assert phone is not None
    assert (social.enabled, phone.max_rings, phone.always_open) == (False, 3, True)


def test_the_limits_of_a_channel_stand_beside_what_is_noted_of_a_call(cast: Cast) -> None:
    """INT-14: rings and waiting time have their limits per channel, and who answers sees them."""
    client = Client()
    client.login(username="alice", password=PASSWORD)
    page = client.get("/cases/new/?channel=phone").content.decode()
    assert ("此处不超过 3。" in page, "此处不超过 20。" in page) == (True, True)
    page = client.get("/cases/new/?channel=chat").content.decode()
    assert ("此处不超过 3。" in page, "此处不超过 60。" in page) == (False, False)
    assert "此处不超过" not in client.get("/cases/new/?channel=letter").content.decode()


def test_four_scales_stand_side_by_side_and_code_asks_numbers(cast: Cast) -> None:
    """D05: urgency, severity, impact and dispersion are scales of their own; 严重 is level 2 of one, 3 of another."""
    data = read_file("general")
    names = {scale: [step["name"] for step in data["scales"][scale]] for scale in ("severity", "dispersion")}
    assert (names["severity"].index("严重"), names["dispersion"].index("严重")) == (1, 2)
    case = triaged(cast, cast.case(), severity=3)
    assert case.priority == 4


def test_categories_belong_to_the_profile_of_the_line(cast: Cast) -> None:
    """D06: the mould maker has four types, the precast maker the criteria of its papers."""
    trees = {code: [row["code"] for row in read_file(code)["categories"]] for code in ("mould", "precast")}
    assert trees["mould"] == ["functional", "accuracy", "wear_part", "operation"]
    assert "strength" in trees["precast"]


def test_who_takes_a_request_and_who_judges_it_is_a_right_of_a_role(cast: Cast) -> None:
    """D07: at the appliance maker the sales department triages, elsewhere it may not."""
    seller = cast.charlie
    seller.grants.create(role="sales")
    seller.__dict__.pop("role_codes", None)
    general, appliance = cast.case(reporter=seller), cast.case(line=cast.lines["appliance"], reporter=seller)
    values = {"nature": "misuse", "urgency": 1}
    with pytest.raises(Refused):
        triage.triage_case(case=general, by=seller, values=values)
    triage.triage_case(case=appliance, by=seller, values=values)
    assert (Case.objects.get(pk=general.pk).state, Case.objects.get(pk=appliance.pk).state) == ("new", "triaged")


def test_who_analyses_is_a_right_of_a_role(cast: Cast) -> None:
    """D08: the engineer diagnoses, the desk may not, because the policy says so."""
    case = triaged(cast, cast.case())
    with pytest.raises(Refused):
        diagnosing.start_diagnosis(case=case, by=cast.alice)
    diagnosing.start_diagnosis(case=case, by=cast.erik)


@pytest.mark.parametrize(("line", "severity", "cost", "steps"), [
    ("general", 1, 0, 0), ("general", 1, 6000, 1), ("general", 1, 60000, 2), ("precast", 1, 0, 2), ("precast", 3, 0, 3),
])  # fmt: skip
def test_the_chain_of_approval_depends_on_level_and_amount(
    cast: Cast, line: str, severity: int, cost: int, steps: int
) -> None:
    """D10: chains are chosen by subject, level and amount."""
    from bihuan.core.approvals.models import Approval

    case = diagnosed(cast, triaged(cast, cast.case(line=cast.lines[line]), severity=severity))
    solution = solving.draft_solution(case=case, by=cast.erik, values=solution_values(cost=cost))
    solving.submit_solution(solution=solution, by=cast.erik)
    approval = Approval.objects.get(subject_id=case.pk)
    assert len(approval.steps) == steps
    case.refresh_from_db()
    assert case.state == ("consent" if steps == 0 else "solving")


def test_acceptance_has_the_steps_of_the_profile(cast: Cast) -> None:
    """D15, ACC-03: the mould maker wants the trial run, and no internal acceptance follows."""
    case = agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case(line=cast.lines["mould"])))))
    closing.add_work(case=case, by=cast.erik, text="修磨")
    closing.finish_work(case=case, by=cast.erik)
    values = {"passed": True, "person": "王工", "signature": picture()}
    with pytest.raises(MoveRefused) as refused:
        closing.accept_by_customer(case=case, by=cast.erik, values=values)
    assert refused.value.code == "run_test"
    closing.accept_by_customer(case=case, by=cast.erik, values={**values, "run_test": "试模 200 模合格"})
    case.refresh_from_db()
    assert case.state == "closed"


@pytest.mark.parametrize(
    ("line", "code"), [("general", "F24"), ("mould", "F21"), ("appliance", "F18"), ("door", "F12")]
)
def test_the_paper_of_completion_is_chosen(cast: Cast, line: str, code: str) -> None:
    """D16: one company ends with the acceptance sheet, another with the record form or the work order."""
    from tests.service.story import whole_story

    case = whole_story(cast, cast.case(line=cast.lines[line]))
    assert Document.objects.filter(subject_id=case.pk, form_code=code).exists()


@pytest.mark.parametrize(
    ("rule", "refusal"), [("required", "remote_first"), ("preferred", "onsite_reason"), ("off", None)]
)
def test_remote_first_is_a_rule_of_the_service_type(cast: Cast, rule: str, refusal: str | None) -> None:
    """D18, WO-06, WO-07: a visit is refused, wants a reason, or is free, as the service type says."""
    changed(service_types=[{"code": "repair", "name": "报修", "remote_first": rule}])
    case = triaged(cast, cast.case())
    diagnosing.start_diagnosis(case=case, by=cast.erik)
    diagnosing.conclude_diagnosis(case=case, by=cast.erik, values={"findings": "x", "cause": "y"})
    values = solution_values(is_onsite=True)
    if refusal is None:
        solving.draft_solution(case=case, by=cast.erik, values=values)
        return
    with pytest.raises(MoveRefused) as refused:
        solving.draft_solution(case=case, by=cast.erik, values=values)
    assert refused.value.code == refusal
    assert not case.solutions.exists()


def test_a_serious_matter_goes_on_site_without_remote_help(cast: Cast) -> None:
    """WO-07: structural damage or danger to production opens the way to the site."""
    changed(service_types=[{"code": "repair", "name": "报修", "remote_first": "required"}])
    case = triaged(cast, cast.case())
    diagnosing.start_diagnosis(case=case, by=cast.erik)
    values = {"findings": "x", "cause": "y", "endangers_production": True}
    diagnosing.conclude_diagnosis(case=case, by=cast.erik, values=values)
    assert solving.draft_solution(case=case, by=cast.erik, values=solution_values(is_onsite=True)).revision == 1


def test_service_on_site_passes_the_supervisors_gate_where_the_policy_has_one(cast: Cast) -> None:
    """WO-07: the department supervisor approves the visit."""
    case = diagnosed(cast, triaged(cast, cast.case(line=cast.lines["mould"])))
    solution = solving.draft_solution(case=case, by=cast.erik, values=solution_values(is_onsite=True))
    solving.submit_solution(solution=solution, by=cast.erik)
    case.refresh_from_db()
    solution.refresh_from_db()
    assert (case.state, solution.state) == ("solving", "approving")


@pytest.mark.parametrize(("line", "warranty", "cause", "payer"), [
    ("general", "in", "production", "company"), ("general", "in", "misuse", "customer"), ("general", "out", "production", "customer"),
    ("door", "out", "production", "company"), ("door", "in", "misuse", "customer"),
])  # fmt: skip
def test_who_pays_stands_in_the_charge_table(cast: Cast, line: str, warranty: str, cause: str, payer: str) -> None:
    """D19, SOL-06, SOL-07, SOL-08: warranty and cause decide at one company, the cause alone at another."""
    from bihuan.registry.faults.models import CauseCategory

    case = cast.case(line=cast.lines[line])
    case.warranty_state, case.cause_category = warranty, CauseCategory.objects.get(code=cause)
    assert solving.suggest_payer(case)[0] == payer


def test_a_decision_against_the_table_needs_its_reason(cast: Cast) -> None:
    case = cast.case()
    case.warranty_state, case.cause_category = "in", cast.cause
    case.save()
    with pytest.raises(MoveRefused):
        solving.decide_charge(case=case, by=cast.erik, payer="customer", reason="")
    assert Case.objects.get(pk=case.pk).payer == "undecided"
    solving.decide_charge(case=case, by=cast.erik, payer="customer", reason="合同另有约定")
    assert Case.objects.get(pk=case.pk).payer == "customer"


def test_departments_keep_the_other_names_of_the_papers(cast: Cast) -> None:
    """D25: 销售部, 销售部门 and 技术服务中心 are one department."""
    assert "技术服务中心" in Department.objects.get(code="sales").aliases


def test_one_archive_two_print_forms(cast: Cast) -> None:
    """D28, INT-23: the door maker's archive stands on the repair acceptance form, beside the customer archive."""
    from tests.service.story import whole_story

    case = whole_story(cast, cast.case(line=cast.lines["door"]))
    assert set(Document.objects.filter(subject_id=case.pk).values_list("form_code", flat=True)) == {"F12", "F14"}
    assert case.dossiers.count() == 1


def test_the_standard_that_a_form_names_is_data(cast: Cast) -> None:
    """D29: the clause stands in the profile and is printed on the paper."""
    from bihuan.core.documents.services import issue

    case = cast.case(line=cast.lines["appliance"])
    assert issue(form_code="F09", subject=case, by=cast.alice).paper.standard == "GB/T 19001-2016 8.7、10.2"


def test_the_archive_is_kept_as_long_as_the_policy_says(cast: Cast) -> None:
    """D30: the retention of a case is a number of the profile."""
    from tests.service.story import whole_story

    changed(retention=[{"record": "case", "years": 10}])
    case = whole_story(cast, cast.case())
    kept = case.dossiers.get()
    assert kept.keep_until.year - kept.archived_at.year == 10


@pytest.mark.parametrize(
    ("close_when", "state"), [("signature", "closed"), ("solved", "closed"), ("follow_up", "follow_up")]
)
def test_when_a_case_closes_is_policy(cast: Cast, close_when: str, state: str) -> None:
    """D31, ACC-08: on signature, on solution, or after the follow-up."""
    changed(procedure={**read_file("general")["procedure"], "close_when": close_when})
    case = accepted(cast, agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case())))))
    assert case.state == state


def test_a_product_line_has_fields_of_its_own(cast: Cast) -> None:
    """D34, INT-17: the mould maker asks for the order and the state of production; the door maker does not."""
    from bihuan.core.rest.problems import WrongFields
    from bihuan.service.desk.validation import check_custom, custom_fields

    assert [field.code for field in custom_fields(cast.lines["mould"])] == [
        "order_no",
        "mould_spec",
        "production_status",
    ]
    assert "production_status" not in {field.code for field in custom_fields(cast.lines["door"])}
    with pytest.raises(WrongFields) as refused:
        check_custom({"order_no": "1"}, None)
    assert refused.value.errors == [{"field": "body.data.custom.order_no", "message": "没有这个字段。"}]


def test_the_follow_up_has_the_time_of_the_profile(cast: Cast) -> None:
    """SUR-01: 48 hours at one company, 24 at another."""
    hours = {}
    for line in ("general", "appliance"):
        case = accepted(
            cast, agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case(line=cast.lines[line])))))
        )
        row = FollowUp.objects.get(case=case)
        ended = case.acceptances.order_by("-pk")[0].at
        hours[line] = round((row.due_at - ended).total_seconds() / 3600)
    assert hours == {"general": 48, "appliance": 24}


def test_a_case_keeps_the_rules_that_it_started_under(cast: Cast) -> None:
    """GEN-04: rules are versioned; a change counts for the cases that come after it."""
    before = cast.case()
    changed(company="改名后的公司")
    after = register_case(report=cast.report(), by=cast.alice)
    assert (before.policy.company, after.policy.company) == ("闭环示范制造有限公司", "改名后的公司")


@pytest.mark.parametrize("code", PROFILES)
def test_loading_a_profile_twice_changes_nothing(cast: Cast, code: str) -> None:
    version = PolicyProfile.objects.get(code=code).current
    assert save_version(data=read_file(code), by=None) == version


def test_a_profile_with_a_mistake_is_refused_with_its_place(cast: Cast) -> None:
    data = read_file("general")
    row = next(row for row in data["deadlines"] if row["code"] == "first_response")
    row["escalations"] = [{"after_hours": 0, "roles": ["nobody"]}]
    with pytest.raises(PolicyError) as refused:
        save_version(data=data, by=None)
    assert any("deadlines.first_response: “nobody”不存在" in line for line in refused.value.problems)
    with pytest.raises(PolicyError, match="chanels"):
        save_version(data={**read_file("general"), "chanels": []}, by=None)
    data = read_file("mould")
    data["custom_fields"][0]["entity"] = "model"
    with pytest.raises(PolicyError) as refused:
        save_version(data=data, by=None)
    assert any("custom_fields" in line for line in refused.value.problems)


def test_damage_that_is_not_the_customers_is_photographed_and_reported(cast: Cast) -> None:
    """SOL-08: at the door maker it goes to the head office with photos; elsewhere nobody is told."""
    case = cast.case(line=cast.lines["door"])
    Case.objects.filter(pk=case.pk).update(warranty_state="in", cause_category=cast.cause)
    case.refresh_from_db()
    before = Notification.objects.filter(user=cast.grace).count()
    with pytest.raises(MoveRefused, match="拍照"):
        solving.decide_charge(case=case, by=cast.erik, payer="company", reason="")
    attach(subject=case, file=picture(), role="evidence")
    solving.decide_charge(case=case, by=cast.erik, payer="company", reason="")
    assert Notification.objects.filter(user=cast.grace).count() == before + 1
    other = cast.case()
    Case.objects.filter(pk=other.pk).update(warranty_state="in", cause_category=cast.cause)
    solving.decide_charge(case=Case.objects.get(pk=other.pk), by=cast.erik, payer="company", reason="")
    assert Notification.objects.filter(user=cast.grace).count() == before + 1


@pytest.mark.parametrize("waits", [True, False])
def test_whether_the_archive_waits_for_the_review_of_a_bad_score_is_policy(cast: Cast, waits: bool) -> None:
    """SUR-15, ACC-06, ACC-10: what made the customer unsatisfied is analysed before his case is put away, and stands
    in its archive; a company that does not wait keeps the review on its list."""
    changed(procedure={**read_file("general")["procedure"], "archive_waits_for_review": waits})
    case = accepted(cast, agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case())))))
    talk.reply(case=case, by=cast.alice, text="已处理。")
    followed_up(cast, case, score=1)
    review = ReviewTask.objects.get()
    if waits:
        with pytest.raises(MoveRefused, match="复盘"):
            closing.archive_case(case=case, by=cast.bob)
        case.refresh_from_db()
        assert (case.state, case.dossiers.count()) == ("closed", 0)
        finish_review(review=review, by=cast.bob, cause="等待两天才联系", improvement="派单当天告知安排")
    closing.archive_case(case=case, by=cast.bob)
    assert case.state == "archived"
    assert list(reviews_for(cast.bob)) == [review]
    said = str(draft("F14", case, number=case.number).model_dump())
    assert ("派单当天告知安排" in said) is waits

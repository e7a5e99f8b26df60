"""The rules of the service desk, one by one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bihuan.core.permissions.services import Refused
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.desk.models import Case, ConsentMeans, Decision
from bihuan.service.desk.queries import history_of, visible_to
from bihuan.service.desk.recognition import likely_duplicates, suggest
from bihuan.service.desk.services import closing, diagnosing, solving, talk, triage
from bihuan.service.desk.services.registration import first_line
from bihuan.service.followup.models import FollowUp, ReviewTask
from bihuan.service.followup.services import Outcome, finish_review, record_attempt
from tests.cast import Cast
from tests.service.story import accepted, agreed, diagnosed, followed_up, proposed, solution_values, triaged

pytestmark = pytest.mark.django_db


def test_a_case_is_opened_at_once_with_its_number_and_its_unit(cast: Cast) -> None:
    """INT-15, INT-22: the number, the product, the customer and the region are there from the first second."""
    case = cast.case()
    assert case.number.startswith(f"SV{timezone.localdate():%Y%m}-")
    assert (case.model, case.customer, case.region, case.serial_text) == (
        cast.model,
        cast.customer,
        cast.north,
        "SN261284341",
    )


def test_a_seller_may_report_for_a_customer(cast: Cast) -> None:
    """INT-06, INT-38: the reporter is not the customer."""
    case = cast.case(channel="sales", reporter=cast.alice, contact_name="王工")
    assert (case.reporter_name, case.contact_name) == ("林小雨", "王工")


def test_the_system_suggests_and_a_person_decides(cast: Cast) -> None:
    """INT-26, TRI-01: customer, unit and symptom are proposed with their reasons and change nothing by themselves."""
    case = cast.case(
        unit=None, customer=None, contact_phone="+86 138-0000-1234", description="SN261284341 有异响，已停机"
    )
    suggest(case)
    found = {row.field: row.label for row in case.suggestions.all()}
    assert found == {"unit": "SN261284341", "customer": cast.customer.name, "symptom": "异响", "urgency": "紧急"}
    case.refresh_from_db()
    assert (case.unit, case.customer, case.symptom, case.urgency) == (None, None, None, None)
    triage.decide_suggestion(suggestion=case.suggestions.get(field="unit"), by=cast.bob, accept=True)
    case.refresh_from_db()
    assert (case.unit, case.customer) == (cast.unit, cast.customer)
    with pytest.raises(MoveRefused):
        triage.decide_suggestion(suggestion=case.suggestions.get(field="unit"), by=cast.bob, accept=False)


def test_the_repair_history_of_the_unit_is_at_hand(cast: Cast) -> None:
    """CUS-04: earlier cases of the same unit, and likely duplicates."""
    first, second = cast.case(), cast.case()
    assert history_of(second) == [first]
    assert likely_duplicates(second) == [first]


def test_the_matrix_gives_the_priority(cast: Cast) -> None:
    """TRI-02, TRI-05: severity by impact, whatever the words are."""
    case = triaged(cast, cast.case(), severity=2, impact=3)
    assert (case.priority, case.urgency) == (4, 2)


def test_nobody_goes_on_before_misuse_or_defect_is_decided(cast: Cast) -> None:
    """TRI-11: the first split comes first."""
    case = cast.case()
    with pytest.raises(MoveRefused):
        triage.triage_case(case=case, by=cast.bob, values={"urgency": 1})
    assert Case.objects.get(pk=case.pk).urgency is None


def test_a_question_is_settled_by_an_answer(cast: Cast) -> None:
    """INT-40, SLA-01: no visit and no customer acceptance, but never without an answer."""
    case = triaged(cast, cast.case(service_type="enquiry"), nature="misuse")
    with pytest.raises(MoveRefused):
        closing.settle_by_answer(case=case, by=cast.alice)
    talk.reply(case=case, by=cast.alice, text="请先排水再重启。")
    closing.settle_by_answer(case=case, by=cast.alice)
    assert case.state == "internal_acceptance"


def test_a_consultation_ends_with_a_conclusion_before_the_case_goes_on(cast: Cast) -> None:
    """WO-05, SOL-10: departments are asked, say what they think, and somebody concludes."""
    case = triaged(cast, cast.case())
    diagnosing.start_diagnosis(case=case, by=cast.erik)
    row = diagnosing.convene(
        case=case, by=cast.bob, topic="为何早期磨损", answer_by=timezone.now(), departments=[cast.erik.department], experts=["李教授"],
    )  # fmt: skip
    with pytest.raises(MoveRefused):
        diagnosing.conclude_diagnosis(case=case, by=cast.erik, values={"findings": "x", "cause": "y"})
    diagnosing.give_opinion(opinion=row.opinions.get(department=cast.erik.department), by=cast.erik, text="预紧不足")
    with pytest.raises(Refused):
        diagnosing.give_opinion(opinion=row.opinions.get(expert_name="李教授"), by=cast.alice, text="？")
    diagnosing.conclude_consultation(
        consultation=row, by=cast.bob, causes="预紧", conclusion="更换", resources="轴承两套"
    )
    diagnosing.conclude_diagnosis(case=case, by=cast.erik, values={"findings": "x", "cause": "y"})
    case.refresh_from_db()
    assert case.state == "solving"


def test_an_objection_makes_a_new_version_until_the_customer_agrees(cast: Cast) -> None:
    """SOL-02, SOL-03, SOL-04: every version is kept, and nothing is done before the yes."""
    case = proposed(cast, diagnosed(cast, triaged(cast, cast.case())))
    consent = case.solutions.get().consent
    with pytest.raises(MoveRefused):
        solving.record_consent(consent=consent, decision=Decision.OBJECTED, means=ConsentMeans.LINK, person="王工")
    solving.record_consent(
        consent=consent, decision=Decision.OBJECTED, means=ConsentMeans.LINK, person="王工", opinion="太贵"
    )
    case.refresh_from_db()
    assert case.state == "solving"
    case = agreed(cast, proposed(cast, case, cost=100))
    assert list(case.solutions.values_list("revision", "state")) == [(1, "objected"), (2, "consented")]
    assert case.state == "working"


def test_a_signature_or_a_recording_needs_its_evidence(cast: Cast) -> None:
    """SOL-03: what is called signed is shown."""
    case = proposed(cast, diagnosed(cast, triaged(cast, cast.case())))
    with pytest.raises(MoveRefused) as refused:
        solving.record_consent(
            consent=case.solutions.get().consent,
            decision=Decision.AGREED,
            means=ConsentMeans.SIGNATURE,
            person="王工",
            by=cast.alice,
        )
    assert refused.value.code == "evidence"
    assert Case.objects.get(pk=case.pk).state == "consent"


def test_a_replaced_version_cannot_be_agreed_to_any_more(cast: Cast) -> None:
    case = proposed(cast, diagnosed(cast, triaged(cast, cast.case())))
    old = case.solutions.get().consent
    solving.draft_solution(case=case, by=cast.erik, values=solution_values(cost=9))
    with pytest.raises(MoveRefused):
        solving.record_consent(consent=old, decision=Decision.AGREED, means=ConsentMeans.LINK, person="王工")
    assert Case.objects.get(pk=case.pk).state == "consent"


def test_a_delay_is_told_before_the_limit_with_its_reason(cast: Cast) -> None:
    """SLA-18: reason code, new time, and whether it was in time."""
    case = triaged(cast, cast.case())
    later = timezone.now() + timedelta(days=2)
    with pytest.raises(MoveRefused):
        talk.notify_delay(case=case, by=cast.alice, reason="mood", text="晚一点", expected_at=later)
    notice = talk.notify_delay(case=case, by=cast.alice, reason="parts", text="等配件，预计后天到货", expected_at=later)
    assert (notice.in_time, case.messages.filter(direction="out").count()) == (True, 1)


def test_the_customer_sees_public_work_only(cast: Cast) -> None:
    """SLA-19, WO-28, SLA-20: progress is open to the customer, what is internal stays inside."""
    from django.test import Client

    case = agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case()))))
    closing.add_work(case=case, by=cast.erik, text="已到货，明天更换")
    closing.add_work(case=case, by=cast.erik, text="供应商质量差", is_public=False)
    talk.add_note(case=case, by=cast.alice, text="客户情绪激动")
    text = Client().get(f"/c/{case.public_token}/").content.decode()
    assert "已到货，明天更换" in text
    assert "供应商质量差" not in text
    assert "客户情绪激动" not in text


def test_a_refused_acceptance_goes_back_to_work_until_the_customer_is_satisfied(cast: Cast) -> None:
    """ACC-01, ACC-05, ACC-06: customer first, then the house; a refusal stays in the record."""
    case = agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case()))))
    closing.add_work(case=case, by=cast.erik, text="更换")
    closing.finish_work(case=case, by=cast.erik)
    closing.accept_by_customer(
        case=case, by=cast.erik, values={"passed": False, "person": "王工", "opinion": "还有异响"}
    )
    case.refresh_from_db()
    assert case.state == "working"
    case = accepted(cast, case)
    assert [row.passed for row in case.acceptances.all()] == [False, True, True]
    assert case.state == "follow_up"


def test_a_fault_leaves_the_desk_with_its_codes(cast: Cast) -> None:
    """TRI-13, ACC-06: without symptom and cause category the internal acceptance is refused."""
    case = agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case()))))
    closing.add_work(case=case, by=cast.erik, text="更换")
    closing.finish_work(case=case, by=cast.erik)
    from tests.service.story import picture

    closing.accept_by_customer(
        case=case, by=cast.erik, values={"passed": True, "person": "王工", "demonstrated": True, "signature": picture()}
    )
    checks = {"quality_ok": True, "records_ok": True, "satisfaction_ok": True}
    with pytest.raises(MoveRefused):
        closing.accept_internally(case=case, by=cast.bob, values=checks)
    assert case.acceptances.count() == 1


def test_a_bad_score_opens_a_review_and_an_unsolved_problem_the_case(cast: Cast) -> None:
    """SUR-07, SUR-14, SUR-15: low scores are analysed, always; unsolved means open again."""
    case = accepted(cast, agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case())))))
    followed_up(cast, case, score=1, solved=False)
    assert (case.state, case.cycle) == ("triaged", 2)
    review = ReviewTask.objects.get()
    with pytest.raises(MoveRefused):
        finish_review(review=review, by=cast.bob, cause="慢", improvement=" ")
    assert finish_review(review=review, by=cast.bob, cause="慢", improvement="增加备件").state == "done"


def test_a_customer_who_has_no_time_is_called_again(cast: Cast) -> None:
    """SUR-11: not convenient means another time, agreed and kept."""
    case = accepted(cast, agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case())))))
    row = FollowUp.objects.get(case=case)
    with pytest.raises(MoveRefused):
        record_attempt(follow_up=row, by=cast.alice, outcome=Outcome.NOT_CONVENIENT)
    later = timezone.now() + timedelta(hours=3)
    record_attempt(follow_up=row, by=cast.alice, outcome=Outcome.NOT_CONVENIENT, call_again_at=later)
    row.refresh_from_db()
    assert (row.state, row.call_at, row.attempts) == ("due", later, 1)


def test_a_technician_sees_his_region_and_what_is_his(cast: Cast) -> None:
    """CUS-06: the region is a limit of sight."""
    mine = cast.charlie
    mine.grants.create(role="technician")
    mine.__dict__.pop("role_codes", None)
    mine.region = cast.south
    mine.save()
    case = cast.case()
    assert not visible_to(mine).exists()
    mine.region = cast.north
    mine.save()
    assert list(visible_to(mine)) == [case]


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("电机坏了。请来修", "电机坏了。请来修"),
        ("主轴有很大的异响。请来修", "主轴有很大的异响"),
        ("长" * 80, "长" * 59 + "…"),
    ],
)
def test_the_first_sentence_is_the_summary(text: str, summary: str) -> None:
    assert first_line(text) == summary

"""Returned goods from the request to the customer: gates, clocks, warranty, remedies, loans (RET-*, SLA-04..07)."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from bihuan.core.activity.queries import timeline
from bihuan.core.deadlines.models import Deadline
from bihuan.core.deadlines.services import of_subject
from bihuan.core.deadlines.sweep import sweep
from bihuan.core.documents.models import Document
from bihuan.core.jobs.relay import run_due
from bihuan.core.notify.models import Notification as Notice
from bihuan.core.permissions.services import Refused
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.faults.models import CauseCategory, FailureMechanism
from bihuan.registry.people.services import create_user
from bihuan.registry.products.models import UnitRepair
from bihuan.registry.products.queries import answer_of, warranty_of
from bihuan.service.desk.services.triage import edit_case
from bihuan.service.returns.models import Loan, ReturnOrder, ReturnState
from bihuan.service.returns.queries import visible_to
from bihuan.service.returns.services import handling, offering, requesting, settling
from bihuan.service.returns.workflow import WORKFLOW
from tests.cast import PASSWORD, Cast
from tests.service import returning as story


def verbs(order: ReturnOrder) -> list[str]:
    """What the journal of a return says, the first first."""
    return [row.verb.split(".")[1] for row in reversed(timeline(order))]


def test_a_repair_walks_from_the_request_to_the_customer(cast: Cast) -> None:
    """RET-01, RET-02, RET-03, RET-04, RET-05, RET-06, F19, F20: every station writes its part, and the unit keeps the repair."""
    story.promised(cast)
    order = story.passed(cast)
    settling.ship(order=order, by=cast.erik, carrier="顺丰", tracking="SF123")
    settling.close(order=order, by=cast.alice, taken_by="王工")
    order.refresh_from_db()
    assert verbs(order) == [
        "requested", "approved", "issued", "received", "inspected", "offered", "agreed", "arranged", "recorded",
        "ready", "costed", "issued", "shipped", "closed",
    ]  # fmt: skip
    assert (order.state, order.result, order.taken_by) == ("closed", "已修复", "王工")
    row = UnitRepair.objects.get(source=order.number)
    assert (row.sent_on, row.done_on, row.found_nothing) == (timezone.localdate(), timezone.localdate(), False)
    papers = Document.objects.filter(subject_type="returns.returnorder", subject_id=order.pk)
    assert sorted(papers.values_list("form_code", flat=True)) == ["F19", "F20"]


def test_a_review_confirms_before_it_approves(cast: Cast) -> None:
    """RET-02: without the problem confirmed and the conditions checked nothing is sent here."""
    order = story.requested(cast)
    for missing in ("problem_confirmed", "conditions_checked"):
        with pytest.raises(MoveRefused, match="确认质量问题"):
            story.approved(cast, order, **{missing: False})
    with pytest.raises(Refused):
        requesting.approve(order=order, by=cast.alice, problem_confirmed=True, conditions_checked=True, degree="simple")
    order.refresh_from_db()
    assert order.state == "requested"


def test_a_unit_is_in_one_open_return(cast: Cast) -> None:
    """RET-06: the second request names the first; the database refuses it too."""
    case = story.case_of(cast)
    order = story.requested(cast, case)
    with pytest.raises(MoveRefused, match=order.number):
        story.requested(cast, case)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReturnOrder.objects.create(number="X", case=case, unit=case.unit, policy_version=case.policy_version,
                                   source="case", problem="x", contact_name="x")  # fmt: skip
    requesting.call_off(order=order, by=cast.alice, reason="客户自修")
    assert story.requested(cast, case).state == "requested"


@pytest.mark.parametrize(("degree", "hours"), [("simple", 24), ("verify", 48), ("special", 72)])
def test_the_hours_follow_the_degree(cast: Cast, degree: str, hours: int) -> None:
    """SLA-04, SLA-05, SLA-06: from the receipt on 24, 48 or 72 hours."""
    order = story.received(cast, story.approved(cast, degree=degree))
    row = Deadline.objects.get(pk=of_subject(order).get(code=f"return_{degree}").pk)
    assert order.received_at
    assert row.due_at == order.received_at + timedelta(hours=hours)


def test_another_degree_gives_other_hours_from_the_same_receipt(cast: Cast) -> None:
    """SLA-05: a batch problem that shows at the inspection has 48 hours from the receipt."""
    order = story.inspected(cast, degree="verify")
    assert order.received_at
    rows = {row.code: row for row in of_subject(order)}
    assert rows["return_simple"].state == "void"
    assert rows["return_verify"].due_at == order.received_at + timedelta(hours=48)
    again = story.inspected(cast, order, degree="simple")
    open_rows = of_subject(again).filter(state="open", code__startswith="return_")
    assert [(row.code, row.due_at) for row in open_rows] == [("return_simple", order.received_at + timedelta(hours=24))]


def test_after_72_hours_the_general_manager_is_told(cast: Cast) -> None:
    """SLA-07: whatever the degree, 72 hours after the receipt it reaches the general manager."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        story.received(cast)
        before = Notice.objects.filter(user=cast.grace, level="urgent").count()
        clock.shift(timedelta(hours=71))
        sweep()
        run_due()
        assert Notice.objects.filter(user=cast.grace, level="urgent").count() == before
        clock.shift(timedelta(hours=2))
        sweep()
        run_due()
        assert Notice.objects.filter(user=cast.grace, level="urgent").count() == before + 1


def test_goods_are_received_with_condition_and_photos(cast: Cast) -> None:
    """RET-04: without them nobody can say later how they arrived; a meter never runs backwards."""
    order = story.approved(cast)
    with pytest.raises(MoveRefused, match="到货状况"):
        story.received(cast, order, condition=" ")
    with pytest.raises(MoveRefused, match="照片"):
        story.received(cast, order, uploads=[])
    story.received(cast, order, meter=500)
    assert order.unit is not None
    order.unit.refresh_from_db()
    assert order.unit.meter == 500
    again = story.approved(cast, story.requested(cast, story.case_of(cast, story.sold(cast, "M-9", meter=900))))
    with pytest.raises(MoveRefused, match="900"):
        story.received(cast, again, meter=899)


def test_the_inspection_keeps_the_warranty_answer(cast: Cast) -> None:
    """SOL-06, RET-09: what the customer may ask for, with reasons, stays as it was told."""
    story.promised(cast)
    unit = story.sold(cast, "DAY-5", 5)
    order = story.inspected(
        cast, story.received(cast, story.approved(cast, story.requested(cast, story.case_of(cast, unit))))
    )
    assert (order.warranty["state"], order.warranty["codes"]) == ("in", ["refund", "repair", "replace"])
    assert offering.suggested_payer(order)[0] == "company"
    caused = story.inspected(cast, order, user_caused=True)
    assert (caused.warranty["codes"], offering.suggested_payer(caused)[0]) == ([], "customer")
    excluded = story.inspected(cast, order, exclusion="opened")
    assert (excluded.warranty["free"], offering.suggested_payer(excluded)[0]) == (False, "customer")
    with pytest.raises(MoveRefused, match="nonsense"):
        story.inspected(cast, order, exclusion="nonsense")


def test_the_found_mechanism_reaches_the_case(cast: Cast) -> None:
    """RET-09, TRI-13: cause and mechanism go to the case, where the quality loop counts them; only coders may."""
    order = story.inspected(cast)
    cause = CauseCategory.objects.create(code="abuse", name="使用不当", is_user_caused=True)
    mechanism = FailureMechanism.objects.create(code="seal", name="密封老化")
    with pytest.raises(Refused):
        handling.code_found(order=order, by=cast.alice, cause_category=cause, mechanism=mechanism)
    handling.code_found(order=order, by=cast.erik, cause_category=cause, mechanism=mechanism)
    order.refresh_from_db()
    order.case.refresh_from_db()
    assert (order.case.mechanism, order.case.cause_category, order.user_caused) == (mechanism, cause, True)


def test_no_trouble_found_is_given_back_and_is_no_repair(cast: Cast) -> None:
    """RET-04: nothing is repaired where nothing was found, and the repair does not count for an exchange."""
    order = story.inspected(cast, fault="none", finding="连续运行 8 小时正常")
    with pytest.raises(MoveRefused, match="不能选择修理"):
        story.offered(cast, order)
    story.agreed(cast, order, remedy="give_back", payer="company")
    settling.give_back(order=order, by=cast.erik)
    row = UnitRepair.objects.get(source=order.number)
    assert (order.state, row.found_nothing, row.outcome) == ("ready", True, "未发现故障")


def test_an_offer_is_priced_by_the_recent_market(cast: Cast) -> None:
    """CST-09, SOL-07: price and its day are kept; an old price is asked anew; sums are exact to the cent."""
    order = story.inspected(cast, user_caused=True)
    positions = [offering.Position(story.price(cast, price=Decimal("33.35")), Decimal("3")),
                 offering.Position(story.price(cast, "hour", kind="labour", price=Decimal("80.01")), Decimal("1.50"))]  # fmt: skip
    old = offering.Position(story.price(cast, "old", ago=91), Decimal(1))
    with pytest.raises(MoveRefused, match="重新询价"):
        story.offered(cast, order, payer="customer", positions=[old])
    with pytest.raises(MoveRefused, match="列明价格"):
        story.offered(cast, order, payer="customer")
    row = story.offered(cast, order, payer="customer", positions=positions, reason="")
    assert (row.total, row.reason) == (Decimal("220.07"), "客户原因造成的损坏，按最近市场价收费")
    assert [line.amount for line in row.lines.all()] == [Decimal("100.05"), Decimal("120.02")]


def test_a_free_offer_against_the_charge_table_needs_its_reason(cast: Cast) -> None:
    """D19: who decides against the table says why."""
    order = story.inspected(cast, user_caused=True)
    with pytest.raises(MoveRefused, match="费用规则"):
        story.offered(cast, order, reason="")
    assert story.offered(cast, order, reason="老客户优待").total == 0


def test_what_the_customer_may_ask_for_is_not_passed_over_in_silence(cast: Cast) -> None:
    """RET-07: within seven days he wished his money back; a repair instead needs a reason."""
    story.promised(cast)
    case = story.case_of(cast, story.sold(cast, "W-5", 5))
    order = story.inspected(
        cast, story.received(cast, story.approved(cast, story.requested(cast, case, wish="refund")))
    )
    with pytest.raises(MoveRefused, match="有权要求"):
        story.offered(cast, order, reason="")
    row = story.offered(cast, order, remedy="refund", reason="", price_paid=Decimal(2999))
    assert (row.refund, row.fee) == (Decimal(2999), Decimal(0))


def test_a_late_refund_is_less_the_fee_for_the_use(cast: Cast) -> None:
    """RET-07: after two vain repairs, price less 0.05 % for each day in use; the days of repair do not count."""
    story.promised(cast)
    unit = story.sold(cast, "TWO", 100)
    day = timezone.localdate() - timedelta(days=60)
    case = story.case_of(cast, unit)
    code = case.symptom.code if case.symptom else ""
    for number in range(2):
        UnitRepair.objects.create(unit=unit, source=f"OLD-{number}", fault=code or "seal", sent_on=day, done_on=day)
    mechanism = FailureMechanism.objects.create(code=code or "seal", name="密封老化")
    case.mechanism = mechanism
    case.save(update_fields=["mechanism"])
    order = story.inspected(
        cast, story.received(cast, story.approved(cast, story.requested(cast, case, wish="refund")))
    )
    assert "depreciation_fee" in order.warranty["codes"]
    row = story.offered(cast, order, remedy="refund", reason="", price_paid=Decimal(2999))
    assert row.fee == Decimal("145.45")  # 2999 x 0.0005 x (100 - 3)
    assert row.refund + row.fee == Decimal(2999)


def test_large_remedies_are_for_the_head_of_after_sales(cast: Cast) -> None:
    """RET-07: an agent offers a repair, the head decides on exchange, refund and scrapping."""
    order = story.inspected(cast)
    for remedy in ("replace", "refund", "scrap"):
        with pytest.raises(MoveRefused, match="售后负责人"):
            offering.offer(order=order, by=cast.alice, remedy=remedy, payer="company", reason="x")
    offering.offer(order=order, by=cast.alice, remedy="repair", payer="company", reason="x")
    assert order.state == "offered"


def test_an_objection_goes_back_for_another_offer(cast: Cast) -> None:
    """SOL-04: a no says why; the next version follows; what was decided is not decided again."""
    first = story.offered(cast)
    with pytest.raises(MoveRefused, match="异议"):
        offering.decide(offer=first, agreed=False, person="王工", means="link")
    order = offering.decide(offer=first, agreed=False, person="王工", means="link", opinion="太久")
    second = story.offered(cast, order)
    assert (second.revision, order.state) == (2, "offered")
    with pytest.raises(MoveRefused, match="凭证"):
        offering.decide(offer=second, agreed=True, person="王工", means="call", by=cast.bob)
    with pytest.raises(MoveRefused):
        offering.decide(offer=first, agreed=True, person="王工", means="link")
    order.refresh_from_db()
    assert order.state == "offered"


def test_only_what_was_agreed_is_done(cast: Cast) -> None:
    """SOL-03, SOL-07: goods of a customer who agreed to a repair are neither scrapped nor exchanged."""
    order = story.agreed(cast)
    others: list[Callable[[], object]] = [
        lambda: settling.scrap(order=order, by=cast.bob, remark="拆解"),
        lambda: settling.refund(order=order, by=cast.bob, reference="P-1"),
        lambda: settling.give_back(order=order, by=cast.bob),
        lambda: settling.exchange(order=order, by=cast.bob, unit=story.sold(cast, "NEW")),
    ]
    for done in others:
        with pytest.raises(MoveRefused, match="另一种"):
            done()
    assert order.state == "agreed"


def test_repaired_goods_pass_every_criterion_before_they_travel(cast: Cast) -> None:
    """RET-05, RET-06: written down first, judged by somebody else, each criterion met; a fail goes back to work."""
    order = story.arranged(cast)
    with pytest.raises(MoveRefused, match="先填写返修记录"):
        story.passed(cast, order)
    story.recorded(cast, order)
    with pytest.raises(MoveRefused, match="自己"):
        handling.evaluate(order=order, by=cast.erik, results=story.results(order), passed=True)
    with pytest.raises(MoveRefused, match="每项"):
        handling.evaluate(order=order, by=cast.bob, results=story.results(order, None), passed=True)
    handling.evaluate(order=order, by=cast.bob, results=story.results(order, False), passed=False, remark="仍渗水")
    assert order.state == "working"
    story.passed(cast, order)
    assert [row.passed for row in order.evaluations.all()] == [False, True]


def test_a_replaced_part_is_the_same_as_the_original(cast: Cast) -> None:
    """WO-20, WO-29: model and specification of a replaced part are those of the original."""
    order = story.arranged(cast)
    with pytest.raises(MoveRefused, match="规格"):
        story.recorded(cast, order, same_parts=False)
    with pytest.raises(MoveRefused, match="待件"):
        story.recorded(cast, order, waited_from=timezone.localdate())


def test_an_exchange_gives_the_same_model_and_begins_the_warranty_anew(cast: Cast) -> None:
    """WO-20, RET-07: another model, another customer's or a lent unit is refused; the new one counts from today."""
    story.promised(cast)
    order = story.agreed(cast, remedy="replace")
    assert order.unit is not None
    new = story.sold(cast, "NEW-1", 400, customer=None)
    assert warranty_of(new, on=timezone.localdate()).state == "out"
    other = story.sold(cast, "OTHER")
    other.model = type(other.model).objects.create(line=other.model.line, code="OTHER", name="别的型号")
    other.save(update_fields=["model"])
    with pytest.raises(MoveRefused, match="型号"):
        settling.exchange(order=order, by=cast.erik, unit=other)
    settling.exchange(order=order, by=cast.erik, unit=new)
    new.refresh_from_db()
    assert (new.replaces_id, new.customer_id, order.state) == (order.unit_id, order.unit.customer_id, "ready")
    found = answer_of(new, on=timezone.localdate()).warranty
    assert (found.state, found.basis) == ("in", "replacement")


def test_a_loaner_is_with_one_customer_and_comes_back_before_the_end(cast: Cast) -> None:
    """RET-04: a lent unit cannot be lent again, and a return is not closed while it is out."""
    loaner = story.sold(cast, "LOAN", customer=None)
    order, other = story.passed(cast), story.received(cast)
    settling.lend(order=order, by=cast.erik, unit=loaner, condition="完好")
    with pytest.raises(MoveRefused, match="借出"):
        settling.lend(order=other, by=cast.erik, unit=loaner, condition="完好")
    settling.ship(order=order, by=cast.erik, carrier="顺丰", tracking="")
    with pytest.raises(MoveRefused, match="备用机"):
        settling.close(order=order, by=cast.alice, taken_by="王工")
    settling.take_loan_back(order=order, by=cast.erik, condition="有划痕")
    settling.close(order=order, by=cast.alice, taken_by="王工")
    assert Loan.objects.get().condition_in == "有划痕"
    assert order.state == "closed"


def test_money_and_scrap_end_a_return_without_a_way_back(cast: Cast) -> None:
    """RET-07, SOL-07: with the customer's consent, the payment's number, and how the goods were disposed of."""
    money = story.agreed(cast, remedy="refund", price_paid=Decimal("88.80"))
    settling.refund(order=money, by=cast.bob, reference="FK-1")
    assert (money.state, money.result) == ("closed", "已退款 88.80 元")
    waste = story.agreed(cast, remedy="scrap")
    settling.scrap(order=waste, by=cast.bob, remark="拆解回收", uploads=[story.photo()])
    assert (waste.state, waste.result) == ("closed", "已报废")


def test_who_comes_second_changes_nothing(cast: Cast) -> None:
    """RET-02: two reviewers at once: one decides, the other is told who was first."""
    order = story.requested(cast)
    seen = order.version
    story.approved(cast, ReturnOrder.objects.get(pk=order.pk), expected_version=seen)
    with pytest.raises(MoveRefused):
        requesting.refuse(order=ReturnOrder.objects.get(pk=order.pk), by=cast.bob, reason="x", expected_version=seen)
    order.refresh_from_db()
    assert order.state == "approved"


def test_a_move_from_a_state_that_it_does_not_leave_changes_nothing(cast: Cast) -> None:
    """RET-04: a return goes its way by the table and by nothing else; without the right nothing moves."""
    order = story.inspected(cast)
    ReturnOrder.objects.filter(pk=order.pk).update(result="x")
    for state in ReturnState:
        ReturnOrder.objects.filter(pk=order.pk).update(state=state)
        order.refresh_from_db()
        before = (order.state, order.version, len(verbs(order)))
        for move in WORKFLOW.moves:
            by, wanted = (cast.charlie, Refused) if state in move.sources else (None, MoveRefused)
            with pytest.raises(wanted):
                apply(order, move, by=by, data={"reason": "x"})
        order.refresh_from_db()
        assert (order.state, order.version, len(verbs(order))) == before


def test_a_unit_that_is_named_later_joins_its_return(cast: Cast) -> None:
    """RET-06: what was requested without a serial is tied to its unit once the case knows it."""
    case = cast.case(unit=None, serial_text="")
    order = story.approved(cast, story.requested(cast, case))
    unit = story.sold(cast, "LATER-1")
    edit_case(case=case, by=cast.alice, values={"unit": unit})
    story.received(cast, ReturnOrder.objects.get(pk=order.pk))
    order.refresh_from_db()
    assert (order.unit, order.serial_text) == (unit, "LATER-1")
    assert UnitRepair.objects.get(source=order.number).unit == unit


@pytest.mark.parametrize(("typed", "field"), [
    ({"finding": " "}, "finding"), ({"fault": "none", "user_caused": True}, "fault"),
    ({"fault": "none", "exclusion": "opened"}, "fault"), ({"fault": "broken"}, "fault"), ({"degree": "huge"}, "degree"),
])  # fmt: skip
def test_an_inspection_says_what_was_found(cast: Cast, typed: dict[str, Any], field: str) -> None:
    """RET-04, RET-09: nothing is inspected without a finding, and nobody has caused what was not found."""
    story.promised(cast)
    order = story.received(cast)
    with pytest.raises(MoveRefused) as refused:
        story.inspected(cast, order, **typed)
    assert refused.value.code == field
    order.refresh_from_db()
    assert order.state == "received"


def test_the_workshop_sees_the_goods_of_all_regions_once_they_are_approved(cast: Cast) -> None:
    """RET-03, CUS-06: a technician of the south repairs what comes from the north; requests he does not review."""
    user = create_user(username="south", name="南工", password=PASSWORD, roles=["technician"], region=cast.south)
    order = story.requested(cast)
    ReturnOrder.objects.filter(pk=order.pk).update(region=cast.north)
    assert not visible_to(user).filter(pk=order.pk).exists()
    story.approved(cast, order)
    assert visible_to(user).filter(pk=order.pk).exists()
    assert not visible_to(cast.charlie).exists()


def test_goods_that_failed_by_themselves_are_reported_where_the_company_says_so(cast: Cast) -> None:
    """SOL-08: the door maker's head office hears of a return that the company bears, with its photos."""
    order = story.inspected(cast, story.received(cast, story.approved(cast, story.requested(
        cast, story.case_of(cast, line=cast.lines["door"])
    ))))  # fmt: skip
    before = Notice.objects.filter(user=cast.grace).count()
    story.offered(cast, order, payer="company", reason="")
    assert Notice.objects.filter(user=cast.grace).count() == before + 1

"""What a return costs and who approves it: chains by amount, shares to the cent, payments (CST-03, CST-04, CST-09)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.core.activity.queries import timeline
from bihuan.core.approvals.models import Approval
from bihuan.core.approvals.services import vote
from bihuan.core.notify.models import Notification as Notice
from bihuan.core.permissions.services import Refused
from bihuan.core.policy.schema.service import ApprovalChain
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.cost.services.drafting import draft_write_off
from bihuan.quality.cost.services.lines import open_lines
from bihuan.registry.people.models import User
from bihuan.registry.people.services import create_user
from bihuan.service.returns.models import Offer, Payment, ReturnOrder
from bihuan.service.returns.money import owed
from bihuan.service.returns.services import handling, offering, settling
from bihuan.service.returns.services.paying import record_payment
from tests.cast import Cast
from tests.service import returning as story

pytestmark = pytest.mark.django_db


def decided(by: User, *, approved: bool = True, comment: str = "") -> None:
    """Somebody votes on the approval that is open."""
    vote(approval=Approval.objects.get(state="open"), by=by, approved=approved, comment=comment)


def fresh(order: ReturnOrder) -> ReturnOrder:
    """The return as the database keeps it."""
    return ReturnOrder.objects.get(pk=order.pk)


def to_pay(cast: Cast, **changes: Any) -> ReturnOrder:
    """The customer agreed to pay a repair of 220.07 yuan."""
    order = story.inspected(cast, user_caused=True)
    positions = [offering.Position(story.price(cast, price=Decimal("33.35")), Decimal(3)),
                 offering.Position(story.price(cast, "hour", kind="labour", price=Decimal("80.01")), Decimal("1.50"))]  # fmt: skip
    return story.agreed(cast, order, **{"payer": "customer", "positions": positions, "reason": "", **changes})


def test_a_large_refund_reaches_the_customer_after_the_general_manager(cast: Cast) -> None:
    """CST-03, CST-05, D10: from 5,000 yuan on the general manager decides; until then the customer sees nothing."""
    order = story.inspected(cast)
    row = story.offered(cast, order, remedy="refund", price_paid=Decimal("5000.00"))
    assert (fresh(order).state, row.approved, row.borne) == ("approving", None, Decimal("5000.00"))
    page = Client().get(reverse("return:order", args=[order.token])).content.decode()
    assert "5000" not in page
    assert "审批" not in page
    with pytest.raises(MoveRefused):
        offering.decide(offer=row, agreed=True, person="王工", means="link")
    with pytest.raises(Refused):
        decided(cast.bob)
    decided(cast.grace)
    row.refresh_from_db()
    assert (fresh(order).state, row.approved) == ("offered", True)
    assert "5000" in Client().get(reverse("return:order", args=[order.token])).content.decode()


def test_a_refund_that_is_not_approved_goes_back_for_another_offer(cast: Cast) -> None:
    """D10: the reason stays in the journal, the offer is never shown, and the next version may be offered."""
    order = story.inspected(cast)
    row = story.offered(cast, order, remedy="refund", price_paid=Decimal(9000))
    decided(cast.grace, approved=False, comment="先修理")
    row.refresh_from_db()
    order = fresh(order)
    assert (order.state, row.approved) == ("inspected", False)
    assert story.offered(cast, order).revision == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.filter(pk=row.pk).update(agreed=True, person="x", decided_at=timezone.now())


def test_a_small_refund_is_filed_with_finance_at_once(cast: Cast) -> None:
    """CST-04: below the limit the department settles it itself and finance is told afterwards."""
    clerk = create_user(username="fin", name="钱会计", password="a long word for tests", roles=["finance"])
    row = story.offered(cast, remedy="refund", price_paid=Decimal("4999.99"))
    assert (fresh(row.order).state, row.approved) == ("offered", True)
    assert Notice.objects.filter(user=clerk, title__contains="4999.99").exists()


def test_an_exchange_names_what_the_goods_are_worth(cast: Cast) -> None:
    """CST-03: leaving the price out would pass the limit by."""
    order = story.inspected(cast)
    with pytest.raises(MoveRefused, match="商品价格"):
        story.offered(cast, order, remedy="replace", price_paid=Decimal(0))
    row = story.offered(cast, order, remedy="replace", price_paid=Decimal(5000))
    assert (fresh(order).state, row.borne) == ("approving", Decimal(5000))


@pytest.mark.parametrize(("amount", "state"), [("1999.99", "offered"), ("2000.00", "approving")])
def test_a_free_repair_above_its_limit_is_approved_first(cast: Cast, amount: str, state: str) -> None:
    """CST-03, D10: what an agent offers for more than the limit goes to the head of after-sales."""
    order = story.inspected(cast)
    offering.offer(order=order, by=cast.alice, remedy="repair", payer="company", reason="约定",
                   positions=story.costly(cast, amount))  # fmt: skip
    assert fresh(order).state == state


def test_who_alone_decides_has_decided_when_he_offers(cast: Cast) -> None:
    """D10: the head of after-sales does not ask himself; above his limit he asks the general manager."""
    order = story.inspected(cast)
    assert story.offered(cast, order, positions=story.costly(cast, "2000")).approved is True
    other = story.inspected(cast)
    assert story.offered(cast, other, positions=story.costly(cast, "20000", "frame")).approved is None
    assert fresh(other).state == "approving"


def test_a_repair_that_costs_more_than_was_approved_waits(cast: Cast) -> None:
    """CST-03, RET-05: the goods do not pass until the head of after-sales has approved the cost, once for an amount."""
    order = story.recorded(cast, material_cost=Decimal(1950))  # with labour and freight 2060.00
    for _again in range(2):
        with pytest.raises(MoveRefused, match="等待审批"):
            story.passed(cast, order)
        handling.record_work(order=order, by=cast.erik, values=story.work(material_cost=Decimal(1950)))
    assert Approval.objects.get().amount == Decimal("2060.00")
    decided(cast.bob)
    order = fresh(order)
    assert story.passed(cast, order).state == "ready"


def test_a_cheap_repair_asks_nobody(cast: Cast) -> None:
    """CST-03: below the limit nothing is asked."""
    order = story.recorded(cast, material_cost=Decimal("1889.99"))  # with labour and freight 1999.99
    assert story.passed(cast, order).state == "ready"
    assert not Approval.objects.exists()


def test_a_shared_price_is_split_to_the_cent(cast: Cast) -> None:
    """CST-09, SOL-09: the customer bears 30 % of 220.07, half a cent up; both parts are the whole."""
    order = story.inspected(cast, user_caused=True)
    positions = story.costly(cast, "220.07", "whole")
    row = story.offered(cast, order, payer="shared", reason="约定", positions=positions, customer_share=30)
    assert (row.total, row.borne) == (Decimal("66.02"), Decimal("154.05"))
    assert row.total + row.borne == Decimal("220.07")


def test_what_the_customer_owes_is_paid_before_the_goods_travel(cast: Cast) -> None:
    """CST-09, SOL-07: in parts, never more than is owed, each voucher once; then the goods go back."""
    order = story.passed(cast, story.recorded(cast, story.arranged(cast, to_pay(cast))))
    assert owed(order) == Decimal("220.07")
    with pytest.raises(MoveRefused, match=r"220\.07"):
        settling.ship(order=order, by=cast.erik, carrier="顺丰", tracking="")
    with pytest.raises(Refused):
        record_payment(order=order, by=cast.erik, amount=Decimal(1), reference="P-0")
    record_payment(order=order, by=cast.alice, amount=Decimal("200.00"), reference="P-1")
    tomorrow = timezone.localdate() + timedelta(days=1)
    for wrong, field in (
        ({"amount": Decimal("20.08")}, "amount"), ({"amount": Decimal(0)}, "amount"), ({"reference": " "}, "reference"),
        ({"reference": "P-1"}, "reference"), ({"paid_on": tomorrow}, "paid_on"),
    ):  # fmt: skip
        with pytest.raises(MoveRefused) as refused:
            record_payment(order=order, by=cast.alice, **{"amount": Decimal("20.07"), "reference": "P-2", **wrong})
        assert refused.value.code == field
    record_payment(order=order, by=cast.alice, amount=Decimal("20.07"), reference="P-2")
    settling.ship(order=fresh(order), by=cast.erik, carrier="顺丰", tracking="")
    assert sum(row.amount for row in Payment.objects.filter(direction="in")) == Decimal("220.07")


def test_a_refund_keeps_its_payment(cast: Cast) -> None:
    """RET-07: what was paid back stands with its voucher and its day."""
    order = story.agreed(cast, remedy="refund", price_paid=Decimal("88.80"))
    day = timezone.localdate() - timedelta(days=2)
    with pytest.raises(MoveRefused, match="付款单号"):
        settling.refund(order=order, by=cast.bob, reference=" ")
    settling.refund(order=fresh(order), by=cast.bob, reference="FK-1", paid_on=day)
    row = Payment.objects.get()
    assert (row.direction, row.amount, row.reference, row.paid_on) == ("out", Decimal("88.80"), "FK-1", day)
    said = [row.data.get("name", "") for row in timeline(order)]
    assert "¥88.80 FK-1" in said


def test_what_a_return_costs_is_written_off_by_its_case(cast: Cast) -> None:
    """CST-06: repair, freight and goods stand in the ledger of the case; the declaration takes them to the cent."""
    order = story.passed(cast)
    lines = list(open_lines(order.case).order_by("amount"))
    assert [(row.kind, row.amount, row.note) for row in lines] == [
        ("freight", Decimal("20.00"), order.number), ("warranty", Decimal("102.50"), order.number),
    ]  # fmt: skip
    voucher = draft_write_off(subject=order.case, by=cast.bob, lines=lines, description="保修核销")
    assert voucher.total == Decimal("122.50")
    money = story.agreed(cast, remedy="refund", price_paid=Decimal("88.80"))
    settling.refund(order=money, by=cast.bob, reference="FK-1")
    assert [(row.kind, row.amount) for row in open_lines(money.case)] == [("return", Decimal("88.80"))]


def test_what_the_customer_pays_is_no_cost_of_ours(cast: Cast) -> None:
    """CST-09: of a repair of 122.50 the customer pays more: nothing is left for the ledger."""
    order = story.passed(cast, story.recorded(cast, story.arranged(cast, to_pay(cast))))
    assert not open_lines(order.case).exists()


def test_the_head_of_after_sales_clears_the_cost_that_he_writes_down(cast: Cast) -> None:
    """D10: who alone would approve the cost has approved it with his record."""
    order = story.arranged(cast)
    handling.record_work(order=order, by=cast.bob, values=story.work(material_cost=Decimal(1950)))
    assert order.repair.cleared == Decimal("2060.00")
    assert story.passed(cast, order).state == "ready"
    assert not Approval.objects.exists()


def test_chains_without_an_amount_ask_for_none(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """CST-03: where no limit is set, an exchange needs no price, and the cost of a repair is filed, not approved."""
    order = story.inspected(cast)
    chains = tuple(
        ApprovalChain(subject=subject, steps=(), file_with=("finance",))
        for subject in ("return_replace", "return_repair")
    )
    rules = order.policy.model_copy(update={"approvals": chains})
    monkeypatch.setattr(ReturnOrder, "policy", property(lambda row: rules))
    assert story.offered(cast, order, remedy="replace", price_paid=Decimal(0)).borne == 0
    other = story.recorded(cast, material_cost=Decimal(90000))
    assert story.passed(cast, other).state == "ready"


@pytest.mark.parametrize(("typed", "field"), [({"remedy": "gift"}, "remedy"), ({"payer": "nobody"}, "payer")])
def test_only_known_remedies_and_payers_are_offered(cast: Cast, typed: dict[str, str], field: str) -> None:
    """RET-07: what a program makes up is refused beside its field."""
    order = story.inspected(cast)
    with pytest.raises(MoveRefused) as refused:
        story.offered(cast, order, **typed)
    assert refused.value.code == field
    assert not Offer.objects.exists()


def test_a_free_repair_needs_no_yes_where_the_company_asks_for_none(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SOL-03: a repair at our cost begins at once; one that the customer pays waits for his word."""
    free, paid = story.inspected(cast), story.inspected(cast, user_caused=True)
    rules = free.policy.model_copy(
        update={"returns": free.policy.returns.model_copy(update={"asks_free_repairs": False})}
    )
    monkeypatch.setattr(ReturnOrder, "policy", property(lambda row: rules))
    story.offered(cast, free)
    story.offered(cast, paid, payer="customer", positions=story.costly(cast, "10"))
    assert (fresh(free).state, fresh(paid).state) == ("agreed", "offered")
    other = story.inspected(cast)
    story.offered(cast, other, remedy="give_back")
    assert fresh(other).state == "offered"


@pytest.mark.parametrize("share", [None, 0, 100])
def test_a_shared_price_names_a_part(cast: Cast, share: int | None) -> None:
    """CST-09: nothing and all are no share: then one of both pays."""
    order = story.inspected(cast, user_caused=True)
    with pytest.raises(MoveRefused) as refused:
        story.offered(cast, order, payer="shared", positions=story.costly(cast, "10"), customer_share=share)
    assert refused.value.code == "customer_share"

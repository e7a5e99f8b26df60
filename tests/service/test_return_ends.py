"""How returns end: what may be given, lent and closed, and what stays with unit and case (RET-06, RET-07, WO-20)."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.core.documents.models import Document
from bihuan.core.workflow.acting import available
from bihuan.registry.customers.models import Customer
from bihuan.registry.customers.services import create_customer
from bihuan.registry.products.models import UnitRepair
from bihuan.service.desk.models import Case
from bihuan.service.returns.actions import ACTS
from bihuan.service.returns.models import Loan, ReturnOrder
from bihuan.service.returns.queries import in_our_hands
from bihuan.service.returns.services import settling
from bihuan.service.returns.services.offering import suggested_payer
from tests.cast import Cast
from tests.service import returning as story
from tests.service.test_parts_ledger import browser, refused
from tests.service.visiting import working_case

pytestmark = pytest.mark.django_db


def neighbour() -> Customer:
    """Another customer."""
    return create_customer(name="苏州精工塑胶有限公司", by=None)


def acts(order: ReturnOrder, user: object) -> set[str]:
    """What this person is offered on the page."""
    return {act.name for act in available(ACTS, order, user)}


def papers(order: ReturnOrder) -> list[str]:
    """The codes of the issued papers."""
    rows = Document.objects.filter(subject_type="returns.returnorder", subject_id=order.pk)
    return sorted(rows.values_list("form_code", flat=True))


def lent(cast: Cast, order: ReturnOrder, serial: str = "LOAN-9") -> Loan:
    """The customer has one of our units."""
    return settling.lend(order=order, by=cast.erik, unit=story.sold(cast, serial, customer=None), condition="完好")


def test_only_a_unit_of_ours_is_given_in_exchange(cast: Cast) -> None:
    """WO-20, RET-07: not another customer's, not a lent one, not the same one; each is told beside its field."""
    order = story.agreed(cast, remedy="replace")
    foreign = story.sold(cast, "FOREIGN", customer=neighbour())
    out = lent(cast, story.received(cast)).unit
    mine = order.unit
    assert mine is not None
    client, act = browser(cast.erik), reverse("returns:act", args=[order.number, "exchange"])
    for unit, words in ((foreign, "其他客户"), (out, "借出"), (mine, "换货")):
        refused(lambda unit=unit: settling.exchange(order=order, by=cast.erik, unit=unit), "unit")  # type: ignore[misc]
        answer = client.post(act, {"unit": unit.serial})
        assert (answer.status_code, words in answer.content.decode()) == (409, True)
    order.refresh_from_db()
    assert (order.state, order.replacement, papers(order)) == ("agreed", None, ["F19"])
    new = story.sold(cast, "OURS-1", customer=None)
    assert [row.serial for row in in_our_hands(order.model_id)] == ["OURS-1"]
    assert "OURS-1" in client.get(reverse("returns:return", args=[order.number])).content.decode()
    settling.exchange(order=order, by=cast.erik, unit=new)
    row = UnitRepair.objects.get(source=order.number)
    assert (row.outcome, row.done_on, papers(order)) == ("已换货：OURS-1", timezone.localdate(), ["F19", "F20"])
    assert in_our_hands(order.model_id) == []


def test_without_its_unit_nothing_is_exchanged(cast: Cast) -> None:
    """WO-20: what no serial names cannot be compared."""
    case = cast.case(unit=None, serial_text="")
    order = story.agreed(cast, story.inspected(cast, story.received(cast, story.approved(
        cast, story.requested(cast, case)))), remedy="replace")  # fmt: skip
    refused(lambda: settling.exchange(order=order, by=cast.erik, unit=story.sold(cast, "N", customer=None)), "unit")


def test_only_what_is_ours_is_lent(cast: Cast) -> None:
    """RET-04: neither the returned unit itself nor another customer's, and one at a time."""
    order = story.received(cast)
    assert order.unit is not None
    foreign = story.sold(cast, "FOREIGN", customer=neighbour())
    for unit in (order.unit, foreign):
        refused(lambda unit=unit: settling.lend(order=order, by=cast.erik, unit=unit, condition="完好"), "unit")  # type: ignore[misc]
    lent(cast, order)
    refused(lambda: lent(cast, order, "LOAN-10"), "unit")
    order.refresh_from_db()
    assert acts(order, cast.erik) >= {"inspect", "take_back"}
    assert "lend" not in acts(order, cast.erik)
    settling.take_loan_back(order=order, by=cast.erik, condition="有划痕")
    row = Loan.objects.get()
    assert (row.condition_in, row.returned_at is not None) == ("有划痕", True)
    refused(lambda: settling.take_loan_back(order=order, by=cast.erik, condition="完好"), "state")
    assert "lend" in acts(order, cast.erik)


@pytest.mark.parametrize(("fault", "outcome"), [("none", "未发现故障"), ("ordinary", "未修退回")])
def test_what_is_given_back_says_why(cast: Cast, fault: str, outcome: str) -> None:
    """RET-04, RET-06: nothing found, or not wanted at this price: the unit's record and the paper say which."""
    order = story.agreed(cast, story.inspected(cast, fault=fault), remedy="give_back")
    settling.give_back(order=order, by=cast.erik)
    row = UnitRepair.objects.get(source=order.number)
    assert (row.outcome, row.found_nothing, papers(order)) == (outcome, fault == "none", ["F19", "F20"])


@pytest.mark.parametrize("remedy", ["refund", "scrap"])
def test_goods_that_stay_end_with_our_unit_back(cast: Cast, remedy: str) -> None:
    """RET-06, RET-07: first the loaner, then the end; the unit is out of repair and the paper is issued."""
    order = story.inspected(cast)
    lent(cast, order)
    order = story.agreed(cast, order, remedy=remedy, price_paid=Decimal("88.80") if remedy == "refund" else Decimal(0))

    def end() -> object:
        if remedy == "refund":
            return settling.refund(order=order, by=cast.bob, reference="FK-9")
        return settling.scrap(order=order, by=cast.bob, remark="拆解回收")

    refused(end, "loan")
    assert (remedy in acts(order, cast.bob), "take_back_first" in acts(order, cast.erik)) == (False, True)
    assert not order.payments.exists()
    settling.take_loan_back(order=order, by=cast.erik, condition="完好")
    assert remedy in acts(order, cast.bob)
    end()
    row = UnitRepair.objects.get(source=order.number)
    assert (row.done_on, row.outcome, papers(order)) == (timezone.localdate(), order.result, ["F19", "F20"])
    assert order.closed_at is not None


def test_the_customer_keeps_neither_our_unit_nor_is_left_without_a_word(cast: Cast) -> None:
    """RET-04: his page names the lent unit; he closes the return when it is back, and prints the label to send it."""
    order, customer = story.approved(cast), Client()
    page, label = (reverse(f"return:{name}", args=[order.token]) for name in ("order", "label"))
    assert order.number in customer.get(label).content.decode()
    assert label in customer.get(page).content.decode()
    story.passed(cast, story.recorded(cast, story.arranged(cast, story.agreed(
        cast, story.inspected(cast, story.received(cast, order))))))  # fmt: skip
    assert customer.get(label).status_code == 404
    row = lent(cast, order)
    settling.ship(order=order, by=cast.erik, carrier="顺丰", tracking="SF9")
    text = customer.get(page).content.decode()
    assert (row.unit.serial in text, "taken_by" in text) == (True, False)
    assert customer.post(page, {"taken_by": "王工"}).status_code == 200
    assert (acts(order, cast.alice), "take_back_first" in acts(order, cast.erik)) == (set(), True)
    settling.take_loan_back(order=order, by=cast.erik, condition="完好")
    assert customer.post(page, {"taken_by": "王工"}).status_code == 302
    order.refresh_from_db()
    assert (order.state, order.taken_by) == ("closed", "王工")


def test_what_the_customer_pays_is_named_in_an_exchange_too(cast: Cast) -> None:
    """CST-09, SOL-07: an exchange at the customer's cost without a price is refused; a free one tells no payer."""
    order = story.inspected(cast, user_caused=True)
    refused(lambda: story.offered(cast, order, remedy="replace", payer="customer"), "item_1")
    story.offered(cast, order, remedy="scrap", payer="customer")
    page = Client().get(reverse("return:order", args=[order.token])).content.decode()
    assert ("无需付费" in page, "费用承担" in page) == (True, False)


def repaired(cast: Cast, case: Case) -> ReturnOrder:
    """Repaired and on its way back."""
    order = story.received(cast, story.approved(cast, story.requested(cast, case)))
    story.passed(cast, story.recorded(cast, story.arranged(cast, story.agreed(cast, story.inspected(cast, order)))))
    return settling.ship(order=order, by=cast.erik, carrier="顺丰", tracking="SF9")


def test_the_end_stands_as_work_on_a_case_in_work(cast: Cast) -> None:
    """RET-06: on a case in work the end is a step of it; on another one, or by who does not work on it, it is not."""
    case = working_case(cast)
    settling.close(order=repaired(cast, case), by=cast.bob, taken_by="王工")
    entry = case.work.get()
    assert ("已修复" in entry.text, entry.by) == (True, cast.bob)
    settling.close(order=repaired(cast, case), by=cast.alice, taken_by="王工")
    settling.close(order=repaired(cast, case), taken_by="王工")
    assert [row.by for row in case.work.order_by("pk")] == [cast.bob, cast.erik]
    early = story.case_of(cast)
    settling.close(order=repaired(cast, early), by=cast.bob, taken_by="王工")
    assert not early.work.exists()


def test_the_ground_of_a_payer_is_his_own_rule(cast: Cast) -> None:
    """D19: the customer never reads that he is charged by a rule and pays nothing."""
    order = story.inspected(cast, user_caused=True)
    payer, rule = suggested_payer(order)
    assert payer == "customer"
    assert story.offered(cast, order, remedy="scrap", payer=payer, reason="").reason == rule
    sound = story.inspected(cast, story.received(cast), fault="none")
    other = "company" if suggested_payer(sound)[0] == "customer" else "customer"
    assert story.offered(cast, sound, remedy="give_back", payer=other, reason="").reason == ""

"""Units that left their customer for good: refunded, scrapped, exchanged (RET-06, RET-07)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.registry.customers.services import create_customer
from bihuan.registry.products.models import Unit
from bihuan.registry.products.services import end_unit, register_card, update_unit
from bihuan.service.returns.models import ReturnOrder
from bihuan.service.returns.queries import in_our_hands
from bihuan.service.returns.services import settling
from bihuan.service.visits.models import CarePlan
from bihuan.service.visits.services import caring
from tests.caller import Caller
from tests.cast import Cast
from tests.service import returning as story
from tests.service.test_care import plan_values
from tests.service.test_parts_ledger import browser, refused

pytestmark = pytest.mark.django_db


def state(unit: Unit | None) -> tuple[str, object]:
    """How and since when a unit is out of use."""
    assert unit is not None
    unit.refresh_from_db()
    return unit.ending, unit.ended_on


def given_up(cast: Cast, remedy: str) -> ReturnOrder:
    """Back for good, by this remedy."""
    order = story.agreed(cast, remedy=remedy, price_paid=Decimal(800))
    if remedy == "refund":
        return settling.refund(order=order, by=cast.bob, reference="TK-1")
    return settling.scrap(order=order, by=cast.bob, remark="按废旧物资处置")


@pytest.mark.parametrize(
    ("remedy", "ending", "words"), [("refund", "returned", "已收回"), ("scrap", "scrapped", "已报废")]
)
def test_what_was_refunded_or_scrapped_is_in_use_no_longer(cast: Cast, remedy: str, ending: str, words: str) -> None:
    """RET-06, RET-07: its record says since when; pages, list and API say it, its last customer stays known."""
    order, today = given_up(cast, remedy), timezone.localdate()
    unit = order.unit
    assert unit is not None
    assert state(unit) == (ending, today)
    assert unit.customer == cast.customer
    client, said = browser(cast.bob), f"{words} {today:%Y-%m-%d}"
    page = client.get(reverse("products:unit", args=[unit.pk])).content.decode()
    assert (said in page, "不在客户手中" in page) == (True, True)
    assert said in client.get(reverse("customers:detail", args=[cast.customer.pk])).content.decode()
    units = reverse("products:units")
    for wish, listed in (("use", False), (ending, True), ("", True)):
        assert (unit.serial in client.get(units, {"ending": wish}).content.decode()) is listed
    told = Caller(cast.bob).get(f"/products/units/{unit.serial}").json()
    assert (told["ending"], told["ended_on"], told["customer"]) == (ending, f"{today}", cast.customer.code)
    case = cast.case(unit=unit)
    refused(lambda: story.requested(cast, case), "unit")
    assert not ReturnOrder.objects.filter(case=case).exists()


def test_an_exchanged_unit_is_back_with_us(cast: Cast) -> None:
    """RET-07: the old one is out of use from that day, the new one in use; a unit out of use is not given or lent."""
    order, today = story.agreed(cast, remedy="replace"), timezone.localdate()
    new, gone = story.sold(cast, "NEW-1", customer=None), story.sold(cast, "GONE-1", customer=None)
    end_unit(unit=gone, ending="scrapped", on=today, by=cast.bob)
    assert [row.serial for row in in_our_hands(order.model_id)] == ["NEW-1"]
    refused(lambda: settling.exchange(order=order, by=cast.erik, unit=gone), "unit")
    refused(lambda: settling.lend(order=order, by=cast.erik, unit=gone, condition="完好"), "unit")
    order.refresh_from_db()
    assert (order.state, state(order.unit)) == ("agreed", ("", None))
    settling.exchange(order=order, by=cast.erik, unit=new)
    assert (state(order.unit), state(new)) == (("returned", today), ("", None))


def test_with_another_customer_it_is_in_use_again(cast: Cast) -> None:
    """RET-06: sold anew, or installed anew with its card; another change does not bring it back."""
    unit, other = story.sold(cast, "AGAIN-1"), create_customer(name="苏州精工塑胶有限公司", by=None)
    today = timezone.localdate()
    end_unit(unit=unit, ending="returned", on=today, by=cast.bob)
    update_unit(unit=unit, by=cast.bob, customer=cast.customer, order_no="SO-9")
    assert state(unit) == ("returned", today)
    update_unit(unit=unit, by=cast.bob, customer=other)
    assert state(unit) == ("", None)
    end_unit(unit=unit, ending="returned", on=today, by=cast.bob)
    register_card(unit=unit, customer=other, installed_on=today, by=cast.bob)
    assert state(unit) == ("", None)


def test_nobody_looks_after_what_is_out_of_use(cast: Cast) -> None:
    """WO-22, WO-33: the plan makes no visit and says why."""
    unit, today = story.sold(cast, "CARE-1"), timezone.localdate()
    row = CarePlan.objects.create(**plan_values(cast, unit=unit, next_on=today))
    end_unit(unit=unit, ending="scrapped", on=today - timedelta(days=1), by=cast.bob)
    assert caring.make_due() == 0
    row.refresh_from_db()
    assert (row.next_on, "CARE-1 已停用" in row.problem) == (today, True)

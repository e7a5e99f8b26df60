"""The small print of returns: who caused it, how long it waited, what the unit keeps, who is asked (RET-*, SLA-04)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from bihuan.core.notify.models import Notification
from bihuan.core.permissions.services import Refused
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.faults.models import CauseCategory
from bihuan.registry.products.models import UnitRepair
from bihuan.service.desk.models import Case
from bihuan.service.desk.services.closing import cancel_case
from bihuan.service.desk.services.triage import edit_case
from bihuan.service.returns.models import ReturnOrder
from bihuan.service.returns.services import approving, handling, offering, requesting
from bihuan.service.returns.services.paying import record_payment
from tests.cast import Cast
from tests.service import returning as story
from tests.service.stocking import keeper
from tests.service.test_parts_ledger import refused
from tests.service.test_return_ends import acts

pytestmark = pytest.mark.django_db


def misuse() -> CauseCategory:
    """What the user has caused."""
    return CauseCategory.objects.create(code="abuse", name="使用不当", is_user_caused=True)


def test_photos_that_were_sent_before_stand_for_the_receipt(cast: Cast) -> None:
    """RET-04: a program uploads them first; from the receipt on the unit is in repair, and nothing ends it yet."""
    order = requesting.add_photos(order=story.approved(cast), by=cast.erik, files=[story.photo()])
    story.received(cast, order, uploads=[])
    row = UnitRepair.objects.get(source=order.number)
    assert (order.state, row.sent_on, row.done_on) == ("received", timezone.localdate(), None)


def test_a_unit_that_is_named_later_is_not_in_another_return(cast: Cast) -> None:
    """RET-06: the case learns the serial of goods that are here already under another number."""
    first = story.received(cast)
    case = cast.case(unit=None, serial_text="")
    second = story.approved(cast, story.requested(cast, case))
    edit_case(case=case, by=cast.alice, values={"unit": first.unit})
    refused(lambda: story.received(cast, ReturnOrder.objects.get(pk=second.pk)), "unit")
    second.refresh_from_db()
    assert (second.state, second.unit) == ("approved", None)


@pytest.mark.parametrize(("fault", "by_user"), [("ordinary", True), ("none", False)])
def test_what_the_case_knows_of_its_cause_counts_where_a_fault_was_found(cast: Cast, fault: str, by_user: bool) -> None:
    """RET-09, D19: the user pays for what he caused, and never for what was not found."""
    story.promised(cast)
    order = story.received(cast)
    Case.objects.filter(pk=order.case_id).update(cause_category=misuse())
    order = ReturnOrder.objects.get(pk=order.pk)
    assert story.inspected(cast, order, fault=fault).user_caused is by_user


def test_a_cause_that_is_coded_where_nothing_was_found_makes_nobody_pay(cast: Cast) -> None:
    """RET-09: the code stands on the case, the return stays without a culprit."""
    order = story.inspected(cast, fault="none")
    handling.code_found(order=order, by=cast.erik, cause_category=misuse())
    assert (order.user_caused, order.case.cause_category.code) == (False, "abuse")  # type: ignore[union-attr]


def waited(order: ReturnOrder, first: int, last: int) -> dict[str, date]:
    """Waiting for parts, in days from the receipt."""
    start = timezone.localdate(order.received_at)
    return {"waited_from": start + timedelta(days=first), "waited_to": start + timedelta(days=last)}


def test_waiting_lies_between_the_receipt_and_today(cast: Cast) -> None:
    """RET-06, B1: both days count; a day before the goods were here and one that lies ahead are refused."""
    order = story.arranged(cast)
    ReturnOrder.objects.filter(pk=order.pk).update(received_at=timezone.now() - timedelta(days=5))
    order.refresh_from_db()
    for first, last in ((-1, 2), (2, 6), (3, 2)):
        refused(lambda days=(first, last): story.recorded(cast, order, **waited(order, *days)), "waited_from")  # type: ignore[misc]
    story.passed(cast, story.recorded(cast, order, **waited(order, 0, 5), main_part="压缩机", delay_days=3))
    row = UnitRepair.objects.get(source=order.number)
    kept = {"waited_from": row.waited_from, "waited_to": row.waited_to}
    assert (kept, row.main_part, row.delay_days) == (waited(order, 0, 5), "压缩机", 3)


@pytest.mark.parametrize(("fault", "heavy"), [
    ("ordinary", False), ("serious", True), ("main_part", True), ("safety", True),
])  # fmt: skip
def test_the_unit_keeps_how_heavy_its_fault_was(cast: Cast, fault: str, heavy: bool) -> None:
    """RET-06, RET-07: the repairs of heavy faults are counted apart by the rules of the sectors."""
    story.passed(
        cast, story.recorded(cast, story.arranged(cast, story.agreed(cast, story.inspected(cast, fault=fault))))
    )
    assert UnitRepair.objects.get().is_heavy is heavy


def test_the_technician_hears_of_his_repair(cast: Cast) -> None:
    """RET-03: he is told when it is his; where the company allows it he judges his own work."""
    order = story.arranged(cast)
    told = Notification.objects.filter(user=cast.erik, title__contains=order.number, verb="return.arranged")
    assert told.count() == 1


def test_who_repaired_judges_where_the_company_allows_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """RET-05: a workshop of one person is a rule of the policy."""
    order = story.recorded(cast)
    rules = order.policy.model_copy(
        update={"returns": order.policy.returns.model_copy(update={"own_evaluation": True})}
    )
    monkeypatch.setattr(ReturnOrder, "policy", rules)
    ReturnOrder.objects.filter(pk=order.pk).update(owner=cast.bob)
    order.refresh_from_db()
    handling.evaluate(order=order, by=cast.bob, results=story.results(order), passed=True)
    assert order.state == "ready"


def test_nothing_is_asked_for_on_a_closed_case(cast: Cast) -> None:
    """RET-01: it is opened again first."""
    case = story.case_of(cast)
    cancel_case(case=case, by=cast.bob, reason="误报")
    refused(lambda: story.requested(cast, case), "state")
    assert not ReturnOrder.objects.exists()


@pytest.mark.parametrize(("typed", "field"), [({"route": "moon"}, "route"), ({"degree": "huge"}, "degree")])
def test_a_review_names_what_the_company_knows(cast: Cast, typed: dict[str, Any], field: str) -> None:
    """D24: who repairs and how hard it is come from the company's own lists, for programs too."""
    order = story.requested(cast)
    refused(lambda: story.approved(cast, order, **typed), field)


def test_only_who_works_on_returns_moves_their_goods(cast: Cast) -> None:
    """RET-01, RET-04: a stranger neither sends nor photographs nor asks, and nothing has changed."""
    order = story.approved(cast)
    with pytest.raises(Refused):
        requesting.send(order=order, by=cast.charlie, carrier="顺丰", tracking="")
    with pytest.raises(Refused):
        requesting.add_photos(order=order, by=cast.charlie, files=[story.photo()])
    with pytest.raises(MoveRefused):
        requesting.send(order=order, by=cast.alice, carrier=" ", tracking="SF1")
    order.refresh_from_db()
    assert (order.state, order.carrier_in, order.version) == ("approved", "", 1)


def test_a_price_is_recent_on_its_last_day(cast: Cast) -> None:
    """CST-09: as old as the policy allows is recent, a day older is asked anew."""
    order = story.inspected(cast, user_caused=True)
    days = order.policy.returns.price_days
    old, last = (story.price(cast, code, ago=ago) for code, ago in (("old", days + 1), ("last", days)))
    stale = [offering.Position(old, Decimal(1))]
    refused(lambda: story.offered(cast, order, payer="customer", positions=stale), "item_1")
    recent = [offering.Position(last, Decimal(1))]
    assert story.offered(cast, order, payer="customer", positions=recent).total == Decimal("33.35")


def test_what_is_excluded_is_out_of_warranty_and_the_users(cast: Cast) -> None:
    """D19, RET-09: a ground that the rule names takes the right away as misuse does, whatever the answer said before."""
    order = story.inspected(cast)
    order.warranty, order.exclusion = {"state": "in", "free": True}, "opened"
    assert offering.charge_facts(order) == (False, True)
    order.exclusion = ""
    assert offering.charge_facts(order) == (True, False)


def test_a_cost_that_was_offered_and_approved_is_not_approved_again(cast: Cast) -> None:
    """CST-03, D10: the head approved 2000 with the offer; a repair of as much asks nobody, a dearer one does."""
    order = story.arranged(cast, story.agreed(cast, positions=story.costly(cast, "2500")))
    plain = {"labour_cost": Decimal(0), "freight_cost": Decimal(0)}
    story.recorded(cast, order, material_cost=Decimal(2500), **plain)
    assert approving.exceeds(order, order.repair) is None
    story.recorded(cast, order, material_cost=Decimal("2500.01"), **plain)
    assert approving.exceeds(order, order.repair) == Decimal("2500.01")
    assert "evaluate" not in acts(order, cast.bob)
    for amount in (Decimal(3000), Decimal("2500.01")):
        approving.clear_cost(order.repair, amount)
    order = ReturnOrder.objects.get(pk=order.pk)
    assert order.repair.cleared == Decimal(3000)
    assert "evaluate" in acts(order, cast.bob)


def test_the_page_offers_what_would_not_be_refused(cast: Cast) -> None:
    """RET-05, CST-09, PRT-12: nobody is offered to judge his own work, to send unpaid goods, or to ask for parts that
    he does not use."""
    order = story.arranged(cast, story.owing(cast))
    assert ("parts" in acts(order, cast.erik), "parts" in acts(order, keeper())) == (True, False)
    story.recorded(cast, order)
    assert "evaluate" in acts(order, cast.bob)
    ReturnOrder.objects.filter(pk=order.pk).update(owner=cast.bob)
    assert "evaluate" not in acts(ReturnOrder.objects.get(pk=order.pk), cast.bob)
    ReturnOrder.objects.filter(pk=order.pk).update(owner=cast.erik)
    order = story.passed(cast, ReturnOrder.objects.get(pk=order.pk))
    assert ("ship" in acts(order, cast.erik), "pay" in acts(order, cast.alice)) == (False, True)
    record_payment(order=order, by=cast.alice, amount=Decimal("120.00"), reference="SK-1")
    assert ("ship" in acts(order, cast.erik), "pay" in acts(order, cast.alice)) == (True, False)


def test_goods_on_their_way_outlive_their_case(cast: Cast) -> None:
    """RET-01: a cancelled case calls off what was not sent; what travels is received and given back."""
    order = story.approved(cast)
    requesting.send(order=order, by=cast.alice, carrier="顺丰", tracking="SF1")
    cancel_case(case=order.case, by=cast.bob, reason="误报")
    order.refresh_from_db()
    assert order.state == "in_transit"


@pytest.mark.parametrize(
    ("answer", "free"),
    [({"state": "out", "free": True}, True), ({"state": "out", "free": False}, False), ({"state": "in"}, True),
     ({"state": "unknown"}, None), ({}, None)],
)  # fmt: skip
def test_a_right_that_holds_after_the_period_is_free(answer: dict[str, Any], free: bool | None) -> None:
    """SOL-06, D19: what a right of the warranty covers costs the customer nothing, also when the period is over."""
    assert offering.charge_facts(ReturnOrder(warranty=answer)) == (free, False)


def test_what_was_not_written_down_does_not_fail_either(cast: Cast) -> None:
    """RET-06: a judgement, good or bad, is about a repair that has its record."""
    order = story.arranged(cast)
    values = {"results": [], "passed": False, "remark": "仍漏水"}
    with pytest.raises(MoveRefused) as refused:
        handling.evaluate(order=order, by=cast.bob, **values)
    assert (refused.value.code, order.evaluations.count()) == ("record", 0)
    handling.evaluate(order=story.recorded(cast, order), by=cast.bob, **values)
    assert order.evaluations.count() == 1

"""What is refused about parts: each with its reason beside its field, and nothing of it stays."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.core.permissions.services import Refused
from bihuan.registry.products.models import ProductModel
from bihuan.registry.spares.models import Tracking
from bihuan.service.parts.models import Count, Move, MoveKind, Place, PlaceKind, Receipt, Stock
from bihuan.service.parts.place_listing import PLACES
from bihuan.service.parts.services import counting, keeping, purchasing, requisitions, scrapping, using
from bihuan.service.parts.services.ledger import Posting, outside, place_of, post
from tests.cast import Cast
from tests.service.stocking import (
    buyer,
    decide,
    keeper,
    lying,
    numbers,
    opened,
    ordered,
    part,
    place,
    reviewed,
    supplier,
)
from tests.service.test_parts_ledger import browser, refused
from tests.service.test_parts_requisitions import approved, asked, counts, issued

pytestmark = pytest.mark.django_db


def test_by_hand_only_in_places_of_ours_and_with_a_reason(cast: Cast) -> None:
    """PRT-01, PRT-03, PRT-05: an outside, a place that is not in use, a missing reason, money below nothing."""
    row, closed = part(), place("closed")
    opened(row, 4, "40.00")
    Place.objects.filter(pk=closed.pk).update(is_active=False)
    closed.refresh_from_db()
    for where in (closed, outside(PlaceKind.USED)):
        refused(lambda where=where: opened(row, 1, "1", where), "place")  # type: ignore[misc]
        refused(lambda where=where: keeping.transfer(  # type: ignore[misc]
            part=row, by=keeper(), source=where, destination=place(), quantity=1), "source")  # fmt: skip
        refused(lambda where=where: keeping.transfer(  # type: ignore[misc]
            part=row, by=keeper(), source=place(), destination=where, quantity=1), "destination")  # fmt: skip
        refused(lambda where=where: counting.open_count(by=keeper(), kind="month", place=where), "place")  # type: ignore[misc]
    refused(lambda: opened(row, 1, "-0.01"), "amount")
    refused(lambda: keeping.found_damaged(part=row, by=keeper(), place=place(), quantity=1, reason=" "), "reason")
    frozen = post_while_frozen(row)
    refused(frozen, "source")


def post_while_frozen(row: Any) -> Any:
    """A receipt into a place that stands still."""
    place()
    Place.objects.filter(code="main").update(is_frozen=True)
    posting = Posting(MoveKind.RECEIPT, row, 1, outside(PlaceKind.SUPPLIER), place(), amount=1)
    return lambda: post(postings=[posting], by=None)


def test_defective_parts_go_back_to_the_supplier_who_is_named(cast: Cast) -> None:
    """PRT-10, PRT-16: without a supplier, without a reason, more than lie there: refused; sent, they have no value."""
    row = part()
    opened(row, 3, "30.00")
    keeping.found_damaged(part=row, by=keeper(), place=place(), quantity=2, reason="受潮")

    def claim(count: int = 1, reason: str = "受潮") -> Move:
        return keeping.return_to_supplier(part=row, by=keeper(), place=place(), quantity=count, reason=reason)

    refused(claim, "quantity")
    row.supplier = supplier()
    refused(lambda: claim(reason=""), "reason")
    refused(lambda: claim(3), "source")
    with pytest.raises(Refused):
        keeping.return_to_supplier(part=row, by=cast.erik, place=place(), quantity=1, reason="x")
    move = claim()
    assert (move.amount, move.reference, numbers(row)) == (0, "ly", (1, 1, 0, 1, 1000))


def test_a_requisition_is_declined_called_off_and_not_issued_twice(cast: Cast) -> None:
    """PRT-12, PRT-13: what is refused keeps nothing reserved; a stranger calls nothing off; closed places give nothing."""
    row = part()
    opened(row, 5, "5")
    no = asked(cast, (row, 2))
    decide(no, cast.bob, approve=False)
    assert (no.state, numbers(row)[2]) == ("declined", 0)
    paper = approved(cast, asked(cast, (row, 2)))
    refused(lambda: requisitions.issue(row=paper, by=keeper(), pieces=[]), "scanned")
    waiting = asked(cast, (row, 1)).lines.select_related("part", "wanted", "requisition").get()
    refused(lambda: using.use_now(row=waiting.requisition, by=cast.erik, line=waiting, quantity=1), "state")
    closed = place("closed", is_active=False)
    line = paper.lines.select_related("part", "wanted").get()
    refused(lambda: issued(paper, 1, closed), f"p_{line.pk}")
    refused(lambda: issued(paper, 3), f"q_{line.pk}")
    with pytest.raises(Refused):
        requisitions.cancel(row=paper, by=cast.alice, reason="x")
    refused(lambda: requisitions.cancel(row=paper, by=cast.erik, reason=" "), "reason")
    issued(paper, 2)
    line.refresh_from_db()
    refused(lambda: using.use_now(row=paper, by=cast.erik, line=line, quantity=3), f"u_{line.pk}")
    with pytest.raises(Refused):
        using.use_now(row=paper, by=cast.alice, line=line, quantity=1)
    back: dict[str, Any] = {"row": paper, "by": keeper(), "line": line, "quantity": 1}
    refused(lambda: requisitions.give_back(**back, place=closed), "place")
    refused(lambda: requisitions.give_back(**{**back, "quantity": 3}, place=place()), f"q_{line.pk}")
    paper.refresh_from_db()
    refused(lambda: requisitions.take_old(**back, place=place()), f"q_{line.pk}")
    assert counts(paper) == (2, 0, 2, 0, 0, 0)
    retired = part("R-1", is_active=False)
    refused(lambda: asked(cast, (retired, 1)), "part_1")
    refused(lambda: asked(cast, (row, 0)), "part_1")
    refused(lambda: requisitions.ask(by=cast.erik, lines=[(row, 1)], purpose=" "), "purpose")
    refused(lambda: requisitions.line_of(paper, {"line": 0}), "line")


def test_a_plan_and_an_order_say_what_is_wrong_with_them(cast: Cast) -> None:
    """PRT-06, PRT-08, PRT-10, PRT-11: an empty plan, a part twice, more than planned, goods that nobody inspected."""
    row = part()
    days = {"starts_on": date(2026, 12, 1), "ends_on": date(2026, 12, 31)}
    refused(lambda: purchasing.draft_plan(by=keeper(), **{**days, "ends_on": date(2026, 11, 30)}), "ends_on")
    empty = purchasing.draft_plan(by=keeper(), **days)
    refused(lambda: purchasing.submit_plan(plan=empty, by=keeper()), "refused")
    plan = purchasing.change_plan(plan=empty, by=keeper(), quantities={}, part=row, count=2)
    refused(lambda: purchasing.change_plan(plan=plan, by=keeper(), quantities={}, part=row), "part")
    plan.refresh_from_db()
    purchasing.cancel_plan(plan=plan, by=keeper(), reason="重做")
    plan = reviewed(cast, row, 2)
    line = plan.lines.get()
    more: dict[str, Any] = {"plan": plan, "by": buyer(), "supplier": supplier(), "due_on": date(2026, 12, 9)}
    refused(lambda: purchasing.order(**more, rows=[]), "refused")
    refused(lambda: purchasing.order(**more, rows=[(line, 3, Decimal(1))]), f"q_{line.pk}")
    refused(lambda: purchasing.order(**more, rows=[(line, 1, Decimal("0.001"))]), f"a_{line.pk}")
    with pytest.raises(Refused):
        purchasing.order(**{**more, "by": keeper()}, rows=[(line, 1, Decimal(1))])
    plan.refresh_from_db()
    assert (plan.state, plan.lines.get().ordered) == ("approved", 0)
    paper = purchasing.order(**more, rows=[(line, 2, Decimal(1))])
    item = paper.lines.select_related("part").get()
    refused(
        lambda: purchasing.register_receipt(paper=paper, by=buyer(), line=item, quantity=0, delivery_note="x"),
        "quantity",
    )
    came = purchasing.register_receipt(paper=paper, by=buyer(), line=item, quantity=1, delivery_note="x")
    refused(
        lambda: purchasing.register_receipt(paper=paper, by=buyer(), line=item, quantity=2, delivery_note="x"),
        "quantity",
    )
    refused(lambda: purchasing.cancel_order(paper=paper, by=buyer(), reason="x"), "refused")
    receipt = Receipt.objects.select_related("line__part", "line__order__supplier").get(pk=came.pk)
    refused(
        lambda: purchasing.inspect(paper=paper, by=keeper(), receipt=receipt, accepted=2, place=place()), "accepted"
    )
    paper.refresh_from_db()
    purchasing.inspect(paper=paper, by=keeper(), receipt=receipt, accepted=1, place=place())
    refused(
        lambda: purchasing.inspect(paper=paper, by=keeper(), receipt=receipt, accepted=1, place=place()), "conflict"
    )
    assert numbers(row) == (1, 1, 0, 0, 100)


def test_a_count_asks_for_numbers_and_lets_go_when_it_is_called_off(cast: Cast) -> None:
    """PRT-04, PRT-05: a serial belongs to a part that has one; a returned count is counted again, a given-up one moves."""
    row, board = part(), part("PCB", tracking=Tracking.SERIAL)
    opened(row, 2, "2")
    count = counting.open_count(by=keeper(), kind="year", place=place(), freezes=True)
    enter: dict[str, Any] = {"count": count, "by": keeper(), "condition": "good", "counted": 1}
    refused(lambda: counting.enter_part(**enter, part=board), "lot")
    refused(lambda: counting.enter_part(**enter, part=row, lot="S1"), "lot")
    with pytest.raises(Refused):
        counting.enter_part(**{**enter, "by": cast.erik}, part=row)
    counting.enter_part(**enter, part=row)
    counting.finish_count(count=count, by=keeper(), causes={line.pk: "漏登" for line in counting.differing(count)})
    decide(count, cast.bob, approve=False)
    assert (count.state, lying(row, place()), Place.objects.get(code="main").is_frozen) == ("open", 2, True)
    counting.cancel_count(count=count, by=keeper(), reason="改期")
    assert (count.state, Place.objects.get(code="main").is_frozen) == ("cancelled", False)
    ask: dict[str, Any] = {"part": row, "place": place(), "ground": "damaged", "finding": "锈", "condition": "good"}
    refused(lambda: scrapping.ask_scrap(**ask, by=keeper(), quantity=0), "quantity")
    with pytest.raises(Refused):
        scrapping.ask_scrap(**ask, by=cast.erik, quantity=1)


def test_who_waits_gets_what_a_receipt_or_a_count_brings(cast: Cast) -> None:
    """PRT-13, PRT-16: goods that came, a surplus, a scrapping that was reserved: the promise holds."""
    row = part()
    waiting = approved(cast, asked(cast, (row, 3)))
    paper = ordered(cast, row, 1)
    came = purchasing.register_receipt(
        paper=paper, by=buyer(), line=paper.lines.select_related("part").get(), quantity=1, delivery_note="x"
    )
    receipt = Receipt.objects.select_related("line__part", "line__order__supplier").get(pk=came.pk)
    purchasing.inspect(paper=paper, by=keeper(), receipt=receipt, accepted=1, place=place())
    assert counts(waiting)[1] == 1
    count = counting.open_count(by=keeper(), kind="cycle", place=place())
    counting.enter_part(count=count, by=keeper(), part=row, condition="good", counted=2)
    counting.finish_count(count=count, by=cast.bob, causes={line.pk: "漏登" for line in count.lines.all()})
    assert counts(waiting)[1] == 2
    refused(lambda: keeping.found_damaged(part=row, by=keeper(), place=place(), quantity=1, reason="x"), "quantity")
    engineer = place_of(cast.erik)
    refused(
        lambda: keeping.transfer(part=row, by=keeper(), source=place(), destination=engineer, quantity=1), "quantity"
    )
    requisitions.cancel(row=waiting, by=cast.erik, reason="误报")
    assert Stock.objects.get(part=row).reserved == 0


def test_what_does_not_fit_the_product_is_not_used_on_it(cast: Cast) -> None:
    """WO-20, PRT-18: issued by hand for nobody's case, and then put into a product that it does not fit."""
    row = part()
    opened(row, 2, "2")
    paper = issued(approved(cast, asked(cast, (row, 1))), 1)
    line = paper.lines.select_related("part", "wanted").get()
    row.fits.add(ProductModel.objects.create(line=cast.lines["general"], code="SC-9", name="其他"))
    refused(lambda: using.use_now(row=paper, by=cast.erik, line=line, quantity=1, unit=cast.unit), f"u_{line.pk}")


def test_places_that_were_not_counted_this_month_are_listed(cast: Cast) -> None:
    """PRT-04: 每月定期盘点: a store with parts and no posted count of this month is due; counted, it is not."""
    row = part()
    opened(row, 2, "2")
    opened(row, 1, "1", place("two"))
    place("empty")
    due = {**PLACES.nothing(), "due": "month"}
    assert [one.code for one in PLACES.rows(keeper(), due).order_by("code")] == ["main", "two"]
    count = counting.open_count(by=keeper(), kind="month", place=place())
    for line in list(count.lines.select_related("part")):
        counting.enter(count=count, by=keeper(), line=line, counted=line.expected)
    counting.finish_count(count=count, by=keeper(), causes={})
    assert [one.code for one in PLACES.rows(keeper(), due)] == ["two"]
    Count.objects.update(posted_at=timezone.now() - timedelta(days=40))
    assert PLACES.rows(keeper(), due).count() == 2
    assert browser(keeper()).get(reverse("parts:places"), {"due": "month"}).status_code == 200

"""The edges of the rules of parts: the last piece, the same day, the second time."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from bihuan.core.policy.schema.field import PartsRules
from bihuan.registry.products.models import ProductModel
from bihuan.registry.spares.models import Part, Tracking
from bihuan.service.parts.demand import Levels, levels_of
from bihuan.service.parts.models import Count, CountLine, Move, PlanLine, Receipt, Stock
from bihuan.service.parts.paper_forms import OrderForm
from bihuan.service.parts.services import counting, discrepancies, keeping, purchasing, requisitions, scrapping, using
from bihuan.service.parts.services.count_plan import due_counts
from bihuan.service.parts.services.discrepancies import Unissued, Work
from bihuan.service.parts.services.ledger import place_of
from bihuan.service.parts.services.requisitions import Job
from tests.cast import Cast
from tests.service.stocking import buyer, decide, keeper, numbers, opened, ordered, part, place, reviewed, supplier
from tests.service.test_parts_ledger import browser, refused
from tests.service.test_parts_requisitions import approved, asked, counts, issued

pytestmark = pytest.mark.django_db


def found(count: Count, row: Any, counted: int, condition: str = "good") -> None:
    """Enter what was found."""
    counting.enter_part(count=count, by=keeper(), part=row, condition=condition, counted=counted)
    count.refresh_from_db()


def closed(count: Count) -> None:
    """Finish a count with one cause for all, and let the head agree."""
    causes = {line.pk: "漏登" for line in counting.differing(count)}
    counting.finish_count(count=count, by=keeper(), causes=causes)


def test_a_surplus_has_the_average_rounded_half_up_and_a_defective_one_has_no_value(cast: Cast) -> None:
    """PRT-03, PRT-04: three for ten yuan: two more are worth 6.67; a defective one that turns up adds nothing."""
    row = part()
    opened(row, 3, "10.00")
    count = counting.open_count(by=keeper(), kind="month", place=place())
    found(count, row, 5)
    found(count, row, 1, "defective")
    closed(count)
    decide(count, cast.bob)
    assert numbers(row) == (5, 5, 0, 1, 1667)


def test_the_sheet_names_what_lies_there_and_a_decision_is_taken_once(cast: Cast) -> None:
    """PRT-04: what is used up is not on the sheet; deciding again posts nothing more."""
    row, gone = part(), part("GONE")
    opened(row, 3, "3.00")
    opened(gone, 1, "1.00")
    keeping.transfer(part=gone, by=keeper(), source=place(), destination=place("two"), quantity=1)
    count = counting.open_count(by=keeper(), kind="month", place=place())
    assert [line.part.code for line in CountLine.objects.filter(count=count)] == ["7014C"]
    found(count, row, 2)
    closed(count)
    decide(count, cast.bob)
    moves = Move.objects.count()
    assert counting.count_decided(count=count, approved=True, by=cast.bob).state == "posted"
    assert counting.count_decided(count=count, approved=False, by=cast.bob).state == "posted"
    assert Move.objects.count() == moves


def test_a_count_that_was_called_off_is_due_again(cast: Cast) -> None:
    """PRT-04, D32: begun is not due; given up it is."""
    opened(part(), 1)
    day = date(2099, 12, 31)
    before = len(due_counts(day))
    count = counting.open_count(by=keeper(), kind="year", place=place())
    Count.objects.update(created_at="2099-12-30T09:00:00Z")
    count.refresh_from_db()
    assert (before, len(due_counts(day))) == (2, 0)
    counting.cancel_count(count=count, by=keeper(), reason="改期")
    assert len(due_counts(day)) == 2


def test_what_a_corrected_report_named_is_shown_no_more(cast: Cast) -> None:
    """PRT-18: withdrawn with the report that said it."""
    work = Work(Job("visits.visit", 4711, "FW4711"), (cast.erik,))
    discrepancies.note(work=work, by=cast.erik, found=[Unissued("轴承", "抢修")])
    discrepancies.note(work=work, by=cast.erik, found=[Unissued("轴承 2 套", "抢修")])
    assert [row.words for row in discrepancies.of_jobs("visits.visit", [4711])] == ["轴承 2 套"]


def test_only_what_was_not_issued_is_replaced_by_a_part_in_use(cast: Cast) -> None:
    """WO-20, PRT-16: not a line of which a piece is out, not by a retired part; who waited for the old one gets it."""
    twin, retired = part("7014C-2"), part("7014C-3", is_active=False)
    row = part()
    opened(row, 2, "2")
    opened(twin, 5, "5")
    first, waiting = approved(cast, asked(cast, (row, 2))), approved(cast, asked(cast, (row, 1)))
    line = first.lines.select_related("part", "wanted").get()
    refused(lambda: requisitions.substitute(row=first, by=keeper(), line=line, part=retired), "part")
    requisitions.substitute(row=first, by=keeper(), line=line, part=twin)
    assert (counts(first)[1], counts(waiting)[1], numbers(row)[2], numbers(twin)[2]) == (2, 1, 1, 2)
    issued(first, 1)
    line = first.lines.select_related("part", "wanted").get()
    first.refresh_from_db()
    refused(lambda: requisitions.substitute(row=first, by=keeper(), line=line, part=row), "part")


def test_what_comes_back_and_what_is_let_go_is_kept_for_those_who_wait(cast: Cast) -> None:
    """PRT-13, PRT-16: a piece given back, and the rest of a paper that is closed."""
    row = part()
    opened(row, 3, "3")
    paper, waiting = approved(cast, asked(cast, (row, 3))), approved(cast, asked(cast, (row, 3)))
    issued(paper, 1)
    line = paper.lines.select_related("part", "wanted").get()
    paper.refresh_from_db()
    requisitions.give_back(row=paper, by=keeper(), line=line, quantity=1, place=place())
    assert counts(waiting)[1] == 1
    requisitions.close(row=paper, by=keeper())
    assert (paper.state, counts(paper)[1], counts(waiting)[1], numbers(row)[2]) == ("closed", 0, 3, 3)


def test_a_plan_counts_what_is_coming_and_leaves_retired_parts(cast: Cast) -> None:
    """PRT-02, PRT-06: ordered pieces are no need any more; a plan of one day is a plan; who is out of use is not bought."""
    row, retired = part(), part("OLD", is_active=False)
    for one in (row, retired):
        stock = Stock.objects.get(part=one)
        purchasing.set_levels(stock=stock, by=keeper(), safety=1, minimum=3, maximum=6)
    day = date(2026, 12, 1)
    plan = purchasing.draft_plan(by=keeper(), starts_on=day, ends_on=day)
    assert list(plan.lines.values_list("part__code", "quantity")) == [("7014C", 6)]
    ordered(cast, row, 2)
    plan = purchasing.draft_plan(by=keeper(), starts_on=day, ends_on=day)
    assert list(plan.lines.values_list("part__code", "quantity")) == [("7014C", 4)]
    ordered(cast, row, 1)
    assert not purchasing.draft_plan(by=keeper(), starts_on=day, ends_on=day).lines.exists()


def test_a_contract_holds_to_its_last_day_and_a_plan_until_all_is_ordered(cast: Cast) -> None:
    """PRT-08, PRT-10: today is in force, yesterday is not; what is not ordered yet keeps the plan open."""
    today = timezone.localdate()
    maker = supplier(contract_until=today)
    plan = reviewed(cast, part(), 3)
    line = plan.lines.get()
    more: dict[str, Any] = {"plan": plan, "by": buyer(), "supplier": maker, "due_on": today}
    purchasing.order(**more, rows=[(line, 1, Decimal(1))])
    assert (plan.state, plan.lines.get().ordered) == ("approved", 1)
    maker.contract_until = today - timedelta(days=1)
    refused(lambda: purchasing.order(**more, rows=[(line, 1, Decimal(1))]), "supplier")
    maker.contract_until = None
    purchasing.order(**more, rows=[(line, 2, Decimal(1))])
    assert plan.state == "ordered"


def test_each_accepted_piece_has_one_serial_number(cast: Cast) -> None:
    """PRT-11, PRT-16: neither fewer nor more numbers than accepted pieces."""
    board = part("PCB", tracking=Tracking.SERIAL)
    paper = ordered(cast, board, 2)
    line = paper.lines.select_related("part").get()
    row = purchasing.register_receipt(paper=paper, by=buyer(), line=line, quantity=2, delivery_note="SH-1")
    receipt = Receipt.objects.select_related("line__part", "line__order__supplier").get(pk=row.pk)
    for lots in ("S1", "S1\nS2\nS3"):
        with transaction.atomic():
            refused(lambda lots=lots: purchasing.inspect(  # type: ignore[misc]
                paper=paper, by=keeper(), receipt=receipt, accepted=2, place=place(), lots=lots), "lots")  # fmt: skip
        paper.refresh_from_db()
        receipt.refresh_from_db()
    purchasing.inspect(paper=paper, by=keeper(), receipt=receipt, accepted=2, place=place(), lots="S1\nS2")
    assert numbers(board) == (2, 2, 0, 0, 4000)


def test_a_called_off_order_gives_back_what_has_not_come(cast: Cast) -> None:
    """PRT-10: of five ordered two came: three may be ordered elsewhere; a new day of delivery is agreed or stays."""
    row = part()
    paper = ordered(cast, row, 5)
    line = paper.lines.select_related("part").get()
    came = purchasing.register_receipt(paper=paper, by=buyer(), line=line, quantity=2, delivery_note="SH-1")
    receipt = Receipt.objects.select_related("line__part", "line__order__supplier").get(pk=came.pk)
    purchasing.inspect(paper=paper, by=keeper(), receipt=receipt, accepted=2, place=place())
    before = paper.due_on
    purchasing.negotiate(paper=paper, by=buyer(), text="催货", due_on=None)
    assert paper.due_on == before
    purchasing.negotiate(paper=paper, by=buyer(), text="改期", due_on=before + timedelta(days=5))
    paper.refresh_from_db()
    assert paper.due_on == before + timedelta(days=5)
    purchasing.cancel_order(paper=paper, by=buyer(), reason="供方停产")
    assert paper.plan is not None
    assert list(paper.plan.lines.values_list("quantity", "ordered")) == [(5, 2)]


def test_what_an_engineer_holds_on_a_paper_is_not_scrapped_beside_it(cast: Cast) -> None:
    """PRT-05, PRT-13: issued pieces come back first; his defective ones are moved; deciding again scraps nothing more."""
    row = part()
    opened(row, 6, "6.00")
    keeping.transfer(part=row, by=keeper(), source=place(), destination=cast.erik, quantity=1)
    own = place_of(cast.erik)
    keeping.found_damaged(part=row, by=keeper(), place=own, quantity=1, reason="跌落")
    stock = Stock.objects.select_related("part").get(part=row)
    assert scrapping.may_go(stock, "damaged") == 0
    issued(approved(cast, asked(cast, (row, 2))), 2)
    more: dict[str, Any] = {"part": row, "by": keeper(), "ground": "damaged", "finding": "x"}
    refused(lambda: scrapping.ask_scrap(**more, place=own, quantity=1, condition="good"), "place")
    keeping.transfer(part=row, by=keeper(), source=own, destination=place(), quantity=1, condition="defective")
    scrap = scrapping.ask_scrap(**more, place=place(), quantity=1, condition="defective")
    decide(scrap, cast.bob)
    assert scrapping.scrap_decided(row=scrap, approved=True, by=cast.bob).state == "done"
    assert Move.objects.filter(kind="scrap").count() == 1


def test_an_engineer_is_offered_what_fits_and_uses_no_more_of_a_batch_than_he_has(cast: Cast) -> None:
    """PRT-16, PRT-18, WO-20: parts of another model are not offered on the visit; a batch holds what was issued of it."""
    row, foreign = part(tracking=Tracking.BATCH), part("F-1")
    opened(row, 2, "2", lot="A")
    opened(row, 2, "2", lot="B")
    opened(foreign, 1, "1")
    foreign.fits.add(ProductModel.objects.create(line=cast.lines["general"], code="SC-9", name="其他"))
    paper = approved(cast, asked(cast, (row, 3)))
    line = paper.lines.select_related("part", "wanted").get()
    pieces = [requisitions.Piece(line, 2, place(), "A"), requisitions.Piece(line, 1, place(), "B")]
    requisitions.issue(row=paper, by=keeper(), pieces=pieces)
    issued(approved(cast, asked(cast, (foreign, 1))), 1)
    work = Work(Job("visits.visit", 4711, "FW4711"), (cast.erik,), unit=cast.unit)
    assert [one.part.code for one in using.usable([work])[4711]] == ["7014C"]
    line = paper.lines.select_related("part", "wanted").get()
    refused(lambda: using.use_now(row=paper, by=cast.erik, line=line, quantity=2, lot="B"), f"l_{line.pk}")
    assert using.use_now(row=paper, by=cast.erik, line=line, quantity=2, lot="A").quantity == 2


def test_wide_demand_has_the_long_tail_and_narrow_demand_has_none() -> None:
    """PRT-02: gamma where the deviation exceeds half of the rate, else normal."""
    narrow = levels_of([40, 44, 40, 44, 40, 44, 40, 44, 40, 44, 40, 44], 30, PartsRules())
    wide = levels_of([0, 0, 30, 0, 0, 0, 0, 40, 0, 0, 0, 24], 30, PartsRules())
    assert isinstance(narrow, Levels)
    assert isinstance(wide, Levels)
    assert (narrow.safety, narrow.minimum, wide.safety, wide.minimum) == (5, 46, 28, 37)


def test_a_price_stands_beside_the_one_before(cast: Cast) -> None:
    """PRT-10: who orders reads what was paid the last time; who sees money reads by how much it has changed."""
    row = part()
    first, plan = ordered(cast, row, 2, "20.00"), reviewed(cast, row, 3)
    form = OrderForm(row=plan)
    price = form.fields[f"a_{plan.lines.get().pk}"]
    assert (price.initial, "上次单价 20.00" in str(price.help_text)) == (Decimal("20.00"), True)
    values = {"supplier": supplier(), "due_on": date(2026, 12, 10)}
    dear = purchasing.order(plan=plan, by=buyer(), rows=[(plan.lines.get(), 1, Decimal(25))], **values)
    other = purchasing.order(plan=plan, by=buyer(), rows=[(plan.lines.get(), 1, Decimal(22))], **values)
    pages = {one.pk: reverse("parts:order", args=[one.number]) for one in (first, dear, other)}
    boss = browser(cast.bob)
    assert "上次单价" not in boss.get(pages[first.pk]).content.decode()
    assert "上次单价 20.00（+25.0 %）" in boss.get(pages[dear.pk]).content.decode()
    assert "上次单价 25.00（-12.0 %）" in boss.get(pages[other.pk]).content.decode()
    assert "上次单价" not in browser(keeper()).get(pages[dear.pk]).content.decode()
    purchasing.cancel_order(paper=dear, by=buyer(), reason="供方无货")
    assert "上次单价 20.00（+10.0 %）" in boss.get(pages[other.pk]).content.decode()


def test_a_plan_buys_the_successor_and_says_by_which_levels(cast: Cast) -> None:
    """PRT-02, PRT-06, PRT-16: a replaced part is not filled up, who waits for it gets what replaced it; the reason names
    the levels that were used, also where demand would propose others."""
    new, other = part("NEW"), part("OTHER")
    old = part("OLD", replaced_by=part("MID", replaced_by=new))
    for row in (old, new, other):
        stock = Stock.objects.get(part=row)
        purchasing.set_levels(stock=stock, by=keeper(), safety=1, minimum=3, maximum=12)
    opened(other, 2)
    issued(approved(cast, asked(cast, (other, 1))), 1)
    approved(cast, asked(cast, (old, 4)))
    with time_machine.travel(timezone.now() + timedelta(days=40)):
        plan = purchasing.draft_plan(by=keeper(), starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 31))
    assert dict(plan.lines.values_list("part__code", "quantity")) == {"NEW": 16, "OTHER": 11}
    grounds = dict(plan.lines.values_list("part__code", "ground"))
    assert grounds["NEW"] == "最低 3，最高 12；缺货待料 4 件"
    assert grounds["OTHER"].startswith("月均")
    assert grounds["OTHER"].endswith("最低 3，最高 12")
    PlanLine.objects.all().delete()
    Part.objects.filter(code="NEW").update(is_active=False)
    plan = purchasing.draft_plan(by=keeper(), starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 31))
    assert "MID" in plan.lines.values_list("part__code", flat=True)

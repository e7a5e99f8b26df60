"""Levels from demand, purchase plans, orders, receipts; suppliers; counts; scrapping."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.core.documents.models import Document
from bihuan.core.permissions.services import Refused
from bihuan.core.policy.schema.field import PartsRules
from bihuan.registry.spares.models import Tracking
from bihuan.registry.suppliers.models import Assessment
from bihuan.registry.suppliers.services import assess, latest_review
from bihuan.service.parts.demand import Levels, NoLevels, issued_by_month, levels_of, months_before
from bihuan.service.parts.models import (
    Balance,
    Condition,
    Count,
    CountLine,
    Move,
    MoveKind,
    Order,
    Place,
    Plan,
    PlanLine,
    Receipt,
    RequisitionLine,
    Scrap,
    Stock,
)
from bihuan.service.parts.services import counting, keeping, purchasing, scrapping
from bihuan.service.parts.services.ledger import Posting, place_of, post
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
from tests.service.test_parts_requisitions import approved, asked

pytestmark = pytest.mark.django_db
MARKS = {"qualification": 4, "reputation": 4, "quality": 5, "price": 3, "delivery": 4}


def received(paper: Order, count: int, accepted: int, **more: Any) -> Receipt:
    """Goods came and were inspected."""
    line = paper.lines.select_related("part").get()
    row = purchasing.register_receipt(paper=paper, by=buyer(), line=line, quantity=count, delivery_note="SH-1")
    receipt = Receipt.objects.select_related("line__part", "line__order__supplier").get(pk=row.pk)
    values = {"place": place(), "finding": "" if accepted == count else "划伤", **more}
    return purchasing.inspect(paper=paper, by=keeper(), receipt=receipt, accepted=accepted, **values)


def kept(call: Callable[[], Any], row: Any, code: str) -> str:
    """Refused, and the paper is as it was in the database."""
    reason = refused(call, code)
    row.refresh_from_db()
    return reason


def test_levels_follow_from_what_was_issued() -> None:
    """PRT-02, PRT-15: nothing asked for proposes nothing; more demand or a longer wait asks for more stock."""
    rules = PartsRules()
    assert isinstance(levels_of([0] * 24, 14, rules), NoLevels)
    steady = levels_of([4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5], 14, rules)
    rare = levels_of([0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 0, 4], 30, rules)
    assert isinstance(steady, Levels)
    assert isinstance(rare, Levels)
    assert (steady.method, rare.method) == ("croston", "sba")
    assert 4 <= steady.rate <= 5
    assert 0.5 <= rare.rate <= 1.5
    for found in (steady, rare):
        assert 0 <= found.safety <= found.minimum < found.maximum
    longer = levels_of([4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5], 90, rules)
    assert isinstance(longer, Levels)
    assert longer.minimum > steady.minimum
    assert months_before(date(2026, 1, 31), 2) == [date(2025, 11, 1), date(2025, 12, 1)]


def test_what_cannot_be_proposed_says_why_and_what_to_do(cast: Cast) -> None:
    """PRT-02: no demand is told with the next step; demand of one month or one that never varies gets its levels."""
    rules = PartsRules()
    nothing, young = levels_of([0] * 24, 14, rules), levels_of([0] * 23 + [3], 14, rules)
    assert isinstance(nothing, NoLevels)
    assert "24 个月" in nothing.ground
    assert young == Levels(0.125, "tsb", 0, 1, 2)
    assert levels_of([4] * 24, 61, rules) == Levels(4.0, "croston", 0, 9, 17)
    row = part()
    page = browser(keeper()).get(reverse("parts:part", args=[row.code]), {"do": "levels"}).content.decode()
    assert nothing.ground in page


def test_demand_is_what_left_the_store_for_good(cast: Cast) -> None:
    """PRT-15: issues less what came back unused, by month; transfers and opening stock are no demand."""
    row, store, erik = part(), place(), place_of(cast.erik)
    opened(row, 20, "20")
    months = months_before(timezone.localdate(), 3)
    day = timezone.make_aware(datetime.combine(months[1], time(12)))
    out = Posting(MoveKind.ISSUE, row, 5, store, erik)
    post(postings=[out], by=None, at=day)
    post(postings=[Posting(MoveKind.GIVE_BACK, row, 2, erik, store)], by=None, at=day)
    post(postings=[Posting(MoveKind.TRANSFER, row, 1, store, erik)], by=None, at=day)
    post(postings=[out], by=None)
    assert issued_by_month([row], months) == {row.pk: [0, 3, 0]}


def test_a_plan_fills_what_lies_below_its_minimum_and_what_people_wait_for(cast: Cast) -> None:
    """PRT-02, PRT-06, PRT-07, F27: to the maximum, less what is coming; the head of after-sales reviews it."""
    low, enough, missing = part(), part("E-1"), part("M-1")
    opened(low, 2)
    opened(enough, 9)
    for row in (low, enough):
        stock = Stock.objects.get(part=row)
        purchasing.set_levels(stock=stock, by=keeper(), safety=2, minimum=5, maximum=10)
    approved(cast, asked(cast, (missing, 3)))
    plan = purchasing.draft_plan(by=keeper(), starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 31))
    assert dict(plan.lines.values_list("part__code", "quantity")) == {"7014C": 8, "M-1": 3}
    with pytest.raises(Refused):
        purchasing.draft_plan(by=cast.erik, starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 31))
    refused(lambda: purchasing.set_levels(stock=Stock.objects.get(part=low), by=keeper(), safety=6, minimum=5, maximum=9),
            "maximum")  # fmt: skip
    line = PlanLine.objects.get(part=missing)
    purchasing.change_plan(plan=plan, by=keeper(), quantities={line.pk: 0}, part=enough, count=1)
    purchasing.submit_plan(plan=plan, by=keeper())
    decide(plan, cast.bob, approve=False)
    assert plan.state == "draft"
    purchasing.submit_plan(plan=plan, by=keeper())
    decide(plan, cast.bob)
    assert (plan.state, plan.lines.count()) == ("approved", 2)
    assert "主轴轴承" in str(Document.objects.get(form_code="F27").data)


def test_goods_are_ordered_registered_inspected_and_valued(cast: Cast) -> None:
    """PRT-08, PRT-10, PRT-11: an approved supplier, two people at the receipt, the price in the ledger, the rest open."""
    bearing = part()
    opened(bearing, 1, "10.00")
    waiting = approved(cast, asked(cast, (bearing, 3)))
    paper = ordered(cast, bearing, 5, "20.00")
    assert Plan.objects.get().state == "ordered"
    first = received(paper, 3, 2)
    assert (first.accepted, first.refused, first.amount) == (2, 1, 4000)
    assert numbers(bearing) == (3, 3, 3, 0, 5000)
    assert RequisitionLine.objects.get(requisition=waiting).reserved == 3
    line = paper.lines.select_related("part").get()
    assert (paper.state, line.received) == ("sent", 2)
    kept(lambda: received(paper, 4, 4), paper, "quantity")
    purchasing.register_receipt(paper=paper, by=cast.bob, line=line, quantity=3, delivery_note="SH-2")
    second = Receipt.objects.select_related("line__part", "line__order__supplier").get(inspected_at__isnull=True)

    def accept(who: Any) -> Receipt:
        return purchasing.inspect(paper=paper, by=who, receipt=second, accepted=3, place=place())

    assert "不能自己验收" in refused(lambda: accept(cast.bob), "accepted")
    paper.refresh_from_db()
    accept(keeper())
    paper.refresh_from_db()
    assert (paper.state, numbers(bearing)) == ("received", (6, 6, 3, 0, 11_000))
    assert Move.objects.filter(kind="receipt", reference=second.number).get().amount == 6000


def test_only_an_approved_supplier_with_a_contract_gets_an_order(cast: Cast) -> None:
    """PRT-08, PRT-09: candidates and the eliminated are refused; what was called off can be ordered elsewhere."""
    bearing, maker = part(), supplier()
    plan = reviewed(cast, bearing, 5)
    rows = [(plan.lines.get(), 5, Decimal(20))]

    def order() -> Order:
        return purchasing.order(plan=plan, by=buyer(), supplier=maker, due_on=date(2026, 12, 10), rows=rows)

    for changes in ({"standing": "candidate"}, {"standing": "eliminated"}, {"standing": "approved", "contract_no": ""},
                    {"contract_no": "x", "contract_until": date(2026, 1, 1)}):  # fmt: skip
        for name, value in changes.items():
            setattr(maker, name, value)
        refused(order, "supplier")
    maker.contract_until = None
    paper = order()
    purchasing.negotiate(paper=paper, by=buyer(), text="同意顺延一周", due_on=date(2026, 12, 17))
    purchasing.cancel_order(paper=paper, by=buyer(), reason="交不出")
    plan.refresh_from_db()
    assert (paper.state, plan.state, plan.lines.get().ordered) == ("cancelled", "approved", 0)


def test_serial_numbers_come_in_with_the_goods(cast: Cast) -> None:
    """PRT-11, PRT-16: each piece of a part that has serials is named at the receipt."""
    board = part("PCB", tracking=Tracking.SERIAL)
    paper = ordered(cast, board, 2, "100.00")
    kept(lambda: received(paper, 2, 2, lots="S1"), paper, "lots")
    received(paper, 2, 2, lots="S1\nS2")
    assert sorted(Balance.objects.values_list("lot", flat=True)) == ["S1", "S2"]
    assert numbers(board) == (2, 2, 0, 0, 20_000)


def test_a_supplier_is_assessed_warned_rectified_eliminated(cast: Cast) -> None:
    """PRT-08, PRT-09: five marks; a measure says why, a rectification until when; the next day is set."""
    maker, soon = supplier(standing="candidate", contract_no=""), timezone.localdate() + timedelta(days=180)

    def judge(**more: Any) -> Assessment:
        return assess(supplier=maker, by=buyer(), **{"marks": MARKS, "next_review_on": soon, **more})

    refused(lambda: judge(standing="approved"), "standing")
    maker.contract_no = "HT-1"
    maker.save()
    refused(lambda: judge(standing="approved", marks={**MARKS, "quality": 6}), "qualification")
    refused(lambda: judge(standing="approved", marks=dict.fromkeys(MARKS, 2)), "standing")
    refused(lambda: judge(standing="approved", next_review_on=None), "next_review_on")
    assert judge(standing="approved").total == 20
    refused(lambda: judge(standing="warned"), "finding")
    refused(lambda: judge(standing="rectifying", finding="两批逾期"), "rectify_by")
    judge(standing="rectifying", finding="两批逾期", rectify_by=soon)
    judge(standing="eliminated", finding="整改无效", next_review_on=None)
    maker.refresh_from_db()
    assert (maker.standing, maker.assessments.count()) == ("eliminated", 3)
    with pytest.raises(Refused):
        assess(supplier=maker, by=cast.erik, standing="approved", marks=MARKS, next_review_on=soon)


def test_a_count_is_blind_and_its_differences_are_posted_with_their_causes(cast: Cast) -> None:
    """PRT-04: 盘盈盘亏 with cause and approval; frozen or not, the ledger ends at what was counted."""
    bearing, extra, store = part(), part("X-1"), place()
    opened(bearing, 5, "50.00")
    opened(extra, 1, "7.00", place("two"))
    count = counting.open_count(by=keeper(), kind="month", place=store, freezes=True)

    def move() -> Move:
        return keeping.transfer(part=bearing, by=keeper(), source=store, destination=place("two"), quantity=1)

    assert "正在盘点" in refused(move, "source")
    refused(lambda: counting.open_count(by=keeper(), kind="cycle", place=store), "place")
    kept(lambda: counting.finish_count(count=count, by=keeper(), causes={}), count, "refused")
    page = browser(keeper()).get(reverse("parts:count", args=[count.number])).content.decode()
    assert "账面" not in page
    counting.enter_part(count=count, by=keeper(), part=bearing, condition="good", counted=3)
    counting.enter_part(count=Count.objects.get(), by=keeper(), part=extra, condition="good", counted=2)
    count.refresh_from_db()
    lines = {line.part.code: line for line in CountLine.objects.select_related("part")}
    kept(lambda: counting.finish_count(count=count, by=keeper(), causes={}), count, f"c_{lines['7014C'].pk}")
    causes = {lines["7014C"].pk: "漏登出库", lines["X-1"].pk: "退库未登记"}
    counting.finish_count(count=count, by=keeper(), causes=causes)
    assert (count.state, numbers(bearing)) == ("asked", (5, 5, 0, 0, 5000))
    decide(count, cast.bob)
    assert (count.state, numbers(bearing), numbers(extra)) == ("posted", (3, 3, 0, 0, 3000), (3, 3, 0, 0, 2100))
    assert sorted(Move.objects.exclude(kind="opening").values_list("kind", "quantity", "reason")) == [
        ("shortage", 2, "漏登出库"), ("surplus", 2, "退库未登记"),
    ]  # fmt: skip
    move()
    assert not Place.objects.filter(is_frozen=True).exists()


def test_a_cycle_count_lets_the_store_work_on(cast: Cast) -> None:
    """PRT-04: what moved after the counting does not become a difference."""
    bearing, store = part(), place()
    opened(bearing, 5, "50.00")
    count = counting.open_count(by=keeper(), kind="cycle", place=store)
    counting.enter_part(count=count, by=keeper(), part=bearing, condition="good", counted=5)
    keeping.transfer(part=bearing, by=keeper(), source=store, destination=place("two"), quantity=2)
    count.refresh_from_db()
    counting.finish_count(count=count, by=keeper(), causes={})
    assert (count.state, lying(bearing, store)) == ("posted", 3)


def test_scrapping_takes_an_approval_and_the_value_out(cast: Cast) -> None:
    """PRT-05: obsolete parts leave with their value when the head of after-sales agrees; declined they stay."""
    bearing = part()
    values: dict[str, Any] = {
        "place": place(), "quantity": 2, "ground": "obsolete", "finding": "已停产", "condition": "good"
    }  # fmt: skip
    opened(bearing, 5, "50.00")
    refused(lambda: scrapping.ask_scrap(part=bearing, by=keeper(), **{**values, "quantity": 6}), "quantity")
    refused(lambda: scrapping.ask_scrap(part=bearing, by=keeper(), **{**values, "finding": " "}), "finding")
    no = scrapping.ask_scrap(part=bearing, by=keeper(), **values)
    decide(no, cast.bob, approve=False)
    assert (no.state, numbers(bearing)) == ("declined", (5, 5, 0, 0, 5000))
    yes = scrapping.ask_scrap(part=bearing, by=keeper(), **values)
    decide(yes, cast.bob)
    assert (yes.state, numbers(bearing)) == ("done", (3, 3, 0, 0, 3000))
    assert yes.move is not None
    assert (yes.move.amount, yes.move.by) == (2000, cast.bob)


def test_papers_of_parts_have_their_pages(cast: Cast) -> None:
    """PRT-04, PRT-06, PRT-10, PRT-11: planned, ordered, received and counted through the pages alone."""
    bearing, stock, buys = part(), browser(keeper()), browser(buyer())
    maker, paper = supplier(), {"starts_on": "2026-12-01", "ends_on": "2026-12-31"}
    assert stock.post(reverse("parts:plan_new"), {**paper, "ends_on": "2026-11-01"}).status_code == 409
    assert stock.post(reverse("parts:plan_new"), paper).status_code == 302
    plan = Plan.objects.get()

    def act(client: Any, kind: str, row: Any, name: str, values: dict[str, Any]) -> Any:
        return client.post(reverse(f"parts:{kind}_act", args=[row.number, name]), values)

    assert act(stock, "plan", plan, "change", {"part": "7014C", "count": 4}).status_code == 302
    assert act(stock, "plan", plan, "submit", {}).status_code == 302
    decide(plan, cast.bob)
    line = plan.lines.get()
    sent = {"supplier": maker.pk, "due_on": "2026-12-10", f"q_{line.pk}": 4}
    assert act(buys, "plan", plan, "order", sent).status_code == 422
    assert act(stock, "plan", plan, "order", {**sent, f"a_{line.pk}": "12.50"}).status_code == 403
    assert act(buys, "plan", plan, "order", {**sent, f"a_{line.pk}": "12.50"}).status_code == 302
    order = Order.objects.get()
    wanted = {"line": order.lines.get().pk, "quantity": 4, "delivery_note": "SH-1"}
    assert act(buys, "order", order, "register", wanted).status_code == 302
    receipt = Receipt.objects.get()
    taken = {"receipt": receipt.pk, "accepted": 3, "place": place().pk}
    assert "请说明不合格情况" in act(stock, "order", order, "inspect", taken).content.decode()
    assert act(stock, "order", order, "inspect", {**taken, "finding": "划伤"}).status_code == 302
    assert "12.50" in buys.get(reverse("parts:order", args=[order.number])).content.decode()
    assert "37.50" in buys.get(reverse("parts:receipts"), {"what": "inspected"}).content.decode()
    assert stock.post(reverse("parts:count_new"), {"kind": "month", "place": place().pk}).status_code == 302
    count = Count.objects.get()
    assert (
        act(stock, "count", count, "enter", {"part": "P:7014C", "condition": "good", "counted": 3}).status_code == 302
    )
    assert act(stock, "count", count, "finish", {}).status_code == 302
    values = {"place": place().pk, "quantity": 1, "ground": "damaged", "condition": Condition.GOOD, "finding": "受潮"}
    assert stock.post(reverse("parts:act", args=[bearing.code, "scrap"]), values).status_code == 302
    levels = {"safety": 1, "minimum": 2, "maximum": 6}
    assert stock.post(reverse("parts:act", args=[bearing.code, "levels"]), levels).status_code == 302
    for name in ("plans", "orders", "counts", "scraps"):
        assert stock.get(reverse(f"parts:{name}")).status_code == 200
        assert browser(cast.charlie).get(reverse(f"parts:{name}")).status_code == 403
    for kind, row in (("plan", plan), ("count", count), ("scrap", Scrap.objects.get())):
        assert stock.get(reverse(f"parts:{kind}", args=[row.number])).status_code == 200
        assert browser(cast.charlie).get(reverse(f"parts:{kind}_go", args=[row.pk])).status_code == 404
    marks = {**MARKS, "standing": "approved", "next_review_on": f"{latest_review()}"}
    assert buys.post(reverse("suppliers:supplier", args=[maker.code]), marks).status_code == 302
    assert "洛阳轴承厂" in stock.get(reverse("suppliers:list")).content.decode()
    assert stock.post(reverse("suppliers:supplier", args=[maker.code]), marks).status_code == 403

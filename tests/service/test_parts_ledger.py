"""The ledger of parts: what moves, what stays, what is refused."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.core.permissions.services import Refused
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.spares.models import Part, Tracking
from bihuan.service.parts.listing import stock_rows
from bihuan.service.parts.models import OUTSIDE, Balance, Condition, Move, MoveKind, Place, PlaceKind, Stock
from bihuan.service.parts.queries import LEVELS
from bihuan.service.parts.services import keeping
from bihuan.service.parts.services.ledger import Posting, outside, place_of, post
from tests.cast import Cast
from tests.service.stocking import keeper, lying, numbers, opened, part, place

pytestmark = pytest.mark.django_db
GOOD, DEFECTIVE = Condition.GOOD, Condition.DEFECTIVE


def refused(call: Callable[[], Any], code: str) -> str:
    """The reason with which something was refused; nothing of it stays."""
    before = (Move.objects.count(), list(Balance.objects.values_list("pk", "quantity").order_by("pk")))
    with pytest.raises(MoveRefused) as caught, transaction.atomic():
        call()
    assert caught.value.code == code
    assert before == (Move.objects.count(), list(Balance.objects.values_list("pk", "quantity").order_by("pk")))
    return str(caught.value.reason)


def browser(user: Any) -> Client:
    """A person with a browser."""
    client = Client()
    client.force_login(user)
    return client


def test_a_part_of_which_no_numbers_are_kept_yet_begins_with_its_first_piece() -> None:
    """PRT-03: a part that came by another way than the page has its numbers with what it brings."""
    row, main = part(), place()
    Stock.objects.filter(part=row).delete()
    assert "0" in refused(
        lambda: keeping.found_damaged(part=row, by=keeper(), place=main, quantity=1, reason="x"), "source"
    )
    opened(row, 2, "1.50")
    assert (lying(row, main), numbers(row)) == (2, (2, 2, 0, 0, 150))


def test_opening_transfer_and_damage_move_pieces_and_their_value(cast: Cast) -> None:
    """PRT-01, PRT-03, PRT-16: each move names source and destination; the average is exact, the rest stays."""
    row, main, shelf = part(), place(), place("bin-1")
    opened(row, 3, "10.00")
    keeping.transfer(part=row, by=keeper(), source=main, destination=shelf, quantity=2)
    assert (lying(row, main), lying(row, shelf), numbers(row)) == (1, 2, (3, 3, 0, 0, 1000))
    move = keeping.found_damaged(part=row, by=keeper(), place=shelf, quantity=1, reason="受潮")
    assert (move.amount, numbers(row)) == (333, (2, 2, 0, 1, 667))
    carried = keeping.transfer(part=row, by=keeper(), source=shelf, destination=place_of(cast.erik), quantity=1)
    assert (carried.amount, numbers(row)) == (334, (2, 1, 0, 1, 667))
    last = keeping.found_damaged(part=row, by=keeper(), place=main, quantity=1, reason="跌落")
    assert (last.amount, numbers(row)) == (334, (1, 0, 0, 2, 333))
    assert [str(item.source) for item in Move.objects.order_by("pk")][:2] == ["盘点差异", "仓库 main"]


def test_more_than_there_is_cannot_be_taken(cast: Cast) -> None:
    """PRT-13: not from an empty place, not what another paper has reserved, not zero pieces, not into itself."""
    row, main, shelf = part(), place(), place("bin-1")
    opened(row, 5, "50")

    def take(**more: Any) -> Move:
        return keeping.transfer(part=row, by=keeper(), **{"source": main, "destination": shelf, **more})

    assert "仓库 bin-1 只有 0" in refused(lambda: take(source=shelf, destination=main, quantity=1), "source")
    refused(lambda: take(quantity=6), "source")
    Stock.objects.update(reserved=4)
    engineer = place_of(cast.erik)
    assert "只有 1 件" in refused(lambda: take(destination=engineer, quantity=2), "quantity")
    assert take(destination=engineer, quantity=1).quantity == 1
    refused(lambda: take(quantity=0), "quantity")
    refused(lambda: take(destination=main, quantity=1), "destination")
    with pytest.raises(Refused):
        keeping.transfer(part=row, by=cast.alice, source=main, destination=shelf, quantity=1)


def test_the_last_piece_takes_all_of_the_value(cast: Cast) -> None:
    """PRT-03: three pieces for ten yuan leave as 3.33, 3.34 and 3.33; nothing remains of nothing."""
    row = part()
    opened(row, 3, "10.00")
    taken = [keeping.found_damaged(part=row, by=keeper(), place=place(), quantity=1, reason="x") for _n in range(3)]
    assert [move.amount for move in taken] == [333, 334, 333]
    assert numbers(row) == (0, 0, 0, 3, 0)
    refused(lambda: opened(row, 1, "0.001"), "amount")


def test_valuable_and_critical_parts_lie_apart(cast: Cast) -> None:
    """PRT-01: 贵重、关键配件专库存放; engineers may carry them."""
    row, safe = part(is_valuable=True), place("safe", is_secured=True)
    assert "单独存放" in refused(lambda: opened(row, 1, "900"), "destination")
    opened(row, 2, "900", safe)
    keeping.transfer(part=row, by=keeper(), source=safe, destination=place_of(cast.erik), quantity=1)
    critical = part("K-1", is_critical=True)
    refused(lambda: opened(critical, 1), "destination")


def test_a_serial_number_is_one_piece_in_one_place(cast: Cast) -> None:
    """PRT-16: batches and serials are written with each move; the database keeps a serial from lying twice."""
    row, batch = part(tracking=Tracking.SERIAL), part("B-1", tracking=Tracking.BATCH)
    opened(row, 1, "5", lot="S1")
    assert "已在库存中" in refused(lambda: opened(row, 1, "5", lot="S1"), "lot")
    refused(lambda: opened(row, 2, "5", lot="S2"), "quantity")
    refused(lambda: opened(row, 1, "5"), "lot")
    refused(lambda: opened(part("Q-1"), 1, "5", lot="x"), "lot")
    opened(batch, 4, "8", lot="2026-10")
    with pytest.raises(IntegrityError), transaction.atomic():
        Balance.objects.create(part=row, place=place("two"), condition=GOOD, lot="S1", is_serial=True, quantity=1)


def test_the_ledger_cannot_be_rewritten(cast: Cast) -> None:
    """PRT-03: the database refuses to change or remove a row, whoever asks."""
    row = part()
    opened(row, 2, "2")
    for change in (lambda: Move.objects.update(quantity=9), lambda: Move.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert Move.objects.get().quantity == 2
    for broken in ({"quantity": -1}, {"stored": -1}, {"value": -1}, {"reserved": 3}):
        model: Any = Balance if "quantity" in broken else Stock
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.filter(part=row).update(**broken)


PLACES = ("main", "bin", "engineer", "outside")
STEPS = st.tuples(
    st.integers(0, 1), st.sampled_from(PLACES), st.sampled_from(PLACES), st.sampled_from(list(Condition)),
    st.sampled_from(list(Condition)), st.integers(1, 4), st.integers(0, 9_999), st.booleans(),
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=5, max_size=30))
def test_whatever_moves_the_sums_are_the_balances(cast: Cast, steps: list[tuple[Any, ...]]) -> None:
    """PRT-03: after any sequence of moves the ledger's sums are the balances, nothing is negative, no cent is lost."""
    with transaction.atomic():
        rows = [part("R-0"), part("R-1")]
        places = {"main": place(), "bin": place("bin"), "engineer": place_of(cast.erik)}
        for which, source, target, left, right, count, amount, is_reserved in steps:
            start, end = (places.get(name) or outside(PlaceKind.COUNT) for name in (source, target))
            item = Posting(MoveKind.TRANSFER, rows[which], count, start, end, left, right, amount=amount,
                           reserved=is_reserved)  # fmt: skip
            try:
                with transaction.atomic():
                    post(postings=[item], by=None)
            except MoveRefused:
                continue
        for row in rows:
            agrees(row)
        transaction.set_rollback(True)


def agrees(row: Part) -> None:
    """The balances and the row of the part are what the moves add up to."""
    sums: Counter[tuple[int, str]] = Counter()
    value = 0
    inside = {item.pk for item in Place.objects.exclude(kind__in=OUTSIDE)}
    for move in Move.objects.filter(part=row):
        before = (move.source_id in inside) and move.source_condition == GOOD
        after = (move.destination_id in inside) and move.destination_condition == GOOD
        value += move.amount * (after - before)
        if move.source_id in inside:
            sums[move.source_id, move.source_condition] -= move.quantity
        if move.destination_id in inside:
            sums[move.destination_id, move.destination_condition] += move.quantity
    kept = {(item.place_id, item.condition): item.quantity for item in Balance.objects.filter(part=row)}
    assert {key: count for key, count in sums.items() if count} == {key: count for key, count in kept.items() if count}
    assert all(count >= 0 for count in sums.values())
    good = sum(count for (_place, condition), count in sums.items() if condition == GOOD)
    stored = sum(kept.get((item.pk, GOOD), 0) for item in Place.objects.filter(kind=PlaceKind.STORE))
    stock = Stock.objects.get(part=row)
    assert (stock.good, stock.stored, stock.value) == (good, stored, value)
    assert stock.defective == sum(sums.values()) - good


@pytest.mark.parametrize(
    ("stored", "reserved", "level"), [(6, 6, "out"), (6, 3, "low"), (6, 2, "enough"), (13, 0, "over"), (0, 0, "out")]
)
def test_what_is_promised_does_not_count_as_stock(cast: Cast, stored: int, reserved: int, level: str) -> None:
    """PRT-02: the list and its filter say the same; four are the least, twelve the most."""
    row = part()
    Stock.objects.filter(part=row).update(good=stored, stored=stored, reserved=reserved, minimum=4, maximum=12)
    assert Stock.objects.get(part=row).state == level
    found = {name for name in LEVELS if stock_rows(keeper(), {"words": "", "class": "", "level": name, "mark": ""})}
    assert found == {level} - {"enough"}


def test_stock_part_and_ledger_have_their_pages(cast: Cast) -> None:
    """PRT-01, PRT-02, PRT-03: the list, the part, its acts, the ledger with its filters; money only for some."""
    row, client = part(), browser(keeper())
    assert "还没有移动记录" in client.get(reverse("parts:ledger")).content.decode()
    address = reverse("parts:act", args=[row.code, "open"])
    typed = {"place": place().pk, "quantity": 4, "amount": "40.00", "reason": "期初"}
    assert client.post(address, {**typed, "quantity": 0}).status_code == 422
    assert client.post(address, typed).status_code == 302
    again = client.post(
        reverse("parts:act", args=[row.code, "transfer"]),
        {"source": place("bin").pk, "destination": place().pk, "quantity": 2, "condition": "good", "reason": "试"},
    )
    assert again.status_code == 409
    assert "只有 0" in again.content.decode()
    assert 'value="2"' in again.content.decode()
    page = client.get(reverse("parts:part", args=[row.code])).content.decode()
    assert "期初" in page
    assert 'href="?do=transfer#do"' in page
    assert "40.00" not in page
    boss = browser(cast.bob)
    assert "40.00" in boss.get(reverse("parts:part", args=[row.code])).content.decode()
    assert "40.00" in boss.get(reverse("parts:ledger"), {"words": "轴承", "kind": "opening"}).content.decode()
    assert "40.00" not in boss.get(reverse("parts:ledger"), {"since": "2200-01-01"}).content.decode()
    assert "2026-01-31" in boss.get(reverse("parts:ledger"), {"since": "gestern"}).content.decode()
    assert "7014C" in boss.get(reverse("parts:stock"), {"words": "P4", "level": ""}).content.decode()
    assert "data:image/svg" in boss.get(reverse("parts:label", args=[row.code])).content.decode()
    assert browser(cast.charlie).get(reverse("parts:part", args=[row.code])).status_code == 404
    assert browser(cast.charlie).get(reverse("parts:stock")).status_code == 403


def test_a_part_that_is_entered_stands_in_the_stock(cast: Cast) -> None:
    """PRT-01: the record is kept in its small table; a circle of successors is refused."""
    client = browser(cast.bob)
    values = {"code": "A-1", "name": "传感器", "model": "PT100", "specification": "L=50", "unit_name": "支",
              "tracking": "quantity", "lead_days": "7", "is_active": "on"}  # fmt: skip
    address = reverse("masterdata:new", args=["parts"])
    assert client.post(address, values).status_code == 302
    first = Part.objects.get(code="A-1")
    assert "A-1 传感器" in client.get("/search/", {"q": "PT100"}).content.decode()
    assert client.get(reverse("parts:part_go", args=[first.pk])).headers["Location"].endswith("/A-1/")
    assert Stock.objects.get(part=first).stored == 0
    assert client.post(address, {**values, "code": "A-2", "replaced_by": first.pk}).status_code == 302
    entry = reverse("masterdata:entry", args=["parts", first.pk])
    answer = client.post(entry, {**values, "replaced_by": Part.objects.get(code="A-2").pk})
    assert answer.status_code == 422
    assert "自身" in answer.content.decode()

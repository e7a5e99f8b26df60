"""Many take the same part at once on a real database: nobody gets what is not there, the sums are the balances."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import Sum

from bihuan.core.workflow.table import MoveRefused
from bihuan.service.parts.models import Balance, Move, MoveKind, RequisitionLine, Stock
from bihuan.service.parts.services import requisitions
from bihuan.service.parts.services.ledger import Posting, place_of, post
from tests.cast import Cast
from tests.service.stocking import opened, part, place

pytestmark = pytest.mark.servers
THREADS, TURNS, PIECES = 8, 20, 100


@pytest.mark.django_db(transaction=True)
def test_the_last_piece_goes_to_one_of_eight_threads_on_postgresql(cast: Cast) -> None:
    """PRT-03, PRT-13: 160 want one of 100 pieces; 100 get one, 60 are refused, nothing is negative or lost."""
    if connection.vendor != "postgresql":
        pytest.skip("threads need PostgreSQL")
    row, store = part(), place()
    opened(row, PIECES, "333.33")
    people = [cast.alice, cast.bob, cast.erik, cast.grace]
    places, start = [place_of(user) for user in people], threading.Barrier(THREADS)

    def work(thread: int) -> int:
        start.wait(20)
        got, posting = 0, Posting(MoveKind.ISSUE, row, 1, store, places[thread % len(places)])
        try:
            for _turn in range(TURNS):
                try:
                    post(postings=[posting], by=None)
                    got += 1
                except MoveRefused:
                    continue
        finally:
            connection.close()
        return got

    with ThreadPoolExecutor(THREADS) as pool:
        got = sum(pool.map(work, range(THREADS)))
    stock = Stock.objects.get(part=row)
    assert (got, stock.good, stock.stored, stock.value) == (PIECES, PIECES, 0, 33_333)
    sums = dict(Move.objects.filter(kind="issue").values_list("destination").annotate(pieces=Sum("quantity")))
    balances = dict(Balance.objects.filter(part=row).values_list("place", "quantity"))
    assert balances == {store.pk: 0, **sums}


@pytest.mark.django_db(transaction=True)
def test_eight_threads_ask_for_the_same_stock_on_postgresql(cast: Cast) -> None:
    """PRT-13: what is reserved for one is not reserved for another; the rest waits."""
    if connection.vendor != "postgresql":
        pytest.skip("threads need PostgreSQL")
    row = part()
    opened(row, 5)
    start = threading.Barrier(THREADS)

    def work(_thread: int) -> None:
        start.wait(20)
        try:
            requisitions.ask(by=cast.bob, lines=[(row, 1)], purpose="更换", receiver=cast.erik)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
    assert sorted(RequisitionLine.objects.values_list("reserved", flat=True)) == [0, 0, 0, 1, 1, 1, 1, 1]
    assert Stock.objects.get(part=row).reserved == 5

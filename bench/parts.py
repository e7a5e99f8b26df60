"""The ledger of parts: many issues of one part at once against a bare conditional UPDATE plus INSERT, and pages over
many moves.

usage: python -m bench.parts small|full, on an empty PostgreSQL database of BIHUAN_DATABASE_URL. scripts/bench.sh runs
it beside bench.run, since it fills the ledger with moves that nobody made.
"""

import os
import time
from multiprocessing import get_context

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
os.environ.setdefault("BIHUAN_LOG_LEVEL", "CRITICAL")

import django
from django.core.management import call_command

WORKERS = 64
GATE = []
SECONDS = {"small": 8, "full": 60}
MOVES = {"small": 100_000, "full": 10_000_000}
# So few parts that the page of one is full with the few moves already: a page that fills up is no growth.
FEW, PARTS, BATCH, STORED = 10_000, 200, 100_000, 50_000_000
BARE_TABLES = (
    "CREATE TABLE bench_stock (id bigint PRIMARY KEY, quantity bigint NOT NULL)",
    "CREATE TABLE bench_move (id bigserial PRIMARY KEY, part bigint, quantity bigint, worker bigint, at timestamptz)",
    f"INSERT INTO bench_stock VALUES (1, {STORED})",
)
WANTED_RATE, WANTED_PAGE = "at least 0.40", "at most 1.30"


def main():
    """Measure and keep a table."""
    django.setup()
    from django.conf import settings

    from bench.run import asked_size, keep

    size = asked_size()
    settings.ALLOWED_HOSTS.append("testserver")
    call_command("migrate", interactive=False, verbosity=0)
    rows = [*issues(SECONDS[size]), *pages(MOVES[size])]
    lines = [f"# parts, postgresql, {size}", "", "| what | value | wanted |", "| --- | --- | --- |"]
    keep(
        [*lines, *(f"| {name} | {value:.2f} | {wanted} |" for name, value, wanted in rows)], f"parts-postgresql-{size}"
    )


def issues(seconds):
    """Both ways by turns, so that another load of the machine meets both; then the sums against the balances."""
    part, store = make_stock()
    bare = ours = 0
    for _turn in range(2):
        bare += together(take_bare, seconds / 2, part, store)
        ours += together(issue, seconds / 2, part, store)
    check(part, store, ours)
    yield f"{WORKERS} workers, {seconds} s: bare UPDATE plus INSERT, a second", bare / seconds, "no line"
    yield f"{WORKERS} workers, {seconds} s: issues of one part, a second", ours / seconds, "no line"
    yield "rate of issues against the bare statements", ours / bare, WANTED_RATE
    yield "pieces that the ledger and the balances differ by", 0, "0"


def make_stock():
    """One part with much in store, an engineer for each worker, and the two bare tables."""
    from django.db import connection
    from tests.cast import build_cast

    from bihuan.registry.people.services import create_user
    from bihuan.registry.spares.models import Part
    from bihuan.service.parts.models import MoveKind, Place, PlaceKind
    from bihuan.service.parts.services.ledger import Posting, outside, place_of, post

    build_cast()
    part = Part.objects.create(code="BENCH", name="轴承", model="7014C", specification="P4")
    store = Place.objects.create(code="main", name="主库")
    for worker in range(WORKERS):
        place_of(
            create_user(
                username=f"bench-{worker}",
                name=f"工程师 {worker}",
                password="a long word for nobody",  # noqa: S106 - nobody signs in, roles=[]
            )
        )
    opening = Posting(MoveKind.OPENING, part, STORED, outside(PlaceKind.COUNT), store, amount=STORED * 1000)
    post(postings=[opening], by=None)
    with connection.cursor() as cursor:
        for sql in BARE_TABLES:
            cursor.execute(sql)
    return part, store


def together(work, seconds, part, store):
    """How often all workers did it in the same seconds: nobody begins before all are connected."""
    from django.db import connections

    connections.close_all()
    context = get_context("fork")
    GATE[:] = [context.Barrier(WORKERS)]
    with context.Pool(WORKERS) as pool:
        found = pool.map(work, [(worker, seconds, part, store) for worker in range(WORKERS)], chunksize=1)
    return sum(found)


def turns(seconds):
    """Yield until the seconds after the common begin are over."""
    GATE[0].wait(300)
    end = time.time() + seconds
    while time.time() < end:
        yield


def take_bare(job):
    """The least that any ledger must do: take if there is enough, and write that it was taken."""
    from django.db import connection, transaction
    from django.utils import timezone

    worker, seconds, _part, _store = job
    count, cursor = 0, connection.cursor()
    for _turn in turns(seconds):
        with transaction.atomic():
            cursor.execute("UPDATE bench_stock SET quantity = quantity - 1 WHERE id = 1 AND quantity >= 1")
            if cursor.rowcount != 1:
                raise RuntimeError("nothing left")
            values = [1, 1, worker, timezone.now()]
            cursor.execute("INSERT INTO bench_move (part, quantity, worker, at) VALUES (%s, %s, %s, %s)", values)
        count += 1
    connection.close()
    return count


def issue(job):
    """Issue one piece from the store to the worker's engineer."""
    from django.db import connection

    from bihuan.registry.people.models import User
    from bihuan.service.parts.models import MoveKind
    from bihuan.service.parts.services.ledger import Posting, place_of, post

    worker, seconds, part, store = job
    user = User.objects.get(username=f"bench-{worker}")
    posting, count = Posting(MoveKind.ISSUE, part, 1, store, place_of(user), reference="LY"), 0
    for _turn in turns(seconds):
        post(postings=[posting], by=user)
        count += 1
    connection.close()
    return count


def check(part, store, count):
    """Nothing is negative, nothing is lost: balances, the row of the part, and the sums of the ledger agree."""
    from django.db.models import Sum

    from bihuan.service.parts.models import Balance, Move, Stock

    balances = {row.place_id: row.quantity for row in Balance.objects.filter(part=part)}
    moved = Move.objects.filter(part=part, kind="issue")
    sums = {row["destination"]: row["pieces"] for row in moved.values("destination").annotate(pieces=Sum("quantity"))}
    stock = Stock.objects.get(part=part)
    wrong = [
        balances.pop(store.pk) != STORED - count, balances != sums, sum(sums.values()) != count,
        min(balances.values()) < 0, (stock.good, stock.stored) != (STORED, STORED - count), stock.value != STORED * 1000,
    ]  # fmt: skip
    if any(wrong):
        raise RuntimeError(f"the ledger is wrong: {wrong}")


def pages(count):
    """Stock page, part page and ledger over few moves and over many."""
    from bench.growth import cheapest, refresh

    fill_parts()
    fill(FEW)
    refresh()
    few = {name: cheapest(work) for name, work in works().items()}
    fill(count)
    refresh()
    for name, work in works().items():
        wall, cpu = cheapest(work)
        old_wall, old_cpu = few[name]
        what = f"{name}, {count:,} moves against {FEW:,}"
        yield f"{what}: {old_wall:.1f} ms -> {wall:.1f} ms, times", wall / old_wall, WANTED_PAGE
        yield f"{what}: {old_cpu:.1f} ms CPU -> {cpu:.1f} ms CPU, times", cpu / old_cpu, WANTED_PAGE


def fill_parts():
    """Parts with their rows of stock, as many for few moves as for many."""
    from bihuan.registry.spares.models import Part
    from bihuan.service.parts.models import Stock

    rows = [Part(code=f"B{n:05d}", name=f"配件 {n}", model=f"M{n}", specification="P4") for n in range(PARTS)]
    Stock.objects.bulk_create([Stock(part=part) for part in Part.objects.bulk_create(rows)])


def fill(count):
    """Moves of all parts to all engineers, in the order of time."""
    from django.db import connection

    from bihuan.registry.spares.models import Part
    from bihuan.service.parts.models import Move, Place

    first, have = Part.objects.get(code="B00000").pk, Move.objects.filter(reference="BENCH").count()
    store, target = Place.objects.get(code="main").pk, Place.objects.filter(kind="engineer").order_by("pk")[0].pk
    sql = (
        "INSERT INTO parts_move (kind, part_id, quantity, source_id, source_condition, destination_id, "
        "destination_condition, lot, amount, reference, reason, at) SELECT 'issue', %s + n %% %s, 1, %s, 'good', "
        "%s + n %% %s, 'good', '', 1000, 'BENCH', '', timestamptz '2020-01-01' + n * interval '15 seconds' "
        "FROM generate_series(%s, %s) n"
    )
    with connection.cursor() as cursor:
        for start in range(have, count, BATCH):
            cursor.execute(sql, [first, PARTS, store, target, WORKERS, start, min(start + BATCH, count) - 1])


def works():
    """What is asked of the pages: the list, one part, the ledger whole, by part, by engineer, by days."""
    from django.test import Client

    from bihuan.registry.people.models import User
    from bihuan.service.parts.models import Place

    client = Client()
    client.force_login(User.objects.get(username="bob"))
    engineer = Place.objects.filter(kind="engineer").order_by("pk")[5].pk
    addresses = {
        "stock": "/parts/", "part": "/parts/stock/B00007/", "ledger": "/parts/ledger/",
        "ledger of a part": "/parts/ledger/?words=B00007", "ledger of an engineer": f"/parts/ledger/?destination={engineer}",
        "ledger until a day": "/parts/ledger/?until=2020-01-02",
    }  # fmt: skip

    def get(address):
        def work():
            if client.get(address).status_code != 200:
                raise RuntimeError(address)

        return work

    return {name: get(address) for name, address in addresses.items()}


if __name__ == "__main__":
    main()

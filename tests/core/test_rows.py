"""Rows written with kept statements are the rows that Django itself would write."""

from datetime import timedelta

import pytest
from django.db import DEFAULT_DB_ALIAS, DatabaseError, DataError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bihuan.core.jobs.models import Job
from bihuan.core.rows import together
from bihuan.core.rows.services import FEW, Kept, insert, update
from bihuan.core.rows.together import run_together

pytestmark = pytest.mark.django_db


def jobs(count: int) -> list[Job]:
    """Jobs that differ in what is empty."""
    now = timezone.now()
    return [
        Job(kind=f"k{n}", payload={"n": n, "字": "异响"}, due_at=now, finished_at=now if n == 1 else None)
        for n in range(count)
    ]


@pytest.mark.parametrize("count", [1, 3, FEW + 1])
def test_new_rows_read_as_they_were_written(count: int) -> None:
    rows = jobs(count)
    with CaptureQueriesContext(connection) as captured:
        insert(rows)
    assert len(captured) == 1
    for row in rows:
        kept = Job.objects.get(pk=row.pk)
        assert (kept.kind, kept.payload, kept.due_at, kept.finished_at, kept.created_at, kept.state, kept.key) == (
            row.kind, row.payload, row.due_at, row.finished_at, row.created_at, "waiting", None,
        )  # fmt: skip
        row.message = "saved again"
        row.save()
    assert Job.objects.filter(message="saved again").count() == count


def test_nothing_is_written_for_nothing() -> None:
    with CaptureQueriesContext(connection) as captured:
        insert([])
        update([], ["state"])
    assert len(captured) == 0


def test_each_row_gets_its_own_values_and_others_stay() -> None:
    rows = jobs(4)
    insert(rows)
    later = timezone.now() + timedelta(hours=1)
    for n, row in enumerate(rows[:3]):
        row.kind, row.due_at, row.attempts, row.finished_at, row.payload = f"new{n}", later, n, None, {"neu": n}
    rows[3].kind = "not written"
    with CaptureQueriesContext(connection) as captured:
        update(rows[:3], ["kind", "due_at", "attempts", "finished_at", "payload"])
    assert len(captured) == 1
    kept = list(Job.objects.order_by("pk"))
    assert [(row.kind, row.attempts, row.payload) for row in kept] == [
        ("new0", 0, {"neu": 0}), ("new1", 1, {"neu": 1}), ("new2", 2, {"neu": 2}), ("k3", 0, {"n": 3, "字": "异响"}),
    ]  # fmt: skip
    assert [row.due_at for row in kept[:3]] == [later] * 3
    assert kept[1].finished_at is None


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite knows no length of text")
def test_a_text_that_is_too_long_is_refused_not_cut() -> None:
    rows = jobs(1)
    insert(rows)
    rows[0].kind = "x" * 61
    with pytest.raises(DataError), transaction.atomic():
        update(rows, ["kind"])
    assert Job.objects.get().kind == "k0"


def test_a_kept_read_says_what_the_queryset_says() -> None:
    """Compiled once, asked with any key, with the values of the fields and not of the database."""
    rows = jobs(3)
    insert(rows)
    fields = ("kind", "payload", "due_at", "finished_at")
    kept = Kept(lambda: Job.objects.order_by().filter(pk=Kept.KEY).values_list(*fields))
    for row in rows:
        assert kept(row.pk) == list(Job.objects.filter(pk=row.pk).values_list(*fields))
    assert kept(0) == []


ADD = "INSERT INTO rows_probe (name, value) VALUES (%s, %s) RETURNING value"


@pytest.fixture
def probe() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE rows_probe (name varchar(20), value bigint)")


@pytest.mark.usefixtures("probe")
@pytest.mark.parametrize("pooled", [False, True])
def test_statements_that_go_together_answer_in_their_order(
    pooled: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Large numbers and text with quotes are what they were; behind a pooler nothing is kept at the connection."""
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", pooled)
    text = "异响'; -- \\ %s"
    for turn in range(2):
        read = ("SELECT value, name FROM rows_probe WHERE name = %s ORDER BY value", [text])
        found = run_together([(ADD, [text, 2**40 + turn]), ("SELECT 1", []), read])
        assert found == [[(2**40 + turn,)], [(1,)], [(2**40 + each, text) for each in range(turn + 1)]]


def test_statements_are_prepared_anew_after_a_reconnect(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one connection kept is unknown to the next one of the same process."""
    other = connection.copy()
    monkeypatch.setattr(together, "connections", {DEFAULT_DB_ALIAS: other})
    try:
        for turn in range(2):
            assert run_together([("SELECT CAST(%s AS bigint)", [turn])]) == [[(turn,)]]
            other.close()
    finally:
        other.close()


@pytest.mark.usefixtures("probe")
def test_statements_are_still_there_after_their_transaction_was_taken_back() -> None:
    for turn in range(2):
        with transaction.atomic():
            assert run_together([(ADD, ["a", turn])]) == [[(turn,)]]
            transaction.set_rollback(True)
    assert run_together([("SELECT COUNT(*) FROM rows_probe", [])]) == [[(0,)]]
    with pytest.raises((DataError, OverflowError)), transaction.atomic():
        run_together([(ADD, ["a", 2**70])])
    assert run_together([(ADD, ["a", 5])]) == [[(5,)]]


@pytest.mark.usefixtures("probe")
def test_a_statement_that_could_not_be_prepared_is_prepared_the_next_time() -> None:
    """One of several fails before anything has run: those before it are kept, it is not, and nothing was written."""
    late = ("SELECT value FROM rows_later", [])
    with pytest.raises(DatabaseError), transaction.atomic():
        run_together([(ADD, ["a", 1]), late])
    assert run_together([("SELECT COUNT(*) FROM rows_probe", [])]) == [[(0,)]]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE rows_later (value bigint)")
        cursor.execute("INSERT INTO rows_later VALUES (7)")
    assert run_together([(ADD, ["a", 2]), late]) == [[(2,)], [(7,)]]


@pytest.mark.usefixtures("probe")
def test_what_fails_in_the_middle_takes_back_what_went_before() -> None:
    """The second of three is refused: the first is gone, the third has not run, and all run when they are right."""
    with pytest.raises((DataError, OverflowError)), transaction.atomic():
        run_together([(ADD, ["a", 1]), (ADD, ["b", 2**70]), (ADD, ["c", 3])])
    assert run_together([("SELECT COUNT(*) FROM rows_probe", [])]) == [[(0,)]]
    assert run_together([(ADD, ["a", 1]), (ADD, ["b", 2]), (ADD, ["c", 3])]) == [[(1,)], [(2,)], [(3,)]]

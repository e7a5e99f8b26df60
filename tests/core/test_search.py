"""The index: written in one statement, replaced, found."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bihuan.core.search import backends, queries
from bihuan.core.search.models import SearchEntry
from bihuan.core.search.queries import find
from bihuan.core.search.services import Text, index, index_many, index_rows
from bihuan.core.search.text import normalise
from bihuan.registry.faults.models import Symptom

pytestmark = pytest.mark.django_db
KIND = "faults.symptom"


def found(words: str) -> list[int]:
    """Ids of the texts that the words find."""
    return [hit.subject_id for hit in find(words) if hit.subject_type == KIND]


def texts(*words: str) -> list[Text]:
    """One subject for each text."""
    now = timezone.now()
    return [
        Text(Symptom.objects.create(code=f"s{n}", name=word), word, word, now, n, None) for n, word in enumerate(words)
    ]


def test_many_entries_are_found_each_by_its_own_words() -> None:
    rows = texts("主轴异响", "电机过热 SN261284341", "")
    index_many(rows, new=True)
    assert found("异响") == [rows[0].subject.pk]
    assert found("4341") == [rows[1].subject.pk]
    assert list(SearchEntry.objects.filter(subject_type=KIND).order_by("subject_id").values_list("region_id", "owner_id")) == [
        (0, None), (1, None), (2, None),
    ]  # fmt: skip


def test_an_entry_that_is_written_again_loses_its_old_words() -> None:
    first, second = texts("主轴异响", "电机过热")
    index_many([first, second])
    index_many([Text(first.subject, "漏水", "漏水", first.at), Text(second.subject, "死机", "死机", second.at)])
    assert (found("异响"), found("过热")) == ([], [])
    assert (found("漏水"), found("死机")) == ([first.subject.pk], [second.subject.pk])
    assert SearchEntry.objects.filter(subject_type=KIND).count() == 2


def test_of_two_texts_of_one_subject_the_later_stands() -> None:
    (row,) = texts("主轴异响")
    index_many([row, Text(row.subject, "漏水", "漏水", row.at)])
    assert (found("异响"), found("漏水")) == ([], [row.subject.pk])


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite keeps the words in a table of their own")
def test_any_number_of_entries_is_one_statement() -> None:
    rows = texts(*"甲乙丙丁")
    with CaptureQueriesContext(connection) as captured:
        index_many(rows)
    assert len(captured) == 1


def test_one_new_entry_is_found() -> None:
    (row,) = texts("主轴异响")
    index(subject=row.subject, title=row.title, text=row.text, at=row.at, new=True)
    assert found("主轴异响") == [row.subject.pk]


@pytest.mark.parametrize("kinds", [[KIND], [KIND, "faults.position"]], ids=["one kind", "two kinds"])
def test_windows_lose_nothing_and_pages_follow_each_other(
    monkeypatch: pytest.MonkeyPatch, kinds: list[str]
) -> None:  # fmt: skip
    """Whatever lies between, the newest come first, each once, page by page."""
    monkeypatch.setattr(backends, "FIRST_WINDOW", 2)
    now = timezone.now()
    rows = [(kind, n, f"{kind} {n}", "主轴异响" if n % 3 else "电机过热") for n in range(30) for kind in kinds]
    index_rows([(kind, n, title, normalise(text), now, None, None) for kind, n, title, text in rows], new=True)
    wanted = [(kind, n) for kind, n, _title, text in reversed(rows) if text == "主轴异响"]
    seen: list[tuple[str, int]] = []
    before = None
    while hits := find("异响", types=kinds, limit=7, before=before):
        seen += [(hit.subject_type, hit.subject_id) for hit in hits]
        before = hits[-1].place
    assert seen == wanted


def test_rows_that_many_entries_hold_are_narrowed_as_those_that_few_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is cut off: a common word finds the oldest row too, in the order of the list; other kinds do not count."""
    rows = texts("主轴异响", "电机过热", "异响 SN261284341", "漏水异响", "50% 异响")
    index_many(rows, new=True)
    index_rows(
        [("faults.position", rows[1].subject.pk, "x", normalise("主轴异响"), timezone.now(), None, None)], new=True
    )
    for words, wanted in (("异响", [0, 2, 3, 4]), ("异响 4341", [2]), ("50% 异响", [4]), ("没有", []), ("，", [])):
        for few in (500, 1, 0):
            monkeypatch.setattr(queries, "FEW", few)
            found = queries.narrowed(Symptom.objects.filter(code__startswith="s").order_by("pk"), words, KIND)
            assert [row.pk for row in found] == [rows[each].subject.pk for each in wanted], (words, few)

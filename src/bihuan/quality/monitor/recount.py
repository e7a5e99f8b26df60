"""Counting from nothing: every case, shipment and unit is read again and compared with what the counters say.

The cases are read one by one; the counters are compared within the database, which returns only what differs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db import connection, models, transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from bihuan.quality.monitor.counting import CELL_IDS, CELLS, COPIED, count_case, write
from bihuan.quality.monitor.exposure import EXPOSE, add_up, alike, inspected, installed, shipped
from bihuan.quality.monitor.facts import Facts, of_all
from bihuan.quality.monitor.fingerprint import agree
from bihuan.quality.monitor.models import Cell, CountedCase, Exposed, Source
from bihuan.registry.products.models import InspectedLot, Shipment, Unit
from bihuan.service.desk.models import Case

CHUNK = 1000
MISSING = -1
"""The number of a cell that is not there yet."""
FLAGS = {"serious": "is_serious", "danger": "is_danger"}
KINDS = {"ship": ("ship_month", "ship_age"), "made": ("made_month", "made_age"), "complaint": ("complained_on", "0")}
LEVELS = {"line": "line_id", "model": "model_id", "batch": "batch_id"}


@dataclass(frozen=True)
class Difference:
    """One place where stored and recounted do not agree."""

    text: str
    key: tuple[Any, ...]
    change: int = 0


def differences() -> Iterator[Difference]:
    """Everything that does not agree; nothing is changed."""
    yield from cases()
    yield from firsts()
    yield from counters()
    yield from units()
    yield from sums()


def repair() -> list[Difference]:
    """Bring everything to what a recount says; returns what was wrong. Also the first count of an older database."""
    found = list(cases())
    for wrong in found:
        count_case(wrong.key[0])
    for step, mend in ((firsts, _mend_first), (counters, _mend_counter), (units, _mend_unit), (sums, _mend_sum)):
        with transaction.atomic():
            wrong_ones = list(step())
            for wrong in wrong_ones:
                mend(wrong)
        found += wrong_ones
    return found


def cases() -> Iterator[Difference]:
    """Cases that count otherwise than what is kept of them says, in parts that fit into memory."""
    everything = of_all(Case.objects.all())
    while rows := list(islice(everything, CHUNK)):
        yield from _part(rows)


def _part(rows: list[tuple[int, Facts | None]]) -> Iterator[Difference]:
    """Rows as they are kept and as they should be, compared as tuples: there are as many as cases."""
    kept = CountedCase.objects.filter(pk__in=[pk for pk, _facts in rows]).order_by()
    before = {pk: tuple(values) for pk, *values in kept.values_list("pk", *COPIED, *CELL_IDS)}
    keys = {pk: {level: f"{scope}|{facts.fault}" for level, scope in facts.scopes().items()}
            for pk, facts in rows if facts is not None}  # fmt: skip
    wanted = {key for cells in keys.values() for key in cells.values()}
    known = dict(Cell.objects.filter(key__in=wanted).values_list("key", "pk")) if wanted else {}
    for pk, facts in rows:
        now = None
        if facts is not None:
            cells = (known.get(keys[pk][level], MISSING) if level in keys[pk] else None for level in CELLS)
            now = (*(getattr(facts, name) for name in COPIED), *cells)
        if before.get(pk) != now:
            yield Difference(_("case %(pk)s counts otherwise than stored") % {"pk": pk}, (pk,))


def firsts() -> Iterator[Difference]:
    """Serials of which another case than the first is marked as the one that counts."""
    place = Window(RowNumber(), partition_by=[F("identity"), F("fault")], order_by=["complained_on", "case_id"])
    rows = CountedCase.objects.annotate(place=place)
    wrong = (models.Q(place=1) & models.Q(is_first=False)) | (models.Q(place__gt=1) & models.Q(is_first=True))
    for row in rows.filter(wrong).order_by("case_id"):
        words = _("case %(pk)s is wrongly marked as the one that counts, or wrongly not") % {"pk": row.case_id}
        yield Difference(words, (row.case_id, not row.is_first))


def _mend_first(wrong: Difference) -> None:
    CountedCase.objects.filter(pk=wrong.key[0]).update(is_first=wrong.key[1])


def counted_sql() -> str:
    """Every counter as the counted cases give it: cell, kind, period, age, number."""
    parts = []
    for field in CELLS.values():
        for kind, (period, age) in KINDS.items():
            parts.append(_group(f"{field}_id", kind, period, age, ""))
        for kind, flag in FLAGS.items():
            parts.append(_group(f"{field}_id", kind, "complained_on", "0", f" AND {flag}"))
    return " UNION ALL ".join(parts)


def _group(cell: str, kind: str, period: str, age: str, more: str) -> str:
    keys = f"{cell}, {period}" + ("" if age == "0" else f", {age}")
    return (
        f"SELECT {cell} AS cell_id, '{kind}' AS kind, {period} AS period, {age} AS age, COUNT(*) AS n "  # noqa: S608
        f"FROM monitor_countedcase WHERE is_first AND {cell} IS NOT NULL{more} GROUP BY {keys}"
    )


def counters() -> Iterator[Difference]:
    """Counters that differ from the counted cases; the database compares, only differences come out.

    Where sums of hashes already tell that nothing differs, no group is made.
    """
    if agree():
        return
    statement = (
        "SELECT cell_id, kind, period, age, SUM(n) AS change, SUM(stored) AS stored FROM ("  # noqa: S608
        f"SELECT cell_id, kind, period, age, n, 0 AS stored FROM ({counted_sql()}) counted UNION ALL "
        "SELECT cell_id, kind, period, age, -count, count FROM monitor_counter WHERE count <> 0) both_sides "
        "GROUP BY cell_id, kind, period, age HAVING SUM(n) <> 0 ORDER BY cell_id, kind, period, age"
    )
    for cell_id, kind, period, age, change, stored in _rows(statement):
        cell = Cell.objects.select_related("line", "model", "batch", "region", "mechanism", "symptom").get(pk=cell_id)
        words = _("%(cell)s, %(kind)s %(period)s (%(age)s): stored %(stored)s, recounted %(recounted)s") % {
            "cell": cell, "kind": kind, "period": period, "age": age, "stored": stored, "recounted": stored + change,
        }  # fmt: skip
        yield Difference(words, (cell_id, kind, period, age), change)


def _mend_counter(wrong: Difference) -> None:
    cell, kind, period, age = wrong.key
    write({(cell, kind, period, age): wrong.change})


def units() -> Iterator[Difference]:
    """Shipments and installed units that count otherwise than what is kept of them says, or are kept for nothing."""
    everything = {
        Source.SHIPPED: shipped(Shipment.objects.all()), Source.INSTALLED: installed(Unit.objects.all()),
        Source.INSPECTED: inspected(InspectedLot.objects.all()),
    }  # fmt: skip
    for source, now in everything.items():
        seen = 0
        kept = Exposed.objects.filter(source=source)
        while part := list(islice(now, CHUNK)):
            rows = {row.subject_id: row for row in kept.filter(subject_id__in=[item.subject_id for item in part])}
            seen += len(rows)
            for item in part:
                before = rows.get(item.subject_id)
                if before is None or not alike(before, item):
                    words = _("%(source)s %(pk)s counts otherwise than stored")
                    yield Difference(words % {"source": source, "pk": item.subject_id}, (source, item.subject_id))
        if seen != kept.count():
            yield Difference(_("%(source)s: more is kept than there is") % {"source": source}, (source, None))


def _mend_unit(wrong: Difference) -> None:
    source, pk = wrong.key
    rows = Exposed.objects.filter(source=source)
    ids = [pk] if pk is not None else list(rows.values_list("subject_id", flat=True))
    EXPOSE[source](ids)


def sums() -> Iterator[Difference]:
    """Sums by scope and period that differ from the counted shipments and units."""
    statement = (
        "SELECT source, scope, kind, period, SUM(n) AS change FROM ("  # noqa: S608
        f"{exposed_sql()} UNION ALL SELECT source, scope, kind, period, -quantity FROM monitor_exposure) both_sides "
        "GROUP BY source, scope, kind, period HAVING SUM(n) <> 0 ORDER BY source, scope, kind, period"
    )
    for source, scope, kind, period, change in _rows(statement):
        words = _("%(source)s %(scope)s %(kind)s %(period)s: %(change)s units too few") % {
            "source": source, "scope": scope, "kind": kind, "period": period, "change": change,
        }  # fmt: skip
        yield Difference(words, (source, scope, kind, period), int(change))


def exposed_sql() -> str:
    """Every sum of units as the counted shipments and units give it."""
    parts = []
    for kind, period in (("start", "start_on"), ("made", "made_month")):
        scopes = {f"'{name}:' || {field}": f"{field} IS NOT NULL" for name, field in LEVELS.items()}
        scopes["'region:' || region_id || '/' || line_id"] = "region_id IS NOT NULL"
        parts += [
            f"SELECT source, {scope} AS scope, '{kind}' AS kind, {period} AS period, quantity AS n "  # noqa: S608
            f"FROM monitor_exposed WHERE {there}"
            for scope, there in scopes.items()
        ]
    return " UNION ALL ".join(parts)


def _mend_sum(wrong: Difference) -> None:
    source, scope, kind, period = wrong.key
    add_up(source, {(scope, kind, period): wrong.change})


def _rows(statement: str) -> list[tuple[Any, ...]]:
    """Rows of a comparison, with days as days on every database."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        found = cursor.fetchall()
        names = [column[0] for column in cursor.description or []]
    at = names.index("period")
    return [
        tuple(date.fromisoformat(v) if i == at and isinstance(v, str) else v for i, v in enumerate(row))
        for row in found
    ]

"""What a case says to the counting: whether it counts, as whose defect, where and when. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from bihuan.core.rows.services import Kept
from bihuan.quality.monitor.models import Kind, Level
from bihuan.registry.products.services import normalise_serial
from bihuan.service.desk.models import Case, CaseState, Nature

FIELDS = (
    "pk", "state", "nature", "duplicate_of_id", "cause_category__is_user_caused", "cause_category__is_no_fault",
    "mechanism_id", "symptom_id", "symptom__is_serious", "symptom__is_danger", "is_safety", "serial_text",
    "unit__serial", "unit__model__line_id", "model__line_id", "line_id", "unit__model_id", "model_id",
    "unit__batch_id", "region_id", "complained_at", "unit__shipped_on", "unit__produced_on",
    "unit__batch__produced_on",
)  # fmt: skip
UNKNOWN_AGE = -1
CHUNK = 2000
CounterKey = tuple[str, date, int]


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def add_months(month: date, count: int) -> date:
    """The first day of the month ``count`` months later."""
    year, index = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(year, index + 1, 1)


def months_between(first: date, last: date) -> int:
    """Whole calendar months from one month to another."""
    return (last.year - first.year) * 12 + last.month - first.month


@dataclass(frozen=True, slots=True)
class Facts:
    """What one case counts as.

    A unit of which a date is not known, or that failed before it is said to have been shipped, counts under the month
    of its complaint.
    """

    case_id: int
    identity: str
    mechanism_id: int | None
    symptom_id: int | None
    line_id: int | None
    model_id: int | None
    batch_id: int | None
    region_id: int | None
    complained_on: date
    ship_month: date
    ship_age: int
    made_month: date
    made_age: int
    is_serious: bool
    is_danger: bool

    @property
    def fault(self) -> str:
        """The mechanism; the symptom as long as no mechanism is coded (QIS-01)."""
        return f"m:{self.mechanism_id}" if self.mechanism_id else f"s:{self.symptom_id}"

    def scopes(self) -> dict[Level, str]:
        """The scope at every level that is known."""
        return scopes_of(self.line_id, self.model_id, self.batch_id, self.region_id)


def scopes_of(line: int | None, model: int | None, batch: int | None, region: int | None) -> dict[Level, str]:
    """Names of the scopes; a region is that of a product line, since mechanisms are those of products."""
    found: dict[Level, str] = {}
    if line:
        found[Level.LINE] = f"line:{line}"
        if region:
            found[Level.REGION] = f"region:{region}/{line}"
    if model:
        found[Level.MODEL] = f"model:{model}"
    if batch:
        found[Level.BATCH] = f"batch:{batch}"
    return found


def counter_keys(row: Any) -> list[CounterKey]:
    """The counters of one defect in each of its cells; ``row`` is Facts or a CountedCase."""
    keys: list[CounterKey] = [
        (Kind.SHIP.value, row.ship_month, row.ship_age),
        (Kind.MADE.value, row.made_month, row.made_age),
        (Kind.COMPLAINT.value, row.complained_on, 0),
    ]
    if row.is_serious:
        keys.append((Kind.SERIOUS.value, row.complained_on, 0))
    if row.is_danger:
        keys.append((Kind.DANGER.value, row.complained_on, 0))
    return keys


_of_one = Kept(lambda: Case.objects.order_by().filter(pk=Kept.KEY).values_list(*FIELDS))


def of_case(case_id: int) -> Facts | None:
    """What a case counts as, None if it does not."""
    row = next(iter(_of_one(case_id)), None)
    return read(row) if row else None


def of_all(rows: QuerySet[Case]) -> Iterator[tuple[int, Facts | None]]:
    """What each of many cases counts as, by number."""
    for row in rows.order_by("pk").values_list(*FIELDS).iterator(chunk_size=CHUNK):
        yield row[0], read(row)


def read(row: tuple[Any, ...]) -> Facts | None:
    """Confirmed defects only: misuse, no trouble found, cancelled and duplicate cases do not count (TRI-11, TRI-12).

    A serial is the same as it is kept, whether the unit is known or only told; a case without one counts by itself.
    """
    (
        pk, state, nature, duplicate, by_user, no_fault, mechanism, symptom, serious, danger, safety, told, serial,
        unit_line, model_line, line, unit_model, model, batch, region, complained_at, shipped, produced, batch_made,
    ) = row  # fmt: skip
    if nature != Nature.DEFECT or state == CaseState.CANCELLED or duplicate or by_user or no_fault:
        return None
    if not (mechanism or symptom):
        return None
    day = timezone.localdate(complained_at)
    number = serial or normalise_serial(told)
    ship_month, ship_age = _aged(shipped, day)
    made_month, made_age = _aged(produced or batch_made, day)
    return Facts(
        pk, f"s:{number}" if number else f"c:{pk}", mechanism, None if mechanism else symptom,
        unit_line or model_line or line, unit_model or model, batch, region, day, ship_month, ship_age, made_month,
        made_age, bool(serious), bool(danger or safety),
    )  # fmt: skip


def _aged(begin: date | None, complaint: date) -> tuple[date, int]:
    if begin is None:
        return month_of(complaint), UNKNOWN_AGE
    month = month_of(min(begin, complaint))
    return month, months_between(month, complaint)

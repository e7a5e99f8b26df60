"""Importing official days of a year, as soon as they are announced."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.calendar import permissions as perm
from bihuan.core.calendar.models import CalendarDay, DayKind, WorkCalendar
from bihuan.core.calendar.services import import_days
from bihuan.core.importing import registry, values
from bihuan.core.importing.registry import Column, ImportKind, Row
from bihuan.core.importing.services import CHANGED, CREATED, SAME

COLUMNS = (
    Column("date", _("date"), values.day, ("日期",), required=True, example="2027-02-06"),
    Column("kind", _("kind"), values.choice(lambda: dict(DayKind.choices)), ("类型", "性质"), required=True,
           example="休息日"),
    Column("name", _("name"), values.text(60), ("名称", "节日"), example="春节"),
)  # fmt: skip


def load(rows: Sequence[Row], by: Any, dry: bool) -> None:
    """Take days in; a day that is set already is changed."""
    calendar = WorkCalendar.objects.get(is_default=True)
    wanted = [row.values["date"] for row in rows]
    known = {day.date: day for day in CalendarDay.objects.filter(calendar=calendar, date__in=wanted)}
    for row in rows:
        day = known.get(row.values["date"])
        same = day is not None and (day.kind, day.name) == (row.values["kind"], row.values.get("name", day.name))
        row.outcome = CREATED if day is None else SAME if same else CHANGED
    fresh = [row.values for row in rows if row.outcome != SAME]
    if fresh and not dry:
        import_days(calendar=calendar, days=fresh, by=by)


registry.register(
    ImportKind("days", _("Calendar days"), perm.CALENDAR_EDIT, COLUMNS, lambda cells: cells["date"], load,
               "calendar:year", _("Official days off and make-up working days of a year."))
)  # fmt: skip

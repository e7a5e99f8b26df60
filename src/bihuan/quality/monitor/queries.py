"""Reading the monitor. Its numbers are the company's, not a customer's: whoever may see them sees all of a region."""

from typing import Any

from django.db.models import Q, QuerySet

from bihuan.core.permissions.services import scope_of
from bihuan.core.policy.schema.organisation import Scope
from bihuan.quality.monitor import permissions as perm
from bihuan.quality.monitor.counting import CELLS
from bihuan.quality.monitor.models import Alarm, Cell, CountedCase, Finding, Level
from bihuan.service.desk.models import Case

NAMED = ("line__profile", "model", "batch", "region", "mechanism", "symptom")


def _reach(user: Any) -> Q | None:
    """Which cells a person sees: all, or those of his region; None for nobody."""
    scope = scope_of(user, perm.QUALITY_VIEW)
    if scope == Scope.ALL:
        return Q()
    if scope == Scope.REGION and user.region_id:
        return Q(region=user.region_id)
    return None


def cells_for(user: Any) -> QuerySet[Cell]:
    """Cells that the user may see, with their names."""
    reach = _reach(user)
    rows = Cell.objects.select_related(*NAMED)
    return rows.none() if reach is None else rows.filter(reach)


def cases_of_cell(cell: Cell) -> QuerySet[Case]:
    """The cases that count in a cell, each defective unit once, the newest first; for the rooms above."""
    counted = CountedCase.objects.filter(**{f"{CELLS[Level(cell.level)]}": cell.pk, "is_first": True})
    rows = Case.objects.filter(pk__in=counted.order_by().values("pk"))
    return rows.select_related("unit__batch").order_by("-pk")


def alarms_for(user: Any) -> QuerySet[Alarm]:
    """Alarms that the user may see, with their names."""
    reach = _reach(user)
    rows = Alarm.objects.select_related(*(f"cell__{name}" for name in NAMED), "case")
    return rows.none() if reach is None else rows.filter(reach)


def findings_for(user: Any) -> QuerySet[Finding]:
    """Current early warnings that the user may see, the strongest first."""
    visible = cells_for(user).order_by().values("pk")
    rows = Finding.objects.filter(is_current=True, cell__in=visible)
    return rows.select_related(*(f"cell__{name}" for name in NAMED)).order_by("place")

"""The monitor over HTTP: cells with their figures, alarms, closing an alarm."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from bihuan.core.permissions.services import found, person, require
from bihuan.core.rest.fields import LARGEST, Code, In, MaybeText
from bihuan.core.rest.paging import PageQuery, cut
from bihuan.core.rest.problems import known
from bihuan.core.rest.routing import Router
from bihuan.quality.monitor import permissions as perm
from bihuan.quality.monitor.models import Alarm, AlarmState, Cell, Level
from bihuan.quality.monitor.queries import alarms_for, cells_for
from bihuan.quality.monitor.services import close_alarm

router = Router(tags=["monitor"])


class CellOut(Schema):
    """A cell as it was judged last; the rate is ``count`` of ``exposure``, never rounded here."""

    id: int
    level: str
    line: str | None
    model: str | None
    batch: str | None
    region: str | None
    mechanism: str | None
    symptom: str | None
    count: int
    exposure: int
    per_million: int
    stage: int
    fired: list[str]

    @classmethod
    def of(cls, row: Cell) -> "CellOut":
        """Build the view of a cell."""
        return cls(**_place(row), id=row.pk, level=row.level, count=row.count, exposure=row.exposure,
                   per_million=row.rank, stage=row.stage, fired=row.fired)  # fmt: skip


def _place(row: Cell) -> dict[str, str | None]:
    codes = {name: getattr(row, name) for name in ("line", "model", "region", "mechanism", "symptom")}
    found_codes = {name: item.code if item else None for name, item in codes.items()}
    return {**found_codes, "batch": row.batch.number if row.batch else None}


class CellPage(Schema):
    """A page of cells."""

    items: list[CellOut]
    next: str | None


class AlarmOut(Schema):
    """An alarm: the counts of its moment and the latest."""

    id: int
    cell: CellOut
    rule: str
    level: int
    form: str
    state: str
    version: int
    count: int
    exposure: int
    latest_count: int
    latest_exposure: int
    is_below: bool
    window: str
    reason: str
    complained_at: datetime
    at: datetime

    @classmethod
    def of(cls, row: Alarm) -> "AlarmOut":
        """Build the view of an alarm."""
        own: dict[str, Any] = {"cell": CellOut.of(row.cell)}
        return cls(**own, **{name: getattr(row, name) for name in cls.model_fields if name not in own})


class AlarmPage(Schema):
    """A page of alarms."""

    items: list[AlarmOut]
    next: str | None


class ClosingIn(In):
    """Why an alarm is closed; ``version`` is the one that the caller saw."""

    reason: MaybeText
    version: Annotated[int, Field(ge=0, le=LARGEST)]


@router.get("/cells", response=CellPage, summary="List cells")
def cells(
    request: HttpRequest, page: PageQuery, level: Code = "", line: Code = "", model: Code = "", mechanism: Code = "",
    above: bool = False,
) -> CellPage:  # fmt: skip
    """Cells by number, the newest first: of a level, a line, a model, a mechanism, or only those above a line."""
    require(request.user, perm.QUALITY_VIEW)
    if level:
        known("level", level, set(Level.values))
    wanted = {"level": level, "line__code": line, "model__code": model, "mechanism__code": mechanism}
    rows = cells_for(request.user).filter(**{key: value for key, value in wanted.items() if value})
    if above:
        rows = rows.filter(stage__gt=0)
    items, following = cut(rows, page)
    return CellPage(items=[CellOut.of(row) for row in items], next=following)


@router.get("/cells/{int:pk}", response=CellOut, summary="One cell")
def cell(request: HttpRequest, pk: int) -> CellOut:
    """One cell with its figures."""
    return CellOut.of(found(cells_for(request.user).filter(pk=pk).first()))


@router.get("/alarms", response=AlarmPage, summary="List alarms")
def alarms(request: HttpRequest, page: PageQuery, state: Code = "", rule: Code = "", mechanism: Code = "") -> AlarmPage:
    """The newest alarms first: by state, rule and mechanism."""
    require(request.user, perm.QUALITY_VIEW)
    if state:
        known("state", state, set(AlarmState.values))
    wanted = {"state": state, "rule": rule, "mechanism__code": mechanism}
    rows = alarms_for(request.user).filter(**{key: value for key, value in wanted.items() if value})
    items, following = cut(rows, page)
    return AlarmPage(items=[AlarmOut.of(row) for row in items], next=following)


@router.get("/alarms/{int:pk}", response=AlarmOut, summary="One alarm")
def alarm(request: HttpRequest, pk: int) -> AlarmOut:
    """One alarm."""
    return AlarmOut.of(found(alarms_for(request.user).filter(pk=pk).first()))


@router.post("/alarms/{int:pk}/closing", response=AlarmOut, summary="Close an alarm")
def close(request: HttpRequest, pk: int, data: ClosingIn) -> AlarmOut:
    """Close an alarm with its reason; one more case above the line raises a new one."""
    row = found(alarms_for(request.user).filter(pk=pk).first())
    close_alarm(alarm=row, by=person(request), reason=data.reason, expected_version=data.version)
    return AlarmOut.of(found(alarms_for(request.user).filter(pk=pk).first()))

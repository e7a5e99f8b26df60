"""Recalls over HTTP: how far each is, its units, owners who come forward, measures."""

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Schema
from pydantic import Field

from bihuan.core.listing.spec import Reader
from bihuan.core.permissions.services import person, require
from bihuan.core.rest.fields import Code, Count, In, MaybeText, Name, Phone, Wide, words
from bihuan.core.rest.paging import PageQuery, cut
from bihuan.core.rest.problems import known
from bihuan.core.rest.routing import Router
from bihuan.quality.recall import permissions as perm
from bihuan.quality.recall.figures import figures_of
from bihuan.quality.recall.models import Affected, AffectedState, Recall, RecallState, Remedy
from bihuan.quality.recall.queries import for_list, units_for, visible_to
from bihuan.quality.recall.services import owners
from bihuan.registry.customers.phones import shown_phone

router = Router(tags=["recalls"])
REMEDIES = Literal["repair", "exchange", "refund", "scrap"]


class RecallRow(Schema):
    """A recall in a list."""

    number: str
    title: str
    issue: str
    state: str
    regime: str
    discovered_at: datetime
    decided_at: datetime | None
    next_due_at: datetime | None
    units: int


class RecallPage(Schema):
    """One page of recalls; ``next`` is the cursor of the following one."""

    items: list[RecallRow]
    next: str | None


class FiguresOut(Schema):
    """Units by state and by measure; the completion rate is ``done`` of ``total``."""

    total: int
    at_decision: int
    added: int
    done: int
    states: dict[str, int]
    measures: dict[str, int]


class RecallOut(RecallRow):
    """A recall with what it is about and how far it is."""

    proposal: str
    hazard: str
    consequence: str
    remedy: str
    remedy_text: str
    emergency: str
    planned_until: date | None
    population_sha256: str
    figures: FiguresOut | None
    version: int


class AffectedOut(Schema):
    """An affected unit, or so many of a shipment whose serials nobody knows."""

    id: int
    serial: str
    quantity: int
    model: str
    batch: str | None
    customer: str | None
    holder_name: str
    holder_phone: str
    shipped_on: date | None
    state: str
    measure: str
    attempts: int
    is_addition: bool
    version: int

    @classmethod
    def of(cls, row: Affected, reader: Reader) -> "AffectedOut":
        """Build the view of a unit; its holder's number is shown to those who may see numbers."""
        names = (
            "serial", "quantity", "holder_name", "shipped_on", "state", "measure", "attempts", "is_addition", "version",
        )  # fmt: skip
        return cls(
            id=row.pk, model=row.model.code, batch=row.batch.number if row.batch else None,
            customer=row.customer.code if row.customer else None, holder_phone=shown_phone(row.holder_phone, reader),
            **{name: getattr(row, name) for name in names},
        )  # fmt: skip


class AffectedPage(Schema):
    """One page of units; ``next`` is the cursor of the following one."""

    items: list[AffectedOut]
    next: str | None


class OwnerIn(In):
    """Somebody who holds an affected unit."""

    serial: Annotated[str, words(60, 1)]
    holder_name: Name
    holder_phone: Phone = ""
    text: Wide = ""


class MeasureIn(In):
    """A measure that was done, on so many units of a row without serials."""

    measure: REMEDIES
    quantity: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    text: MaybeText = ""
    version: Count | None = None


def _row(row: Recall) -> dict[str, object]:
    return {
        "number": row.number, "title": row.title, "issue": row.issue.number, "state": row.state, "regime": row.regime,
        "discovered_at": row.discovered_at, "decided_at": row.decided_at, "next_due_at": row.next_due_at,
        "units": row.frozen_total,
    }  # fmt: skip


def _recall(request: HttpRequest, number: str) -> Recall:
    return get_object_or_404(for_list(request.user), number=number)


@router.get("", response=RecallPage, summary="List recalls")
def list_recalls(request: HttpRequest, page: PageQuery, state: Code = "") -> RecallPage:
    """The newest recalls first, of one state if it is named."""
    require(request.user, perm.RECALL_VIEW)
    rows = for_list(request.user)
    if state:
        known("state", state, set(RecallState.values))
        rows = rows.filter(state=state)
    found, following = cut(rows, page)
    return RecallPage(items=[RecallRow.model_validate(_row(row)) for row in found], next=following)


@router.get("/{number}", response=RecallOut, summary="One recall with its figures")
def one_recall(request: HttpRequest, number: str) -> RecallOut:
    """What is wrong, what is done about it, and how far the recall is."""
    row = _recall(request, number)
    figures = None
    if row.is_decided:
        found = figures_of(row)
        figures = FiguresOut(
            total=found.total, at_decision=found.frozen, added=found.added, done=found.done, states=found.states,
            measures=found.measures,
        )  # fmt: skip
    names = (
        "proposal", "hazard", "consequence", "remedy", "remedy_text", "emergency", "planned_until", "version",
    )  # fmt: skip
    more = {name: getattr(row, name) for name in names}
    return RecallOut.model_validate({**_row(row), **more, "population_sha256": row.frozen_sha256, "figures": figures})


@router.get("/{number}/units", response=AffectedPage, summary="Affected units")
def list_units(request: HttpRequest, number: str, page: PageQuery, state: Code = "") -> AffectedPage:
    """The units of a recall, of one state if it is named."""
    recall = get_object_or_404(visible_to(request.user), number=number)
    rows = units_for(request.user).filter(recall=recall).select_related("model", "batch", "customer")
    if state:
        known("state", state, set(AffectedState.values))
        rows = rows.filter(state=state)
    found, following = cut(rows, page)
    reader = Reader(request.user)
    return AffectedPage(items=[AffectedOut.of(row, reader) for row in found], next=following)


@router.post("/{number}/owners", response={201: AffectedOut}, summary="An owner comes forward")
def owner(request: HttpRequest, number: str, data: OwnerIn) -> AffectedOut:
    """Register who holds a unit; the serial is taken out of those of its batch that nobody knew."""
    recall = _recall(request, number)
    require(request.user, perm.RECALL_RECORD, recall)
    row = owners.register_owner(recall=recall, by=person(request), **data.dict())
    return AffectedOut.of(row, Reader(request.user))


@router.post("/{number}/units/{int:pk}/measure", response=AffectedOut, summary="Record a measure")
def measure(request: HttpRequest, number: str, pk: int, data: MeasureIn) -> AffectedOut:
    """The measure was done on a unit, or on so many of a row without serials: then the answer is the row of those."""
    recall = _recall(request, number)
    rows = units_for(request.user).filter(recall=recall).select_related("model", "batch", "customer", "recall")
    row = get_object_or_404(rows, pk=pk)
    done = owners.record_measure(
        row=row, by=person(request), measure=str(Remedy(data.measure)), quantity=data.quantity, text=data.text,
        expected_version=data.version,
    )  # fmt: skip
    return AffectedOut.of(done, Reader(request.user))

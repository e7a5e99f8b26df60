"""Returned defectives over HTTP: handing over, receipt, analysis, answer (RET-08)."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from bihuan.core.permissions.services import found, person, require
from bihuan.core.rest.fields import LARGEST, Code, Count, In, Line, MaybeText, Text, words
from bihuan.core.rest.paging import PageQuery, cut
from bihuan.core.rest.problems import known, wrong
from bihuan.core.rest.routing import Router
from bihuan.quality.returned import permissions as perm
from bihuan.quality.returned import services
from bihuan.quality.returned.models import Returned, ReturnedState
from bihuan.quality.returned.queries import for_page, visible_to
from bihuan.registry.faults.models import FailureMechanism
from bihuan.registry.faults.queries import usable
from bihuan.registry.products.models import ProductModel
from bihuan.service.desk.api.base import row_of
from bihuan.service.desk.queries import visible_to as visible_cases

router = Router(tags=["returned"])
WITH = ("case", "model__line", "mechanism", "owner", "handed_by")


class ReturnedOut(Schema):
    """A hand-over of defectives; ``due_at`` is the end of engineering's hours while they run."""

    number: str
    state: str
    version: int
    degree: str
    case: str | None
    model: str
    serials: str
    quantity: int
    problem: str
    handed_by: str
    handed_at: datetime
    engineer: str | None
    received_at: datetime | None
    mechanism: str | None
    finding: str
    outcome: str
    finished_at: datetime | None
    due_at: datetime | None

    @classmethod
    def of(cls, row: Returned) -> "ReturnedOut":
        """Build the view of a hand-over."""
        names = (
            "number", "state", "version", "degree", "serials", "quantity", "problem", "handed_at", "received_at",
            "finding", "outcome", "finished_at",
        )  # fmt: skip
        return cls(
            case=row.case.number if row.case else None, model=row.model.code, handed_by=row.handed_by.username,
            engineer=row.owner.username if row.owner else None, mechanism=row.mechanism.code if row.mechanism else None,
            due_at=None if row.is_at_rest else row.next_due_at, **{name: getattr(row, name) for name in names},
        )  # fmt: skip


class ReturnedPage(Schema):
    """A page of hand-overs."""

    items: list[ReturnedOut]
    next: str | None


class HandOverIn(In):
    """What sales hands over: simple, verify (a batch, or to be verified) or special decides engineering's hours."""

    model: Line
    quantity: Annotated[int, Field(ge=1, le=LARGEST)] = 1
    problem: Text
    degree: Code
    serials: Annotated[str, words(300)] = ""
    case: Line = ""


class ReturnedStepIn(In):
    """One step: receive, analyse (finding, mechanism), finish (outcome), refuse (text)."""

    step: Code
    version: Count | None = None
    finding: MaybeText = ""
    mechanism: Code = ""
    outcome: Code = ""
    text: Annotated[str, words(300)] = ""


@router.get("", response=ReturnedPage, summary="List returned defectives")
def index(request: HttpRequest, page: PageQuery, state: Code = "") -> ReturnedPage:
    """The newest hand-overs first, by state."""
    require(request.user, perm.RETURNED_VIEW)
    rows = visible_to(request.user)
    if state:
        rows = rows.filter(state=known("state", state, set(ReturnedState.values)))
    items, following = cut(rows.select_related(*WITH), page)
    return ReturnedPage(items=[ReturnedOut.of(row) for row in items], next=following)


@router.post("", response={201: ReturnedOut}, summary="Hand defectives over")
def hand_over(request: HttpRequest, data: HandOverIn) -> Any:
    """Hand defectives over to engineering; its hours begin now."""
    require(request.user, perm.RETURNED_HAND_OVER)
    model = row_of("model", ProductModel.objects.filter(is_active=True), data.model)
    if model is None:
        raise wrong("model", data.model)
    case = row_of("case", visible_cases(request.user), data.case, "number")
    more = data.dict(exclude={"model", "case"})
    return ReturnedOut.of(services.hand_over(by=person(request), model=model, case=case, **more))


@router.get("/{number}", response=ReturnedOut, summary="One hand-over")
def detail(request: HttpRequest, number: str) -> ReturnedOut:
    """One hand-over with what engineering found."""
    return ReturnedOut.of(found(for_page(request.user, number)))


@router.post("/{number}/steps", response=ReturnedOut, summary="Take a step")
def step(request: HttpRequest, number: str, data: ReturnedStepIn) -> ReturnedOut:
    """Confirm the receipt, record the analysis, finish, or send back."""
    row = found(for_page(request.user, number))
    require(request.user, perm.RETURNED_ANALYSE, row)
    more: dict[str, Any] = {"row": row, "by": person(request), "expected_version": data.version}
    mechanism = row_of("mechanism", usable(FailureMechanism, row.model.line), data.mechanism)
    steps: dict[str, Any] = {
        "receive": lambda: services.receive(**more),
        "analyse": lambda: services.analyse(finding=data.finding, mechanism=mechanism, **more),
        "finish": lambda: services.finish(outcome=data.outcome, **more),
        "refuse": lambda: services.refuse(reason=data.text, **more),
    }
    steps[known("step", data.step, steps)]()
    return ReturnedOut.of(found(for_page(request.user, number)))

"""Nonconforming goods over HTTP: reporting, handling, dispositions, re-verification."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Schema
from pydantic import Field

from bihuan.core.permissions.services import found, person, require
from bihuan.core.rest.fields import Code, Count, In, Level, Line, MaybeText, Moment, Name, Text, Wide, words
from bihuan.core.rest.paging import PageQuery, Words, cut
from bihuan.core.rest.problems import known
from bihuan.core.rest.routing import Router
from bihuan.core.search.queries import narrowed
from bihuan.quality.issues.queries import visible_to as visible_issues
from bihuan.quality.nonconformity import permissions as perm
from bihuan.quality.nonconformity.balance import open_pieces
from bihuan.quality.nonconformity.models import Disposition, Ending, Nonconformity, Origin, SheetState
from bihuan.quality.nonconformity.queries import FOR_PAGE, for_page, visible_to
from bihuan.quality.nonconformity.services import disposing, objecting, reporting, reviewing
from bihuan.registry.people.models import Department
from bihuan.registry.products.models import ProductModel
from bihuan.service.desk.api.base import colleague, past, row_of
from bihuan.service.desk.queries import visible_to as visible_cases

router = Router(tags=["nonconformities"])
Pieces = Annotated[int, Field(ge=1, le=10_000_000)]
Place = Annotated[str, words(120)]


class DispositionOut(Schema):
    """Some pieces and what is done with them; ``after`` is the disposition whose check they failed."""

    id: int
    kind: str
    quantity: int
    owner: str
    state: str
    after: int | None
    passed: int | None
    failed: int | None
    permit: str

    @classmethod
    def of(cls, row: Disposition) -> "DispositionOut":
        """Build the view of a disposition."""
        names = ("kind", "quantity", "state", "passed", "failed", "permit")
        values = {name: getattr(row, name) for name in names}
        return cls(id=row.pk, owner=row.owner.username, after=row.after_id, **values)


class NonconformityOut(Schema):
    """A sheet; ``undisposed`` is how many pieces still wait for a disposition."""

    number: str
    state: str
    version: int
    title: str
    origin: str
    quantity: int
    undisposed: int
    defect_class: int | None
    part_name: str
    supplier_name: str
    model: str | None
    case: str | None
    issue: str | None
    owner: str | None
    isolated: bool
    reported_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    dispositions: list[DispositionOut]

    @classmethod
    def of(cls, row: Nonconformity) -> "NonconformityOut":
        """Build the view of a sheet."""
        parts = list(row.dispositions.all())
        for part in parts:
            part.sheet = row
        names = ("number", "state", "version", "title", "origin", "quantity", "defect_class", "part_name",
                 "supplier_name", "reported_at", "due_at", "closed_at")  # fmt: skip
        return cls(
            undisposed=open_pieces(row, parts), model=row.model.code if row.model else None,
            case=row.case.number if row.case else None, issue=row.issue.number if row.issue else None,
            owner=row.owner.username if row.owner else None, isolated=row.is_isolated,
            dispositions=[DispositionOut.of(part) for part in parts], **{name: getattr(row, name) for name in names},
        )  # fmt: skip


class NonconformityPage(Schema):
    """A page of sheets."""

    items: list[NonconformityOut]
    next: str | None


class FindIn(In):
    """What was found: details, time and place."""

    origin: Origin
    description: Text
    quantity: Pieces
    place: Place = ""
    part_name: Place = ""
    supplier_name: Place = ""
    lot_size: Pieces | None = None
    sample_size: Pieces | None = None
    occurred_at: Moment | None = None
    model_code: Line = ""
    case: Code = ""
    issue: Code = ""
    isolation_place: Place = ""


class StepIn(In):
    """One step of a sheet: take (defect_class), isolate (place, label_no), submit, close, cancel, object, uphold or
    dismiss the second objection (text)."""

    step: Code
    version: Count | None = None
    defect_class: Level | None = None
    place: Place = ""
    label_no: Annotated[str, words(40)] = ""
    text: MaybeText = ""


class ReviewOfGoodsIn(In):
    """Cause, responsible, measures and the required completion."""

    cause: Text
    corrective: Text
    preventive: Text
    department: Code
    responsible: Name
    due_at: Moment
    version: Count | None = None


class DispositionIn(In):
    """Some pieces and their disposition."""

    kind: Ending
    quantity: Pieces
    owner: Name
    after: Count | None = None
    instruction: Wide = ""
    permit: Place = ""


class CompletionIn(In):
    """What was done with the goods."""

    result: Annotated[str, words(300, 1)]


class RecheckIn(In):
    """How many pieces still do not conform after the correction."""

    failed: Count
    remark: Wide = ""


def _row(request: HttpRequest, number: str) -> Nonconformity:
    return found(for_page(request.user, number))


def _out(request: HttpRequest, number: str) -> NonconformityOut:
    return NonconformityOut.of(_row(request, number))


def _part(sheet: Nonconformity, pk: int) -> Disposition:
    return get_object_or_404(sheet.dispositions.select_related("sheet__owner", "owner"), pk=pk)


@router.post("", response={201: NonconformityOut}, summary="Report nonconforming goods")
def report(request: HttpRequest, data: FindIn) -> Any:
    """Report goods that do not conform; every person with a token may (NCR-02)."""
    past("occurred_at", data.occurred_at)
    own = {"model_code", "case", "issue"}
    find = reporting.Find(
        model=row_of("model_code", ProductModel.objects.select_related("line"), data.model_code),
        case=row_of("case", visible_cases(request.user), data.case, "number"),
        issue=row_of("issue", visible_issues(request.user), data.issue, "number"),
        **data.dict(exclude=own),
    )
    row = reporting.report_nonconformity(find=find, by=person(request))
    return _out(request, row.number)


@router.get("", response=NonconformityPage, summary="List nonconformities")
def sheets(request: HttpRequest, page: PageQuery, state: Code = "", q: Words = "") -> NonconformityPage:
    """The newest sheets first: by state, by words."""
    require(request.user, perm.VIEW)
    rows = visible_to(request.user)
    if state:
        rows = rows.filter(state=known("state", state, set(SheetState.values)))
    if q.strip():
        rows = narrowed(rows, q.strip(), "nonconformity.nonconformity")
    items, following = cut(rows.select_related(*FOR_PAGE).prefetch_related("dispositions__owner"), page)
    return NonconformityPage(items=[NonconformityOut.of(row) for row in items], next=following)


@router.get("/{number}", response=NonconformityOut, summary="One sheet")
def detail(request: HttpRequest, number: str) -> NonconformityOut:
    """One sheet with its dispositions."""
    return _out(request, number)


@router.post("/{number}/steps", response=NonconformityOut, summary="Take a step")
def step(request: HttpRequest, number: str, data: StepIn) -> NonconformityOut:
    """Take, isolate, submit, close or cancel a sheet; object to it; give the final ruling (NCR-06)."""
    sheet, by = _row(request, number), person(request)
    more: dict[str, Any] = {"sheet": sheet, "by": by, "expected_version": data.version}
    level = data.defect_class or sheet.policy.nonconformity.default_class
    steps: dict[str, Any] = {
        "take": lambda: reviewing.take_sheet(defect_class=level, **more),
        "isolate": lambda: reviewing.isolate(place=data.place, label_no=data.label_no, **more),
        "submit": lambda: reviewing.submit_sheet(**more),
        "close": lambda: disposing.close_sheet(verification=data.text, **more),
        "cancel": lambda: reviewing.cancel_sheet(reason=data.text, **more),
        "object": lambda: objecting.object_to_sheet(sheet=sheet, by=by, reason=data.text),
        "uphold": lambda: objecting.rule_on_sheet(sheet=sheet, by=by, upheld=True, reason=data.text),
        "dismiss": lambda: objecting.rule_on_sheet(sheet=sheet, by=by, upheld=False, reason=data.text),
    }
    steps[known("step", data.step, steps)]()
    return _out(request, number)


@router.post("/{number}/review", response=NonconformityOut, summary="Record the review")
def review(request: HttpRequest, number: str, data: ReviewOfGoodsIn) -> NonconformityOut:
    """Record cause, responsible person, measures and required completion (NCR-03)."""
    sheet = _row(request, number)
    require(request.user, perm.MANAGE, sheet)
    values = data.dict(exclude={"version", "department", "responsible"})
    values["department"] = row_of("department", Department.objects.filter(is_active=True), data.department)
    values["responsible"] = colleague("responsible", data.responsible)
    reviewing.review(sheet=sheet, by=person(request), values=values, expected_version=data.version)
    return _out(request, number)


@router.post("/{number}/dispositions", response={201: NonconformityOut}, summary="Decide a disposition")
def dispose(request: HttpRequest, number: str, data: DispositionIn) -> Any:
    """Give a number of pieces their disposition; never more than are left (NCR-18)."""
    sheet = _row(request, number)
    require(request.user, perm.MANAGE, sheet)
    after = _part(sheet, data.after) if data.after else None
    owner = colleague("owner", data.owner)
    values = data.dict(exclude={"after", "owner"})
    disposing.dispose(sheet=sheet, by=person(request), after=after, owner=owner, **values)
    return _out(request, number)


@router.post("/{number}/dispositions/{int:pk}/completion", response=NonconformityOut, summary="Report it as done")
def complete(request: HttpRequest, number: str, pk: int, data: CompletionIn) -> NonconformityOut:
    """Report a disposition as carried out."""
    row = _part(_row(request, number), pk)
    disposing.finish_disposition(disposition=row, by=person(request), result=data.result)
    return _out(request, number)


@router.post("/{number}/dispositions/{int:pk}/recheck", response=NonconformityOut, summary="Verify the goods again")
def recheck(request: HttpRequest, number: str, pk: int, data: RecheckIn) -> NonconformityOut:
    """Say how many pieces still do not conform after the correction (NCR-18)."""
    row = _part(_row(request, number), pk)
    disposing.verify_disposition(disposition=row, by=person(request), failed=data.failed, remark=data.remark)
    return _out(request, number)

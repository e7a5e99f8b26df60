"""Reporting, listing and reading quality issues."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import File, UploadedFile
from pydantic import Field

from bihuan.core.activity.queries import timeline
from bihuan.core.activity.schemas import EventOut
from bihuan.core.files.api import AttachmentOut
from bihuan.core.files.queries import attachments_of
from bihuan.core.permissions.services import found, person, require
from bihuan.core.rest.fields import Code, In, Level, Line, Moment, Text, words
from bihuan.core.rest.paging import PageQuery, Words, cut
from bihuan.core.rest.problems import known, wrong
from bihuan.core.search.queries import narrowed
from bihuan.quality.issues import permissions as perm
from bihuan.quality.issues.alarms import take_alarm
from bihuan.quality.issues.api.base import issue_of, issue_out, router, row_of
from bihuan.quality.issues.api.outputs import (
    CauseOut,
    CheckOut,
    IssueOut,
    IssuePage,
    LimitOut,
    MeasureOut,
    ReportedOut,
    SignalOut,
)
from bihuan.quality.issues.forms.reporting import EVERYBODY
from bihuan.quality.issues.models import IssueState, Source
from bihuan.quality.issues.pages import deadlines_of
from bihuan.quality.issues.queries import FOR_PAGE, visible_to
from bihuan.quality.issues.services.evidence import add_evidence
from bihuan.quality.issues.services.registration import Sign, register_issue
from bihuan.quality.monitor.queries import alarms_for
from bihuan.registry.products.models import ProductModel
from bihuan.service.desk.queries import visible_to as visible_cases

MOST_PIECES = 1_000_000
Number = Annotated[str, words(30)]


class ReportIn(In):
    """A problem that somebody saw; with a case it is the case's, else an employee's, an inspection's, a supplier's."""

    description: Text
    source: Code = "employee"
    place: Annotated[str, words(120)] = ""
    occurred_at: Moment | None = None
    model_code: Code = ""
    quantity: Annotated[int, Field(ge=1, le=MOST_PIECES)] | None = None
    supplier_name: Annotated[str, words(120)] = ""
    stop_work: bool = False
    is_safety: bool = False
    case: Number = ""


class TakeIn(In):
    """The alarm that waits for people."""

    alarm: Annotated[int, Field(ge=1, le=2**62)]


@router.post("", response={201: ReportedOut}, summary="Report a problem")
def report(request: HttpRequest, data: ReportIn) -> Any:
    """Report a problem, as every employee may (NCR-01); a repeat of an open one joins it, also one he may not see."""
    values = data.dict(exclude={"case", "model_code", "source"})
    if data.case:
        return _of_case(request, data, values)
    source = Source(known("source", data.source, {item.value for item in EVERYBODY}))
    if source == Source.SUPPLIER and not data.supplier_name:
        raise wrong("supplier_name", "")
    models = ProductModel.objects.select_related("line__profile").filter(is_active=True)
    sign = Sign(source=source, model=row_of("model_code", models, data.model_code), **values)
    return ReportedOut(number=register_issue(sign=sign, by=person(request)).number)


def _of_case(request: HttpRequest, data: ReportIn, values: dict[str, Any]) -> ReportedOut:
    rows = visible_cases(request.user).select_related("model__line__profile", "unit__batch", "mechanism", "symptom")
    case = rows.filter(number=data.case).first()
    if case is None:
        raise wrong("case", data.case)
    sign = Sign(
        source=Source.CASE, title=case.summary, model=case.model, mechanism=case.mechanism, symptom=case.symptom,
        region=case.region, complained_at=case.complained_at, batch=case.unit.batch if case.unit else None, **values,
    )  # fmt: skip
    return ReportedOut(number=register_issue(sign=sign, by=person(request), cases=[case]).number)


@router.post("/taken-alarms", response={201: IssueOut}, summary="Take an alarm into an issue")
def take(request: HttpRequest, data: TakeIn) -> Any:
    """Take an alarm that waits for people into the open issue of its cell, or a new one (QIS-01)."""
    alarm = found(alarms_for(request.user).filter(pk=data.alarm).first())
    return issue_out(request, take_alarm(alarm=alarm, by=person(request)).number)


@router.get("", response=IssuePage, summary="List issues")
def list_issues(
    request: HttpRequest, page: PageQuery, state: Code = "", owner: Line = "", grade: Level | None = None,
    mechanism: Code = "", q: Words = "",
) -> IssuePage:  # fmt: skip
    """The newest issues first: by state, follower's login name, grade, mechanism, words."""
    require(request.user, perm.ISSUE_VIEW)
    if state:
        known("state", state, set(IssueState.values))
    wanted = {"state": state, "owner__username": owner, "grade": grade, "mechanism__code": mechanism}
    rows = visible_to(request.user).filter(**{key: value for key, value in wanted.items() if value})
    if q.strip():
        rows = narrowed(rows, q.strip(), "issues.issue")
    items, following = cut(rows.select_related(*FOR_PAGE), page)
    return IssuePage(items=[IssueOut.of(row) for row in items], next=following)


@router.get("/{number}", response=IssueOut, summary="One issue")
def detail(request: HttpRequest, number: str) -> IssueOut:
    """One issue."""
    return issue_out(request, number)


@router.get("/{number}/deadlines", response=list[LimitOut], summary="Deadlines of an issue")
def deadlines(request: HttpRequest, number: str) -> list[LimitOut]:
    """The milestones of this round: open ones first, by their due time."""
    return [LimitOut.of(row) for row in deadlines_of(issue_of(request, number))]


@router.get("/{number}/journal", response=list[EventOut], summary="The journal of an issue")
def journal(request: HttpRequest, number: str) -> list[EventOut]:
    """The newest things that happened, each with the hash that follows from the one before."""
    return [EventOut.of(row) for row in timeline(issue_of(request, number))]


@router.get("/{number}/signals", response=list[SignalOut], summary="What the monitor said")
def signals(request: HttpRequest, number: str) -> list[SignalOut]:
    """The alarms behind the issue, as they were raised, with their repeats."""
    return [SignalOut.of(row) for row in issue_of(request, number).signals.all()]


@router.get("/{number}/causes", response=list[CauseOut], summary="Causes")
def causes(request: HttpRequest, number: str) -> list[CauseOut]:
    """The causes of this round; each why names the one it explains."""
    issue = issue_of(request, number)
    return [CauseOut.of(row) for row in issue.causes.filter(cycle=issue.cycle)]


@router.get("/{number}/measures", response=list[MeasureOut], summary="Measures")
def measures(request: HttpRequest, number: str) -> list[MeasureOut]:
    """The measures of this round."""
    issue = issue_of(request, number)
    return [MeasureOut.of(row) for row in issue.measures.filter(issue_cycle=issue.cycle).select_related("owner")]


@router.get("/{number}/checks", response=list[CheckOut], summary="Judgements of the effect")
def checks(request: HttpRequest, number: str) -> list[CheckOut]:
    """Every judgement of the effect, the newest first."""
    return [CheckOut.of(row) for row in issue_of(request, number).checks.all()]


@router.get("/{number}/attachments", response=list[AttachmentOut], summary="The files of an issue")
def attachments(request: HttpRequest, number: str) -> list[AttachmentOut]:
    """The files, the oldest first."""
    return [AttachmentOut.of(row) for row in attachments_of(issue_of(request, number))]


@router.post("/{number}/attachments", response={201: list[AttachmentOut]}, summary="Upload evidence of an issue")
def upload(request: HttpRequest, number: str, file: File[list[UploadedFile]]) -> Any:
    """Add evidence, checked by its content; one that is refused keeps all out."""
    rows = add_evidence(issue=issue_of(request, number), by=person(request), files=file)
    return [AttachmentOut.of(row) for row in rows]

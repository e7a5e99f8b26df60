"""Visits over HTTP: planning with a suggestion, the customer's word, and every step on site."""

import base64
import binascii
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Schema
from ninja.files import UploadedFile
from pydantic import Field, StringConstraints

from bihuan.core.documents.api import PaperOut
from bihuan.core.permissions.services import found, person, require
from bihuan.core.rest.fields import Code, Count, In, Line, MaybeText, Moment, Name, Phone, Score, Text, Wide, words
from bihuan.core.rest.paging import PageQuery, cut
from bihuan.core.rest.problems import WrongFields, at_most, known
from bihuan.core.rest.routing import Router
from bihuan.service.desk.api.base import case_of, colleague
from bihuan.service.parts.api import JobPartsIn, RequisitionOut, UsedPartIn
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.models import FieldReport, Purpose, Verdict, Visit, VisitState
from bihuan.service.visits.pages import who_suits
from bihuan.service.visits.queries import FOR_PAGE, for_page, visible_to
from bihuan.service.visits.services import planning, signing, working
from bihuan.service.visits.services.parting import ask_parts
from bihuan.service.visits.services.signing import issue_paper

router = Router(tags=["visits"])
Picture = Annotated[str, StringConstraints(max_length=2_000_000)]
MOST_PHOTOS = 9
Reason = Annotated[str, words(300)]
REPORTED = (
    "phenomenon", "environment", "plan", "agreed_with", "steps", "parts", "parameters", "results", "verdict",
    "residual", "advice", "training", "trained", "demonstrated", "cleaned", "satisfied", "opinion", "signed_by",
    "signed_at",
)  # fmt: skip


class FieldReportOut(Schema):
    """What happened on site, and the customer's word."""

    phenomenon: str
    environment: str
    plan: str
    agreed_with: str
    steps: str
    parts: str
    parameters: str
    results: list[dict[str, Any]]
    verdict: str
    residual: str
    advice: str
    training: str
    trained: str
    demonstrated: bool
    cleaned: bool
    satisfied: bool | None
    opinion: str
    signed_by: str
    signed_at: datetime | None

    @classmethod
    def of(cls, row: FieldReport) -> "FieldReportOut":
        """Build the view of a report."""
        return cls(**{name: getattr(row, name) for name in REPORTED})


class VisitOut(Schema):
    """A visit; ``preparation`` says what is ready and what is not."""

    number: str
    state: str
    version: int
    case: str
    purpose: str
    engineer: str
    helpers: list[str]
    starts_at: datetime
    ends_at: datetime
    place: str
    contact_name: str
    task: str
    supplies: str
    preparation: dict[str, bool]
    confirmed_by: str
    wish: str
    arrived_at: datetime | None
    left_at: datetime | None
    due_at: datetime | None
    report: FieldReportOut | None

    @classmethod
    def of(cls, row: Visit) -> "VisitOut":
        """Build the view of a visit."""
        report = getattr(row, "report", None)
        own: dict[str, Any] = {
            "case": row.case.number, "engineer": row.engineer.username, "due_at": row.next_due_at,
            "helpers": [user.username for user in row.helpers.all()],
            "preparation": {item.code: item.code in row.prepared for item in row.policy.visits.preparation},
            "report": FieldReportOut.of(report) if report else None,
        }  # fmt: skip
        return cls(**own, **{name: getattr(row, name) for name in cls.model_fields if name not in own})


class VisitPage(Schema):
    """A page of visits."""

    items: list[VisitOut]
    next: str | None


class CandidateOut(Schema):
    """Somebody who goes on visits: whether he can, why not, what warns of it, and what speaks for him."""

    engineer: str
    fits: bool
    obstacles: list[str]
    warnings: list[str]
    reasons: list[str]


class PlanIn(In):
    """Who goes when, where to and what for."""

    case: Code
    purpose: Purpose
    engineer: Name
    helpers: Annotated[list[Name], Field(max_length=20)] = []
    starts_at: Moment
    ends_at: Moment
    place: Annotated[str, words(200, 1)]
    contact_name: Name
    contact_phone: Phone = ""
    task: Text
    supplies: MaybeText = ""
    onsite_reason: Wide = ""


class RescheduleIn(In):
    """Another time or another engineer, with the reason."""

    engineer: Name
    helpers: Annotated[list[Name], Field(max_length=20)] = []
    starts_at: Moment
    ends_at: Moment
    reason: Reason
    version: Count | None = None


class ConfirmIn(In):
    """Who agreed to the time."""

    person: Name
    version: Count | None = None


class PrepareIn(In):
    """What is ready, by the codes of the company's list."""

    ticked: Annotated[list[Code], Field(max_length=50)]
    supplies: MaybeText = ""
    version: Count | None = None


class VisitStepIn(In):
    """A step that needs nothing but itself: arrive, leave, take_back, or cancel with its reason.

    ``early`` says that an arrival before the agreed day is meant.
    """

    step: Code
    reason: Reason = ""
    early: bool = False
    version: Count | None = None


class AgreeIn(In):
    """The phenomenon and the plan to which the customer agreed."""

    phenomenon: Text
    plan: Text
    agreed_with: Name
    environment: MaybeText = ""
    version: Count | None = None


class ResultIn(In):
    """What was measured for a criterion of the company."""

    code: Code
    value: Wide = ""
    passed: bool | None = None


class FieldReportIn(In):
    """What was done; ``phenomenon`` and ``environment`` for a survey, which agrees no plan.

    ``used`` are issued parts; what stands in ``parts`` was not issued and needs ``parts_reason``.
    """

    verdict: Verdict
    phenomenon: MaybeText | None = None
    environment: MaybeText | None = None
    steps: MaybeText = ""
    parts: MaybeText = ""
    parts_reason: Annotated[str, words(300)] = ""
    same_parts: bool = False
    used: Annotated[list[UsedPartIn], Field(max_length=50)] = []
    parameters: MaybeText = ""
    results: Annotated[list[ResultIn], Field(max_length=50)] = []
    residual: MaybeText = ""
    advice: MaybeText = ""
    training: MaybeText = ""
    trained: Annotated[str, words(120)] = ""
    demonstrated: bool = False
    cleaned: bool = False
    version: Count | None = None


class SignIn(In):
    """The customer's word; ``picture`` is the signature as PNG in base64, needed where he is satisfied."""

    satisfied: bool
    person: Name
    picture: Picture = ""
    opinion: MaybeText = ""
    process_score: Score | None = None
    result_score: Score | None = None
    attitude_score: Score | None = None
    version: Count | None = None


def _row(request: HttpRequest, number: str) -> Visit:
    return found(for_page(request.user, number))


def _out(request: HttpRequest, number: str) -> VisitOut:
    return VisitOut.of(_row(request, number))


def _more(request: HttpRequest, number: str, data: Any) -> dict[str, Any]:
    """Which visit, who acts, and the version that he saw."""
    return {"visit": _row(request, number), "by": person(request), "expected_version": data.version}


def _team(data: PlanIn | RescheduleIn) -> dict[str, Any]:
    """The people of a plan, by their login names."""
    helpers = [colleague("helpers", name) for name in data.helpers]
    return {"engineer": colleague("engineer", data.engineer), "helpers": helpers}


@router.get("", response=VisitPage, summary="List visits")
def visits(request: HttpRequest, page: PageQuery, state: Code = "", engineer: Line = "", case: Code = "") -> VisitPage:
    """The newest visits first: by state, by engineer, by case."""
    require(request.user, perm.VISITS_VIEW)
    rows = visible_to(request.user)
    if state:
        rows = rows.filter(state=known("state", state, set(VisitState.values)))
    if engineer:
        rows = rows.filter(engineer__username=engineer)
    if case:
        rows = rows.filter(case__number=case)
    items, following = cut(rows.select_related(*FOR_PAGE).prefetch_related("helpers"), page)
    return VisitPage(items=[VisitOut.of(row) for row in items], next=following)


@router.post("", response={201: VisitOut}, summary="Plan a visit")
def plan(request: HttpRequest, data: PlanIn) -> Any:
    """Plan a visit; who is not qualified, absent or booked is refused with the reason (KNO-05, WO-07)."""
    values = data.dict(exclude={"case", "engineer", "helpers"})
    case = case_of(request, data.case)
    require(request.user, perm.VISITS_PLAN, case)
    row = planning.plan_visit(case=case, by=person(request), **_team(data), **values)
    return _out(request, row.number)


@router.get("/candidates/{case}", response=list[CandidateOut], summary="Who suits a time")
def candidates(request: HttpRequest, case: str, starts_at: Moment, ends_at: Moment) -> list[CandidateOut]:
    """Everybody who goes on visits, the one who suits best first, each with reasons and obstacles (WO-03)."""
    row = case_of(request, case)
    require(request.user, perm.VISITS_PLAN, row)
    return [
        CandidateOut(engineer=one.user.username, fits=one.fits, obstacles=list(one.obstacles),
                     warnings=list(one.warnings), reasons=list(one.reasons))
        for one in who_suits(row, starts_at, ends_at)
    ]  # fmt: skip


@router.get("/{number}", response=VisitOut, summary="One visit")
def detail(request: HttpRequest, number: str) -> VisitOut:
    """One visit with its report."""
    return _out(request, number)


@router.post("/{number}/confirmation", response=VisitOut, summary="The customer agreed to the time")
def confirmation(request: HttpRequest, number: str, data: ConfirmIn) -> VisitOut:
    """Keep who agreed to the time (WO-14)."""
    planning.confirm(person=data.person, **_more(request, number, data))
    return _out(request, number)


@router.post("/{number}/rescheduling", response=VisitOut, summary="Reschedule or reassign")
def rescheduling(request: HttpRequest, number: str, data: RescheduleIn) -> VisitOut:
    """Move a visit or give it to somebody else; the customer is asked again (WO-18)."""
    values = data.dict(include={"starts_at", "ends_at", "reason"})
    more = _more(request, number, data)
    require(request.user, perm.VISITS_PLAN, more["visit"])
    planning.reschedule(**more, **_team(data), **values)
    return _out(request, number)


@router.post("/{number}/preparation", response=VisitOut, summary="Tick what is ready")
def preparation(request: HttpRequest, number: str, data: PrepareIn) -> VisitOut:
    """Tick what is ready before arrival (WO-08)."""
    working.prepare(ticked=data.ticked, supplies=data.supplies, **_more(request, number, data))
    return _out(request, number)


@router.post("/{number}/steps", response=VisitOut, summary="Take a step")
def step(request: HttpRequest, number: str, data: VisitStepIn) -> VisitOut:
    """Check in, check out, take the report back for correction, or call the visit off."""
    more = _more(request, number, data)
    steps: dict[str, Any] = {
        "arrive": lambda: working.arrive(early=data.early, **more), "leave": lambda: working.leave(**more),
        "take_back": lambda: working.take_back(**more),
        "cancel": lambda: planning.call_off(reason=data.reason, **more),
    }  # fmt: skip
    steps[known("step", data.step, steps)]()
    return _out(request, number)


@router.post("/{number}/agreed-plan", response=VisitOut, summary="Agree the plan on site")
def agreed_plan(request: HttpRequest, number: str, data: AgreeIn) -> VisitOut:
    """Confirm the phenomenon and agree the plan before the work (WO-09)."""
    working.agree_plan(**_more(request, number, data), **data.dict(exclude={"version"}))
    return _out(request, number)


@router.post("/{number}/report", response=VisitOut, summary="Write the report")
def report(request: HttpRequest, number: str, data: FieldReportIn) -> VisitOut:
    """Write down what was done; photos go ahead of it (WO-10)."""
    values = {name: value for name, value in data.dict(exclude={"version"}).items() if value is not None}
    working.write_report(values=values, **_more(request, number, data))
    return _out(request, number)


@router.post("/{number}/photos", response=VisitOut, summary="Add photos of the site")
def photos(request: HttpRequest, number: str, file: File[list[UploadedFile]]) -> VisitOut:
    """Keep photos and video of the site before the customer signs (WO-13); the same photo is not kept twice."""
    visit = _row(request, number)
    working.require_on_it(visit, person(request))
    at_most("file", file, MOST_PHOTOS)
    working.add_photos(visit=visit, by=person(request), uploads=file)
    return _out(request, number)


@router.post("/{number}/signature", response=VisitOut, summary="The customer signs")
def signature(request: HttpRequest, number: str, data: SignIn) -> VisitOut:
    """Keep the customer's rating and signature; the case goes on by it (ACC-07)."""
    try:
        picture = base64.b64decode(data.picture, validate=True)
    except binascii.Error as error:
        raise WrongFields({"picture": _("The signature cannot be read.")}) from error
    signing.sign(picture=picture, **_more(request, number, data), **data.dict(exclude={"version", "picture"}))
    return _out(request, number)


@router.post("/{number}/parts", response={201: RequisitionOut}, summary="Ask for the parts of a visit")
def parts(request: HttpRequest, number: str, data: JobPartsIn) -> Any:
    """Ask for parts for the engineer who goes; they are issued to him and booked with the signed report (PRT-12)."""
    row = ask_parts(visit=_row(request, number), by=person(request), lines=data.pairs(), purpose=data.purpose)
    return RequisitionOut.of(row)


@router.post("/{number}/paper", response={201: PaperOut}, summary="Issue the paper of a visit")
def paper(request: HttpRequest, number: str) -> Any:
    """Issue the field service report or the completion sheet; again it is a correction (WO-10, WO-11)."""
    visit = _row(request, number)
    require(request.user, "documents.issue", visit)
    return PaperOut.of(issue_paper(visit=visit, by=person(request)))

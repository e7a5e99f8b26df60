"""Follow-ups over HTTP: the call list, answers, calls without answers, reviews."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Schema
from pydantic import Field

from bihuan.core.permissions.services import person, require
from bihuan.core.rest.fields import Code, Count, In, Moment, Score, Text, Wide, words
from bihuan.core.rest.problems import known
from bihuan.core.rest.routing import Router
from bihuan.service.followup import permissions as perm
from bihuan.service.followup.models import FollowUp, FollowUpState, ReviewTask
from bihuan.service.followup.queries import reviews_for, visible_to
from bihuan.service.followup.services import Outcome, complete, finish_review, record_attempt

router = Router(tags=["follow-ups"])
MOST = 100


class FollowUpOut(Schema):
    """A planned follow-up; ``questions`` are the codes that ``scores`` must answer."""

    id: int
    case: str
    plan: str
    state: str
    call_at: datetime
    due_at: datetime
    attempts: int
    solved: bool | None
    questions: list[str]

    @classmethod
    def of(cls, row: FollowUp) -> "FollowUpOut":
        """Build the view of a follow-up."""
        sheet = row.case.policy.questionnaire(row.questionnaire)
        own: dict[str, Any] = {
            "case": row.case.number,
            "questions": [item.code for item in sheet.dimensions] if sheet else [],
        }
        return cls(**own, **{name: getattr(row, name) for name in cls.model_fields if name not in own})


class ReviewOut(Schema):
    """The review of an unsatisfied service."""

    id: int
    case: str
    state: str
    version: int
    cause: str
    improvement: str

    @classmethod
    def of(cls, row: ReviewTask) -> "ReviewOut":
        """Build the view of a review."""
        names = ("state", "version", "cause", "improvement")
        return cls(id=row.pk, case=row.follow_up.case.number, **{name: getattr(row, name) for name in names})


class Answers(In):
    """The answers of a customer: a score of 1 to 5 for every question."""

    scores: Annotated[dict[Code, Score], Field(max_length=50)]
    solved: bool
    opinion: Annotated[str, words(5000)] = ""


class AttemptIn(In):
    """A call without answers."""

    outcome: Outcome
    call_again_at: Moment | None = None
    remark: Wide = ""


class AttemptOut(Schema):
    """What became of the follow-up after a call without answers."""

    id: int
    state: str
    call_at: datetime


class ReviewIn(In):
    """The end of a review."""

    cause: Text
    improvement: Text
    version: Count | None = None


def _row(request: HttpRequest, pk: int) -> FollowUp:
    return get_object_or_404(visible_to(request.user).select_related("case"), pk=pk)


@router.get("", response=list[FollowUpOut], summary="The call list")
def call_list(request: HttpRequest, state: Code = "due") -> list[FollowUpOut]:
    """The follow-ups of a state, the earliest call first, at most a hundred."""
    require(request.user, perm.FOLLOW_UP_VIEW)
    known("state", state, set(FollowUpState.values))
    rows = visible_to(request.user).filter(state=state).select_related("case")
    return [FollowUpOut.of(row) for row in rows.order_by("call_at", "id")[:MOST]]


@router.get("/reviews", response=list[ReviewOut], summary="Reviews of unsatisfied services")
def reviews(request: HttpRequest) -> list[ReviewOut]:
    """The reviews, the open ones first, at most a hundred."""
    require(request.user, perm.FOLLOW_UP_VIEW)
    return [ReviewOut.of(row) for row in reviews_for(request.user)[:MOST]]


@router.post("/reviews/{int:pk}", response=ReviewOut, summary="Finish a review")
def review(request: HttpRequest, pk: int, data: ReviewIn) -> ReviewOut:
    """End a review with its cause and its improvement (SUR-15)."""
    row = get_object_or_404(reviews_for(request.user), pk=pk)
    finish_review(review=row, by=person(request), cause=data.cause, improvement=data.improvement,
                  expected_version=data.version)  # fmt: skip
    return ReviewOut.of(get_object_or_404(reviews_for(request.user), pk=pk))


@router.get("/{int:pk}", response=FollowUpOut, summary="One follow-up")
def detail(request: HttpRequest, pk: int) -> FollowUpOut:
    """One follow-up."""
    return FollowUpOut.of(_row(request, pk))


@router.post("/{int:pk}", response=FollowUpOut, summary="Record the answers")
def answer(request: HttpRequest, pk: int, data: Answers) -> FollowUpOut:
    """Record the answers; a bad score opens a review, an unsolved problem opens the case again (SUR-15, ACC-12)."""
    complete(follow_up=_row(request, pk), by=person(request), **data.dict())
    return FollowUpOut.of(_row(request, pk))


@router.post("/{int:pk}/attempts", response={201: AttemptOut}, summary="Record a call without answers")
def attempt(request: HttpRequest, pk: int, data: AttemptIn) -> Any:
    """Nobody there, not convenient, or no wish to talk (SUR-11)."""
    row = _row(request, pk)
    record_attempt(follow_up=row, by=person(request), **data.dict())
    return AttemptOut(id=row.pk, state=row.state, call_at=_row(request, pk).call_at)

"""The quality problem database over HTTP: similar problems, questions to other product lines and their answers."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from bihuan.core.permissions.services import found, person, require
from bihuan.core.rest.fields import Code, Count, In, Line, Moment, Text, words
from bihuan.core.rest.paging import PageQuery, cut
from bihuan.core.rest.problems import known, wrong
from bihuan.core.rest.routing import Router
from bihuan.quality.issues.queries import visible_to
from bihuan.quality.problems import permissions as perm
from bihuan.quality.problems import services, similar
from bihuan.quality.problems.models import ReadAcross, ReadAcrossState
from bihuan.quality.problems.queries import questions_for
from bihuan.registry.products.models import ProductLine
from bihuan.service.desk.api.base import colleague, row_of

router = Router(tags=["problems"])
WITH = ("issue", "line", "owner", "raised")


class MatchOut(Schema):
    """A similar problem with what it shares; ``words`` is the likeness of the texts in per cent."""

    issue: str
    title: str
    state: str
    score: float
    words: int
    reasons: list[str]


class QuestionOut(Schema):
    """A question to a product line; ``raised`` is the issue that its answer opened or joined."""

    id: int
    version: int
    issue: str
    line: str
    state: str
    question: str
    owner: str
    due_at: datetime
    finding: str
    answered_at: datetime | None
    raised: str | None

    @classmethod
    def of(cls, row: ReadAcross) -> "QuestionOut":
        """Build the view of a question."""
        names = ("version", "state", "question", "due_at", "finding", "answered_at")
        return cls(
            id=row.pk, issue=row.issue.number, line=row.line.code, owner=row.owner.username,
            raised=row.raised.number if row.raised else None, **{name: getattr(row, name) for name in names},
        )  # fmt: skip


class QuestionPage(Schema):
    """A page of questions."""

    items: list[QuestionOut]
    next: str | None


class AskIn(In):
    """Product lines by their codes, and who answers for them until when."""

    lines: Annotated[list[Code], Field(min_length=1, max_length=50)]
    owner: Line
    due_at: Moment
    question: Annotated[str, words(300)] = ""


class ReadAcrossIn(In):
    """What was found: absent, prevented or occurs."""

    answer: Code
    finding: Text
    version: Count | None = None


class AgainIn(In):
    """Why the answer does not convince, and the new limit."""

    reason: Annotated[str, words(300, 1)]
    due_at: Moment


def _row(request: HttpRequest, pk: int) -> ReadAcross:
    return found(questions_for(request.user).select_related(*WITH).filter(pk=pk).first())


@router.get("/similar", response=list[MatchOut], summary="Similar problems")
def matches(request: HttpRequest, issue: Line = "", text: Annotated[str, words(2000)] = "") -> list[MatchOut]:
    """Problems like an issue, or like what somebody writes, the most similar first."""
    require(request.user, perm.PROBLEMS_VIEW)
    if bool(issue) == bool(text):
        raise wrong("issue", issue)
    like = (
        similar.of_issue(row_of("issue", visible_to(request.user), issue, "number")) if issue else similar.Asked(text)
    )
    return [
        MatchOut(issue=row.issue.number, title=row.issue.title, state=row.issue.state, score=round(row.score, 3),
                 words=row.words, reasons=[str(reason) for reason in row.reasons])
        for row in similar.find(like, request.user)
    ]  # fmt: skip


@router.get("/questions", response=QuestionPage, summary="List questions to product lines")
def questions(request: HttpRequest, page: PageQuery, state: Code = "", issue: Line = "") -> QuestionPage:
    """The newest questions first, by state or issue: those about issues that you see, and those that you answer."""
    rows = questions_for(request.user)
    if state:
        rows = rows.filter(state=known("state", state, set(ReadAcrossState.values)))
    if issue:
        rows = rows.filter(issue__number=issue)
    items, following = cut(rows.select_related(*WITH), page)
    return QuestionPage(items=[QuestionOut.of(row) for row in items], next=following)


@router.post("/{number}/questions", response={201: list[QuestionOut]}, summary="Ask product lines")
def ask(request: HttpRequest, number: str, data: AskIn) -> Any:
    """Ask lines whether the problem of an issue occurs there too (CAP-19)."""
    issue = found(visible_to(request.user).filter(number=number).first())
    require(request.user, perm.READ_ACROSS, issue)
    lines = list(ProductLine.objects.filter(code__in=data.lines))
    if missing := sorted(set(data.lines) - {line.code for line in lines}):
        raise wrong("lines", missing[0])
    rows = services.ask_lines(
        issue=issue, by=person(request), lines=lines, owner=colleague("owner", data.owner), due_at=data.due_at,
        question=data.question,
    )  # fmt: skip
    return [QuestionOut.of(row) for row in rows]


@router.get("/questions/{int:pk}", response=QuestionOut, summary="One question")
def question(request: HttpRequest, pk: int) -> QuestionOut:
    """One question with its answer."""
    return QuestionOut.of(_row(request, pk))


@router.post("/questions/{int:pk}/answer", response=QuestionOut, summary="Answer")
def answer(request: HttpRequest, pk: int, data: ReadAcrossIn) -> QuestionOut:
    """Answer for a line; where it occurs, the line gets an issue of its own."""
    services.answer(
        row=_row(request, pk), by=person(request), state=data.answer, finding=data.finding,
        expected_version=data.version,
    )  # fmt: skip
    return QuestionOut.of(_row(request, pk))


@router.post("/questions/{int:pk}/again", response=QuestionOut, summary="Ask again")
def again(request: HttpRequest, pk: int, data: AgainIn) -> QuestionOut:
    """Send an answer back with its reason and a new limit."""
    row = _row(request, pk)
    require(request.user, perm.READ_ACROSS, row)
    services.ask_again(row=row, by=person(request), reason=data.reason, due_at=data.due_at)
    return QuestionOut.of(_row(request, pk))

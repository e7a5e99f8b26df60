"""The moves of the workflow table, and every act of the page of an issue with its fields: one rule for both."""

from typing import Annotated, Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from pydantic import Field

from bihuan.core.permissions.services import found, person, require
from bihuan.core.rest.fields import LARGEST, Code, In, MaybeText
from bihuan.core.rest.problems import checked, known, wrong
from bihuan.core.workflow.acting import Act, available
from bihuan.core.workflow.services import choices
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues.actions import ACTS
from bihuan.quality.issues.api.base import issue_of, issue_out, router
from bihuan.quality.issues.api.outputs import ActOut, FieldOut, IssueMoveOut, IssueOut
from bihuan.quality.issues.models import Issue
from bihuan.quality.issues.services import investigating, judging, planning, proving, publishing
from bihuan.quality.issues.workflow import WORKFLOW

MOST_CHOICES = 100
Value = str | int | float | bool | list[str | int] | None
Version = Annotated[int, Field(ge=0, le=LARGEST)]


class IssueMoveIn(In):
    """A move of the table; ``version`` is the one that the caller saw."""

    move: Code
    version: Version
    reason: MaybeText = ""


class ActIn(In):
    """An act with the values of its fields, as ``GET acts`` names them."""

    fields: Annotated[dict[Code, Value], Field(max_length=40)] = {}
    version: Version | None = None


@router.get("/{number}/moves", response=list[IssueMoveOut], summary="Moves of an issue")
def moves(request: HttpRequest, number: str) -> list[IssueMoveOut]:
    """The moves that the caller may make now, with the reason where one is refused yet."""
    return [
        IssueMoveOut(
            move=item.move.name, label=str(item.move.label), needs_reason=item.move.needs_reason,
            refusal=str(item.refusal) if item.refusal else None,
        )
        for item in choices(issue_of(request, number), WORKFLOW, request.user)
    ]  # fmt: skip


@router.post("/{number}/moves", response=IssueOut, summary="Move an issue")
def make_move(request: HttpRequest, number: str, data: IssueMoveIn) -> IssueOut:
    """Make one of the moves that need nothing but a reason.

    They are: start, conclude, submit, implement, prove, close, reopen, cancel, release.
    """
    issue = issue_of(request, number)
    more: dict[str, Any] = {"issue": issue, "by": person(request), "expected_version": data.version}
    why = {"reason": data.reason, **more}
    services: dict[str, Any] = {
        "start": lambda: investigating.start_investigation(**more),
        "conclude": lambda: investigating.conclude_investigation(**more),
        "submit": lambda: planning.submit_plan(**more),
        "implement": lambda: publishing.start_implementation(**more),
        "prove": lambda: proving.finish_measures(**more),
        "close": lambda: proving.close_issue(**more),
        "reopen": lambda: proving.reopen_issue(**why),
        "cancel": lambda: proving.cancel_issue(**why),
        "release": lambda: judging.release_work(**why),
    }
    services[known("move", data.move, services)]()
    return issue_out(request, number)


@router.get("/{number}/acts", response=list[ActOut], summary="Acts on an issue")
def acts(request: HttpRequest, number: str) -> list[ActOut]:
    """The acts that the caller may take now, each with its fields and their choices."""
    issue = issue_of(request, number)
    rows = available(ACTS, issue, request.user)
    return [ActOut(act=act.name, label=str(act.label), fields=_fields(act, issue)) for act in rows]


def _fields(act: Act, issue: Issue) -> list[FieldOut]:
    form = act.form(row=issue) if act.form else None
    found_fields: dict[str, Any] = form.fields if form is not None else {}
    return [
        FieldOut(name=name, label=str(field.label or name), required=field.required, choices=_choices(field),
                 many=isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField))
        for name, field in found_fields.items()
        if not isinstance(field, forms.FileField)
    ]  # fmt: skip


def _choices(field: Any) -> list[tuple[str, str]] | None:
    rows = getattr(field, "queryset", None)
    if rows is not None:
        return [(str(row.pk), str(row)) for row in rows[:MOST_CHOICES]]
    pairs = getattr(field, "choices", None)
    return [(str(value), str(label)) for value, label in list(pairs)[:MOST_CHOICES]] if pairs else None


@router.post("/{number}/acts/{name}", response=IssueOut, summary="Take an act on an issue")
def take_act(request: HttpRequest, number: str, name: str, data: ActIn) -> IssueOut:
    """Take an act as on the page: the same right, the same form, the same service; files are uploaded before."""
    issue, act = issue_of(request, number), found(ACTS.get(name))
    if act.permission:
        require(request.user, act.permission, issue)
    if issue.state not in act.states:
        raise MoveRefused(_("This is not possible in the present state."), code="state")
    values = checked(act.form(_sent(act, issue, data), row=issue)) if act.form else {}
    with transaction.atomic():
        act.run(issue, person(request), values, data.version)
    return issue_out(request, number)


def _sent(act: Act, issue: Issue, data: ActIn) -> QueryDict:
    """The values as a form takes them; a field that the act does not have is told."""
    form = act.form(row=issue) if act.form else None
    known_fields: dict[str, Any] = form.fields if form is not None else {}
    sent = QueryDict(mutable=True)
    for key, value in data.fields.items():
        if key not in known_fields:
            raise wrong(f"fields.{key}", key)
        if texts := _texts(value, box=isinstance(known_fields[key], forms.BooleanField)):
            sent.setlist(key, texts)
    return sent


def _texts(value: Value, *, box: bool) -> list[str]:
    """A value as the browser would send it: an empty box is not sent, a yes is 1 and a no is 0."""
    if value is None or (box and not value):
        return []
    if isinstance(value, list):
        return [str(part) for part in value]
    return [str(int(value)) if isinstance(value, bool) else str(value)]

"""The one inbox of all channels over HTTP: what came, what became of it, what a person must decide."""

from typing import Any

from django.http import HttpRequest
from ninja import Schema

from bihuan.core.permissions.services import found, person, require
from bihuan.core.rest.fields import Code
from bihuan.core.rest.paging import PageQuery, cut
from bihuan.core.rest.problems import known, wrong
from bihuan.core.rest.routing import Router
from bihuan.service.desk.api.inputs import DecisionIn
from bihuan.service.desk.api.outputs import InboxMessage, InboxOut, InboxPage
from bihuan.service.desk.models import CaseMessage
from bihuan.service.desk.queries import visible_to as visible_cases
from bihuan.service.desk.routing import add_to_case, open_case, readable
from bihuan.service.intake import permissions as perm
from bihuan.service.intake.models import InboundMessage, MessageState
from bihuan.service.intake.queries import visible_to
from bihuan.service.intake.services import dismiss

router = Router(tags=["inbox"])


class Decided(Schema):
    """What became of the message."""

    state: str
    case: str | None


@router.get("", response=InboxPage, summary="List the inbox")
def list_messages(request: HttpRequest, page: PageQuery, state: Code = "") -> InboxPage:
    """The newest messages first, by state."""
    require(request.user, perm.INBOX_VIEW)
    rows = visible_to(request.user)
    if state:
        rows = rows.filter(state=known("state", state, set(MessageState.values)))
    items, following = cut(rows, page)
    cases = _cases_of(items)
    return InboxPage(items=[InboxOut.of(row, cases.get(row.pk)) for row in items], next=following)


def _cases_of(rows: list[InboundMessage]) -> dict[int | None, str]:
    links = CaseMessage.objects.filter(inbound__in=[row.pk for row in rows]).select_related("case")
    return {row.inbound_id: row.case.number for row in links}


def _message(request: HttpRequest, pk: int) -> InboundMessage:
    return found(visible_to(request.user).defer(None).filter(pk=pk).first())


@router.get("/{int:pk}", response=InboxMessage, summary="One message")
def detail(request: HttpRequest, pk: int) -> InboxMessage:
    """One message with its words."""
    row = _message(request, pk)
    return InboxMessage(text=row.text, **InboxOut.of(row, _cases_of([row]).get(row.pk)).dict())


@router.post("/{int:pk}/decision", response={201: Decided}, summary="Decide about a message")
def decide(request: HttpRequest, pk: int, data: DecisionIn) -> Any:
    """Open a case from a message, add it to one, or say why it needs none."""
    row, user = _message(request, pk), person(request)
    require(user, perm.INBOX_ROUTE)
    known("choice", data.choice, ("open", "join", "dismiss"))
    if data.choice == "dismiss":
        dismiss(message=row, by=user, reason=data.reason)
        return Decided(state=MessageState.IGNORED.value, case=None)
    if data.choice == "join":
        case = visible_cases(user).filter(number=data.number).first()
        if case is None:
            raise wrong("number", data.number)
        add_to_case(message=row, case=case, mail=readable(row), by=user)
    else:
        case = open_case(message=row, mail=readable(row), by=user)
    return Decided(state=MessageState.ROUTED.value, case=case.number)

"""The one inbox of all channels: what came, what became of it, what a person must decide."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.listing.paging import capped, page_of
from bihuan.core.permissions.services import found, person, require
from bihuan.core.policy import queries as policy
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.desk.models import CaseMessage
from bihuan.service.desk.queries import visible_to as visible_cases
from bihuan.service.desk.routing import add_to_case, open_case, readable
from bihuan.service.intake import permissions as perm
from bihuan.service.intake.models import InboundMessage, MessageState
from bihuan.service.intake.queries import visible_to
from bihuan.service.intake.services import dismiss


def inbox(request: HttpRequest) -> HttpResponse:
    """List the messages by state."""
    require(request.user, perm.INBOX_VIEW)
    rows, state = visible_to(request.user), request.GET.get("state", "")
    tabs = [
        ("", _("All"), capped(rows)),
        *((s.value, s.label, capped(rows.filter(state=s))) for s in MessageState),
    ]
    page = page_of(rows.filter(state=state) if state in MessageState.values else rows, request.GET)
    links = {row.inbound_id: row.case.number for row in _cases_of(page.rows)}
    channels = {row.code: row.name for row in policy.default().channels}
    context = {"page": page, "tabs": tabs, "state": state, "links": links, "channels": channels}
    return render(request, "desk/inbox.html", context)


def _cases_of(rows: list[InboundMessage]) -> list[CaseMessage]:
    return list(CaseMessage.objects.filter(inbound__in=[row.pk for row in rows]).select_related("case"))


def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message as it was read, with what can be done about it."""
    row = found(visible_to(request.user).defer(None).defer("raw").filter(pk=pk).first())
    linked = CaseMessage.objects.filter(inbound=row).select_related("case").first()
    open_for_decision = row.state in {MessageState.WAITING, MessageState.QUARANTINED, MessageState.IGNORED}
    context = {"message_row": row, "linked": linked, "may_decide": open_for_decision}
    return render(request, "desk/message.html", context)


def raw(request: HttpRequest, pk: int) -> HttpResponse:
    """The mail exactly as it came, as a download."""
    require(request.user, perm.INBOX_ROUTE)
    row = found(visible_to(request.user).defer(None).filter(pk=pk, raw__isnull=False).first())
    response = HttpResponse(bytes(row.raw or b""), content_type="message/rfc822")
    response["Content-Disposition"] = f'attachment; filename="message-{row.pk}.eml"'
    return response


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a case from a message, add it to one, or decide that it needs none."""
    require(request.user, perm.INBOX_ROUTE)
    row = found(visible_to(request.user).defer(None).filter(pk=pk).first())
    choice, user = request.POST.get("choice"), person(request)
    if choice == "dismiss":
        dismiss(message=row, by=user, reason=request.POST.get("reason", ""))
        messages.success(request, _("The message needs no case."))
        return redirect("inbox:list")
    if choice not in {"join", "open"}:
        raise MoveRefused(_("Please choose from the list."), code="choice")
    mail = readable(row)
    if choice == "join":
        case = visible_cases(user).filter(number=request.POST.get("number", "").strip()).first()
        if case is None:
            raise MoveRefused(_("There is no other case with this number."), code="number")
        add_to_case(message=row, case=case, mail=mail, by=user)
    else:
        case = open_case(message=row, mail=mail, by=user)
    return redirect("desk:case", case.number)

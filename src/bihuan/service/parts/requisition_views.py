"""The pages of requisitions: parse, authorise, call one service, render."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.activity.queries import timeline
from bihuan.core.approvals.queries import for_subject as approvals_of
from bihuan.core.documents.queries import for_subject as documents_of
from bihuan.core.listing.pages import list_page
from bihuan.core.permissions.services import can, found, person, require
from bihuan.core.workflow.acting import Outcome, acts_context, steps_of, take
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.desk.queries import visible_to as visible_cases
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.models import Requisition, RequisitionState
from bihuan.service.parts.queries import requisition_for, requisitions_for
from bihuan.service.parts.requisition_actions import ACTS
from bihuan.service.parts.requisition_forms import AskForm
from bihuan.service.parts.requisition_listing import REQUISITIONS
from bihuan.service.parts.services.requisitions import ask as ask_for_parts

WAY = (RequisitionState.ASKED, RequisitionState.APPROVED, RequisitionState.ISSUED, RequisitionState.CLOSED)


def requisition_list(request: HttpRequest) -> HttpResponse:
    """List requisitions by state."""
    return list_page(request, REQUISITIONS, "parts/requisitions.html", {"may_ask": can(request.user, perm.PARTS_ASK)})


def ask(request: HttpRequest) -> HttpResponse:
    """Ask for parts, from a case or by hand."""
    require(request.user, perm.PARTS_ASK)
    case = _case(request, request.POST.get("case") or request.GET.get("case", ""))
    initial = {"case": case.number, "purpose": case.summary} if case else {}
    form = AskForm(
        request.POST or None, initial={**initial, "receiver": request.user.pk}, model=case.model if case else None
    )
    status = 200
    if request.method == "POST":
        status, row = 422, _asked(request, form, case) if form.is_valid() else None
        if row is not None:
            messages.success(request, _("Asked for: %(number)s") % {"number": row.number})
            return redirect("parts:requisition", row.number)
    return render(request, "parts/ask.html", {"form": form, "case": case}, status=status)


def _case(request: HttpRequest, number: str) -> Any:
    return visible_cases(request.user).select_related("model").filter(number=number).first() if number else None


def _asked(request: HttpRequest, form: AskForm, case: Any) -> Requisition | None:
    data = dict(form.cleaned_data)
    if data.pop("case") and case is None:
        form.add_error("case", _("There is no case of this number that you may see."))
        return None
    try:
        return ask_for_parts(by=person(request), case=case, **data)
    except MoveRefused as refused:
        form.add_error(refused.code if refused.code in form.fields else None, str(refused.reason))
        return None


def page(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about one requisition."""
    row = found(requisition_for(request.user, number))
    return render(request, "parts/requisition.html", _context(row, request.user, request.GET.get("do", "")))


def _context(row: Requisition, user: Any, wish: str = "", outcome: Outcome | None = None) -> dict[str, Any]:
    return {
        "row": row, "lines": list(row.lines.all()), "act_address": "parts:requisition_act",
        "who": f"{_('Receiver')}：{row.receiver}", **acts_context(ACTS, row, user, wish, outcome),
        "steps": steps_of(row.state, WAY), "approvals": approvals_of(row), "papers": documents_of(row),
        "timeline": timeline(row), "sees_case": row.case is not None
        and visible_cases(user).filter(requisitions=row).exists(),
    }  # fmt: skip


def go(request: HttpRequest, pk: int) -> HttpResponse:
    """Find a requisition by its id, for links from notices and approvals."""
    return redirect("parts:requisition", get_object_or_404(requisitions_for(request.user), pk=pk).number)


@require_POST
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Take one act; what was typed stays on the page when it is refused."""
    outcome = take(request, ACTS, found(requisition_for(request.user, number)), name)
    if outcome.is_done:
        messages.success(request, _("Done: %(what)s") % {"what": outcome.act.label})
        return redirect("parts:requisition", number)
    context = _context(found(requisition_for(request.user, number)), request.user, name, outcome)
    return render(request, "parts/requisition.html", context, status=outcome.status)

"""Asking for parts; the pages of a requisition are those of every paper."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bihuan.core.permissions.services import person, require
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.desk.queries import visible_to as visible_cases
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.models import Requisition
from bihuan.service.parts.requisition_forms import AskForm
from bihuan.service.parts.services.requisitions import ask as ask_for_parts


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

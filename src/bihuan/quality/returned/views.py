"""The pages of returned defectives: parse, authorise, call one service, render."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.activity.queries import timeline
from bihuan.core.deadlines.services import milestones, of_subject
from bihuan.core.listing.pages import list_page
from bihuan.core.permissions.services import can, found, person, require
from bihuan.core.workflow import acting
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.returned import permissions as perm
from bihuan.quality.returned import services
from bihuan.quality.returned.actions import ACTS
from bihuan.quality.returned.forms import HandOverForm
from bihuan.quality.returned.listing import RETURNED
from bihuan.quality.returned.models import Returned
from bihuan.quality.returned.queries import for_page, visible_to
from bihuan.service.desk.queries import visible_to as visible_cases


def returned_list(request: HttpRequest) -> HttpResponse:
    """List hand-overs."""
    context = {"may_hand_over": can(request.user, perm.RETURNED_HAND_OVER)}
    return list_page(request, RETURNED, "returned/list.html", context)


def hand_over(request: HttpRequest) -> HttpResponse:
    """Hand defectives over, from a case or from the hand."""
    require(request.user, perm.RETURNED_HAND_OVER)
    case = visible_cases(request.user).filter(number=request.GET.get("case", "")).first()
    initial: dict[str, Any] = {}
    if case is not None:
        initial = {"case": case.number, "model": case.model_id, "serials": case.serial_text, "problem": case.summary}
    form, status = HandOverForm(request.POST or None, initial=initial), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            row = _handed(request, form)
            if row is not None:
                messages.success(request, _("Handed over as %(number)s.") % {"number": row.number})
                return redirect("returned:returned", row.number)
    return render(request, "returned/hand_over.html", {"form": form}, status=status)


def _handed(request: HttpRequest, form: HandOverForm) -> Returned | None:
    data = dict(form.cleaned_data)
    number = data.pop("case")
    case = visible_cases(request.user).filter(number=number).first() if number else None
    if number and case is None:
        form.add_error("case", _("There is no case of this number that you may see."))
        return None
    try:
        return services.hand_over(by=person(request), case=case, **data)
    except MoveRefused as refused:
        form.add_error(refused.code if refused.code in form.fields else None, str(refused.reason))
        return None


def page(request: HttpRequest, number: str) -> HttpResponse:
    """One hand-over."""
    row = found(for_page(request.user, number))
    return render(request, "returned/returned.html", _context(row, request.user, request.GET.get("do", "")))


def _context(row: Returned, user: Any, wish: str = "", outcome: acting.Outcome | None = None) -> dict[str, Any]:
    return {
        "row": row, "act_address": "returned:act", "who": f"{_('Engineer')}：{row.owner or '—'}",
        **acting.acts_context(ACTS, row, user, wish, outcome), "deadlines": milestones(of_subject(row)),
        "timeline": timeline(row),
    }  # fmt: skip


def go(request: HttpRequest, pk: int) -> HttpResponse:
    """Find a hand-over by its id, for links from notices."""
    return redirect("returned:returned", get_object_or_404(visible_to(request.user), pk=pk).number)


@require_POST
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Take one act; what was typed stays on the page when it is refused."""
    outcome = acting.take(request, ACTS, found(for_page(request.user, number)), name)
    if outcome.is_done:
        messages.success(request, _("Done: %(what)s") % {"what": outcome.act.label})
        return redirect("returned:returned", number)
    context = _context(found(for_page(request.user, number)), request.user, name, outcome)
    return render(request, "returned/returned.html", context, status=outcome.status)

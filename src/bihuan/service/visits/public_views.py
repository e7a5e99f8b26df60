"""Without a sign-in: the customer's page of a visit with his yes and his signature; calendars of people and teams."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.core.permissions.services import can, found
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.calendar import TEAM, user_of, written, written_of_team
from bihuan.service.visits.forms import AppointmentForm, SignForm, signed_values
from bihuan.service.visits.models import Visit, VisitState
from bihuan.service.visits.queries import for_calendar
from bihuan.service.visits.rosters import of_team
from bihuan.service.visits.services.planning import confirm, wish_other_time
from bihuan.service.visits.services.signing import sign as signed
from bihuan.service.visits.workflow import AHEAD


def _visit(token: str) -> Visit:
    rows = Visit.objects.select_related("case__customer", "engineer", "report", "planned_by")
    return get_object_or_404(rows.exclude(state=VisitState.ASKED), token=token)


def _shown(visit: Visit, form: Any) -> dict[str, Any]:
    return {"visit": visit, "case": visit.case, "company": visit.policy.company, "form": form,
            "asks": visit.state in AHEAD, "report": getattr(visit, "report", None)}  # fmt: skip


@login_not_required
def visit(request: HttpRequest, token: str) -> HttpResponse:
    """The customer agrees to the time, or says which one suits him (WO-14, WO-18)."""
    row = _visit(token)
    form = AppointmentForm(request.POST or None, row=row)
    if request.method != "POST" or not form.is_valid():
        return render(request, "visits/public/visit.html", _shown(row, form), status=422 if form.is_bound else 200)
    data = form.cleaned_data
    try:
        if data["decision"] == "yes":
            confirm(visit=row, person=data["person"])
        else:
            wish_other_time(visit=row, person=data["person"], **form.wished())
    except MoveRefused as refused:
        form.add_error(refused.code if refused.code in form.fields else None, str(refused.reason))
        return render(request, "visits/public/visit.html", _shown(_visit(token), form), status=409)
    messages.success(request, _("Thank you, your decision has reached us."))
    return redirect("visit:appointment", token)


@login_not_required
def sign(request: HttpRequest, token: str) -> HttpResponse:
    """The customer reads the report, rates it and signs, on his own screen (ACC-07)."""
    row = _visit(token)
    form = SignForm(request.POST or None, row=row)
    if request.method != "POST" or not form.is_valid():
        return render(request, "visits/public/sign.html", _shown(row, form), status=422 if form.is_bound else 200)
    try:
        signed(visit=row, **signed_values(form.cleaned_data))
    except MoveRefused as refused:
        form.add_error(refused.code if refused.code in form.fields else None, str(refused.reason))
        return render(request, "visits/public/sign.html", _shown(_visit(token), form), status=409)
    messages.success(request, _("Thank you, your decision has reached us."))
    return redirect("visit:appointment", token)


@require_GET
@login_not_required
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """A person's visits for the calendar of his telephone; the address is his secret (WO-17)."""
    return _feed(written(for_calendar(found(user_of(token)))))


@require_GET
@login_not_required
def team_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The roster of everybody whom a planner sees, or of a region, as a calendar; the address is his secret (WO-17)."""
    user = found(user_of(token, TEAM))
    if not can(user, perm.VISITS_PLAN):
        raise Http404
    return _feed(written_of_team(*of_team(user, request.GET.get("region", ""))))


def _feed(text: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="visits.ics"'
    return response

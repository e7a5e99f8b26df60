"""The pages of visits: parse, authorise, call one service, render."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.listing.pages import list_page
from bihuan.core.permissions.services import can, found, person, require
from bihuan.core.workflow.acting import Outcome, take
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.desk.models import Case
from bihuan.service.desk.queries import for_page as case_for
from bihuan.service.visits import pages
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.actions import ACTS
from bihuan.service.visits.boarding import board_context
from bihuan.service.visits.forms import PlanForm, RescheduleForm
from bihuan.service.visits.listing import VISITS
from bihuan.service.visits.queries import for_page, visible_to
from bihuan.service.visits.services.planning import plan_visit, purposes_of, usual_values
from bihuan.service.visits.services.signing import issue_paper
from bihuan.service.visits.services.wishing import wish_of


def visit_list(request: HttpRequest) -> HttpResponse:
    """List visits by state, day and engineer."""
    return list_page(request, VISITS, "visits/list.html", {"may_plan": can(request.user, perm.VISITS_PLAN)})


def mine(request: HttpRequest) -> HttpResponse:
    """My visits of a day, made for the telephone in the hand."""
    require(request.user, perm.VISITS_WORK)
    return render(request, "visits/mine.html", pages.my_day(request.user, request.GET.get("day", "")))


def board(request: HttpRequest) -> HttpResponse:
    """The dispatch board by day or by week."""
    require(request.user, perm.VISITS_PLAN)
    view = "day" if request.GET.get("view") == "day" else "week"
    day = pages.named_day(request.GET.get("day", ""))
    return render(request, "visits/board.html", board_context(request.user, day, view, request.GET.get("region", "")))


def plan(request: HttpRequest, number: str) -> HttpResponse:
    """Plan a visit for a case; "who suits" shows the people for the chosen time without planning anything."""
    case = found(case_for(request.user, number))
    require(request.user, perm.VISITS_PLAN, case)
    asks = request.method == "POST" and "suggest" not in request.POST
    form, status = PlanForm(request.POST if asks else None, initial=_initial(request, case), case=case), 200
    if asks:
        status = 422
        if form.is_valid():
            try:
                visit = plan_visit(case=case, by=person(request), **form.cleaned_data)
            except MoveRefused as refused:
                form.add_error(refused.code if refused.code in form.fields else None, str(refused.reason))
                status = 409
            else:
                messages.success(request, _("Planned: %(number)s") % {"number": visit.number})
                return redirect("visits:visit", visit.number)
    context = {
        "form": form, "case": case, "candidates": pages.candidates(case, form), "possible": purposes_of(case),
        "wish": wish_of(case),
    }  # fmt: skip
    return render(request, "visits/plan.html", context, status=status)


def _initial(request: HttpRequest, case: Case) -> dict[str, Any]:
    """What is known already: the agreed solution, the contact, and what was typed before somebody was chosen."""
    start, end = pages.usual_time(case.policy.visits.usual_hours, request.GET.get("day", ""), wish_of(case))
    purposes = purposes_of(case)
    known: dict[str, Any] = {
        "purpose": purposes[0].value if purposes else "", "starts_at": start, "ends_at": end,
        "engineer": request.GET.get("engineer", ""), **usual_values(case),
    }  # fmt: skip
    return known | _asked_for(request, PlanForm)


def _asked_for(request: HttpRequest, form: Any) -> dict[str, Any]:
    """What was typed before "who suits" was pressed; it is shown again and nothing else happens to it."""
    if "suggest" not in request.POST:
        return {}
    typed = {name: request.POST[name] for name in form.base_fields if name in request.POST}
    return {**typed, "helpers": request.POST.getlist("helpers")}


def page(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about one visit on one page."""
    visit = found(for_page(request.user, number))
    return render(request, "visits/visit.html", pages.visit_context(visit, request.user, request.GET.get("do", "")))


def go(request: HttpRequest, pk: int) -> HttpResponse:
    """Find a visit by its id, for links from search, notices, papers and approvals."""
    return redirect("visits:visit", get_object_or_404(visible_to(request.user), pk=pk).number)


@require_POST
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Take one act; what was typed stays on the page when it is refused."""
    visit = found(for_page(request.user, number))
    if name == "reschedule" and (typed := _asked_for(request, RescheduleForm)):
        require(request.user, perm.VISITS_PLAN, visit)
        outcome = Outcome(ACTS[name], RescheduleForm(initial=typed, row=visit), status=200)
        return render(request, "visits/visit.html", pages.visit_context(visit, request.user, name, outcome))
    outcome = take(request, ACTS, visit, name)
    if outcome.is_done:
        messages.success(request, _("Done: %(what)s") % {"what": outcome.act.label})
        return redirect("visits:visit", number)
    context = pages.visit_context(found(for_page(request.user, number)), request.user, name, outcome)
    return render(request, "visits/visit.html", context, status=outcome.status)


@require_POST
def paper(request: HttpRequest, number: str) -> HttpResponse:
    """Issue the paper of a visit, before it for the road or after it as a correction."""
    visit = found(for_page(request.user, number))
    require(request.user, "documents.issue", visit)
    try:
        document = issue_paper(visit=visit, by=person(request))
    except MoveRefused as refused:
        messages.error(request, str(refused.reason))
        return redirect("visits:visit", number)
    return redirect("documents:detail", document.pk)

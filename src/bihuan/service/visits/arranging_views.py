"""The duty roster as a paper, and the time that a customer wishes."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.documents.queries import for_subject as documents_of
from bihuan.core.permissions.services import can, found, person, require
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.desk.queries import for_page as case_for
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.forms import WishForm
from bihuan.service.visits.pages import wished_day
from bihuan.service.visits.rosters import rosters_of
from bihuan.service.visits.services.rostering import issue_roster
from bihuan.service.visits.services.wishing import keep_wish, wish_of


@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """Issue the roster of the days that the board shows."""
    require(request.user, perm.VISITS_PLAN)
    first = wished_day(request.POST.get("first", ""))
    last = wished_day(request.POST.get("last", ""))
    try:
        document = issue_roster(first=first, last=last, by=person(request))
    except MoveRefused as refused:
        messages.error(request, str(refused.reason))
        return redirect(f"{reverse('visits:board')}?day={first:%Y-%m-%d}")
    values = {"number": document.number, "revision": document.revision}
    messages.success(request, _("Issued: %(number)s, revision %(revision)s") % values)
    return redirect("visits:roster", document.subject_id)


@require_GET
def roster(request: HttpRequest, pk: int) -> HttpResponse:
    """A duty roster with the revisions of its paper."""
    row = found(rosters_of(request.user).select_related("drawn_by").filter(pk=pk).first())
    may = row.drawn_by_id == person(request).pk and can(request.user, perm.VISITS_PLAN)
    context: dict[str, Any] = {
        "row": row, "papers": documents_of(row), "people": row.people.select_related("region").order_by("username"),
        "may_plan": can(request.user, perm.VISITS_PLAN), "may_issue": may,
        "view": "week" if row.last_on - row.first_on > timedelta(0) else "day",
    }  # fmt: skip
    return render(request, "visits/roster.html", context)


def wish(request: HttpRequest, number: str) -> HttpResponse:
    """Keep when the customer of a case wishes the visit."""
    case = found(case_for(request.user, number))
    require(request.user, perm.VISITS_PLAN, case)
    form, status = WishForm(request.POST or None, kept=wish_of(case), initial={"person": case.contact_name}), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                keep_wish(case=case, by=person(request), **form.cleaned_data)
            except MoveRefused as refused:
                form.add_error(refused.code if refused.code in form.fields else None, str(refused.reason))
                status = 409
            else:
                messages.success(request, _("The wished time is kept."))
                return redirect("visits:plan", number)
    return render(request, "visits/wish.html", {"form": form, "case": case}, status=status)

"""What waits for my approval, and deciding it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.approvals.delegating import delegate, end_delegation
from bihuan.core.approvals.forms import DelegationForm
from bihuan.core.approvals.matter import facts_of
from bihuan.core.approvals.queries import delegations_of, open_for, visible
from bihuan.core.approvals.seats import may_vote
from bihuan.core.approvals.services import vote
from bihuan.core.listing.paging import page_of
from bihuan.core.permissions.services import found, person
from bihuan.core.search.queries import address_of
from bihuan.core.workflow.table import MoveRefused

DECISIONS = {"yes": True, "no": False}


def todo(request: HttpRequest) -> HttpResponse:
    """My open approvals."""
    return render(request, "approvals/todo.html", {"rows": open_for(request.user)})


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One approval with its chain and its votes; a POST decides the open step."""
    row = found(visible(request.user, pk))
    problem, status = "", 200
    if request.method == "POST":
        version, decision = request.POST.get("version", ""), request.POST.get("decision")
        try:
            if decision not in DECISIONS and may_vote(row, request.user):
                raise MoveRefused(_("Please choose whether you approve or return it."), code="decision")
            vote(
                approval=row,
                by=request.user,
                approved=DECISIONS.get(decision or "", False),
                comment=request.POST.get("comment", ""),
                expected_version=int(version) if version.isdigit() else None,
            )
        except MoveRefused as refused:
            problem, status = str(refused.reason), 422 if refused.code == "decision" else 409
        else:
            messages.success(request, _("Your decision is recorded."))
            return redirect("approvals:todo")
    context = {
        "row": row, "problem": problem, "votes": row.votes.select_related("user", "deputy"),
        "mine": may_vote(row, request.user), "go": address_of(row.subject_type, row.subject_id),
        "facts": facts_of(row),
    }  # fmt: skip
    return render(request, "approvals/detail.html", context, status=status)


def delegation(request: HttpRequest) -> HttpResponse:
    """My deputies and those whose deputy I am; a POST gives my votes to a deputy for a time."""
    form = DelegationForm(request.POST or None, user=person(request), initial={"starts_on": timezone.localdate()})
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            row = delegate(giver=person(request), **form.cleaned_data)
        except MoveRefused as refused:
            form.add_error(refused.code, str(refused.reason))
            status = 409
        else:
            messages.success(request, _("%(name)s decides for you in this time.") % {"name": row.deputy})
            return redirect("approvals:delegation")
    page = page_of(delegations_of(request.user), request.GET)
    return render(request, "approvals/delegation.html", {"form": form, "page": page}, status=status)


@require_POST
def delegation_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a delegation that I gave or hold."""
    row = found(delegations_of(request.user).filter(pk=pk).first())
    try:
        end_delegation(delegation=row, by=person(request))
    except MoveRefused as refused:
        messages.error(request, str(refused.reason))
    else:
        messages.success(request, _("The delegation has ended."))
    return redirect("approvals:delegation")

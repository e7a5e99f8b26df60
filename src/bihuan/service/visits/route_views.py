"""The pages of a proposed day: asking for it, reading it, accepting all of it or some visits."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.jobs.models import Job
from bihuan.core.permissions.services import found, person, require
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.pages import wished_day
from bihuan.service.visits.proposing import next_day_of_work
from bihuan.service.visits.services.dispatching import accept as accepted
from bihuan.service.visits.services.dispatching import ask_for_day, proposal_of


@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Ask for a proposal of the day that the board shows; where nobody works any more that day, of the next one."""
    require(request.user, perm.VISITS_PLAN)
    day = next_day_of_work(wished_day(request.POST.get("day", "")))
    return redirect("visits:proposal", ask_for_day(day=day, by=person(request)).pk)


def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """The proposal, or how far its search is."""
    require(request.user, perm.VISITS_PLAN)
    return render(request, "visits/proposal.html", _shown(found(proposal_of(request.user, pk))))


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan what was chosen; what is refused stays on the page with its reason."""
    require(request.user, perm.VISITS_PLAN)
    row = found(proposal_of(request.user, pk))
    chosen = set(request.POST.getlist("case"))
    try:
        planned, refused = accepted(proposal=row, chosen=chosen, by=person(request))
    except MoveRefused as error:
        return render(request, "visits/proposal.html", _shown(row, refusal=str(error.reason)), status=409)
    if not chosen:
        context = _shown(row, refusal=_("Choose at least one visit."))
        return render(request, "visits/proposal.html", context, status=422)
    if planned:
        messages.success(request, _("Planned: %(number)s") % {"number": "、".join(one.number for one in planned)})
    if refused:
        return render(request, "visits/proposal.html", _shown(row, refused=refused), status=409)
    return redirect(_board_of(row))


def _board_of(row: Job) -> str:
    """The board of the proposed day, on which the planned visits stand."""
    return f"{reverse('visits:board')}?{urlencode({'view': 'day', 'day': row.payload['day']})}"


def _shown(row: Job, **more: Any) -> dict[str, Any]:
    return {"job": row, "plan": row.result, "refusal": "", "refused": [], "board": _board_of(row), **more}

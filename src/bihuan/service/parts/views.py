"""The pages of stock: parse, authorise, call one service, render."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.listing.pages import list_page
from bihuan.core.permissions.services import can, found, require
from bihuan.core.policy import queries as policy
from bihuan.core.workflow.acting import take
from bihuan.registry.spares import permissions as spares
from bihuan.service.parts import pages
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.actions import ACTS
from bihuan.service.parts.idle import totals
from bihuan.service.parts.idle_listing import IDLE
from bihuan.service.parts.listing import LEDGER, STOCK
from bihuan.service.parts.money import yuan
from bihuan.service.parts.queries import for_page, visible_to


def stock_list(request: HttpRequest) -> HttpResponse:
    """List parts with what is in store."""
    return list_page(request, STOCK, "parts/stock.html", {"may_edit": can(request.user, spares.SPARES_EDIT)})


def ledger(request: HttpRequest) -> HttpResponse:
    """The ledger of moves: time, quantity, source, destination (PRT-03)."""
    return list_page(request, LEDGER, "parts/ledger.html")


def idle(request: HttpRequest) -> HttpResponse:
    """Stock that lies idle, with what is bound in it; whoever keeps the stock asks from here to scrap it (PRT-05)."""
    require(request.user, perm.PARTS_VIEW)
    sees = can(request.user, perm.PARTS_VALUE)
    sums = [(one, f"{yuan(one.value):,.2f}" if sees else "") for one in totals(request.user)]
    context = {"sums": sums, "why": request.GET.get("why", ""), "days": policy.default().parts.idle_days}
    return list_page(request, IDLE, "parts/idle.html", context)


def part_page(request: HttpRequest, code: str) -> HttpResponse:
    """One part: where it lies and what moved."""
    row = found(for_page(request.user, code))
    return render(request, "parts/part.html", pages.part_context(row, request.user, request.GET.get("do", "")))


def go(request: HttpRequest, pk: int) -> HttpResponse:
    """Find a part by its id, for links from the search."""
    return redirect("parts:part", get_object_or_404(visible_to(request.user), part=pk).part.code)


@require_POST
def act(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Take one act; what was typed stays on the page when it is refused."""
    outcome = take(request, ACTS, found(for_page(request.user, code)), name)
    if outcome.is_done:
        messages.success(request, _("Done: %(what)s") % {"what": outcome.act.label})
        return redirect("parts:part", code)
    context = pages.part_context(found(for_page(request.user, code)), request.user, name, outcome)
    return render(request, "parts/part.html", context, status=outcome.status)

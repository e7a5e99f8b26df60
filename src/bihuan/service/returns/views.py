"""The pages of returns: parse, authorise, call one service, render."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.documents.labels import labels_page
from bihuan.core.documents.queries import for_subject as documents_of
from bihuan.core.documents.services import issue
from bihuan.core.listing.pages import list_page
from bihuan.core.permissions.services import can, found, person, require
from bihuan.core.workflow.acting import take
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.desk.queries import for_page as case_for
from bihuan.service.desk.services.registration import Report
from bihuan.service.returns import pages
from bihuan.service.returns import permissions as perm
from bihuan.service.returns.actions import ACTS
from bihuan.service.returns.forms import RequestForm, SalesForm
from bihuan.service.returns.listing import RETURNS
from bihuan.service.returns.models import ReturnOrder
from bihuan.service.returns.queries import for_page, visible_to
from bihuan.service.returns.services.requesting import request_for_sales, request_return

PAPERS = ("F19", "F20")


def order_list(request: HttpRequest) -> HttpResponse:
    """List returns by state, degree and what was found."""
    return list_page(request, RETURNS, "returns/list.html", {"may_request": can(request.user, perm.RETURNS_REQUEST)})


def board(request: HttpRequest) -> HttpResponse:
    """What stands where."""
    require(request.user, perm.RETURNS_VIEW)
    return render(request, "returns/board.html", pages.board_context(request.user))


def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for a return from a case (RET-01)."""
    case = found(case_for(request.user, number))
    require(request.user, perm.RETURNS_REQUEST, case)
    initial = {
        "problem": case.description or case.summary, "contact_name": case.contact_name,
        "contact_phone": case.contact_phone, "address": case.customer.address if case.customer else "",
    }  # fmt: skip
    form = RequestForm(request.POST or None, initial=initial)
    return _asked(request, form, {"case": case}, lambda data: request_return(case=case, by=person(request), **data))


def ask_for_sales(request: HttpRequest) -> HttpResponse:
    """Sales ask for a return of a unit that no case knows yet."""
    require(request.user, perm.RETURNS_REQUEST)
    form = SalesForm(request.POST or None)

    def begin(data: dict[str, Any]) -> ReturnOrder:
        unit = data.pop("unit")
        report = Report(
            channel="sales", description=data["problem"], unit=unit, customer=unit.customer,
            contact_name=data["contact_name"], contact_phone=data["contact_phone"],
        )  # fmt: skip
        return request_for_sales(report=report, by=person(request), **data)

    return _asked(request, form, {"case": None}, begin)


def _asked(
    request: HttpRequest, form: Any, context: dict[str, Any], begin: Callable[[dict[str, Any]], ReturnOrder]
) -> HttpResponse:
    """Show the request, or open the return; what was typed stays when it is refused."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                order = begin(dict(form.cleaned_data))
            except MoveRefused as refused:
                form.add_error(refused.code if refused.code in form.fields else None, str(refused.reason))
                status = 409
            else:
                messages.success(request, _("Requested: %(number)s") % {"number": order.number})
                if visible_to(request.user).filter(pk=order.pk).exists():
                    return redirect("returns:return", order.number)
                return redirect("returns:list")
    return render(request, "returns/ask.html", {"form": form, **context}, status=status)


def page(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about one return on one page."""
    order = found(for_page(request.user, number))
    return render(request, "returns/return.html", pages.order_context(order, request.user, request.GET.get("do", "")))


def go(request: HttpRequest, pk: int) -> HttpResponse:
    """Find a return by its id, for links from search, notices and papers."""
    return redirect("returns:return", get_object_or_404(visible_to(request.user), pk=pk).number)


def label(request: HttpRequest, number: str) -> HttpResponse:
    """The numbered label with its QR code, to be printed for the parcel; without an address there is none."""
    order = found(for_page(request.user, number))
    try:
        back = reverse("returns:return", args=[number])
        return labels_page(request, [pages.label_of(order)], title=number, back=back)
    except MoveRefused as refused:
        messages.error(request, str(refused.reason))
        return redirect("returns:return", number)


@require_POST
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Take one act; what was typed stays on the page when it is refused."""
    outcome = take(request, ACTS, found(for_page(request.user, number)), name)
    if outcome.is_done:
        messages.success(request, _("Done: %(what)s") % {"what": outcome.act.label})
        return redirect("returns:return", number)
    context = pages.order_context(found(for_page(request.user, number)), request.user, name, outcome)
    return render(request, "returns/return.html", context, status=outcome.status)


@require_POST
def paper(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Issue a paper of the return, as a correction where it was issued before."""
    order = found(for_page(request.user, number))
    require(request.user, "documents.issue", order)
    last = next((row for row in documents_of(order) if row.form_code == code), None)
    try:
        document = issue(form_code=code if code in PAPERS else "", subject=order, by=person(request), corrects=last)
    except MoveRefused as refused:
        messages.error(request, str(refused.reason))
        return redirect("returns:return", number)
    return redirect("documents:detail", document.pk)

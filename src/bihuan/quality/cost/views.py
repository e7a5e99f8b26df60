"""The pages of quality costs: parse, authorise, call one service, render."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.files.services import FileRefused
from bihuan.core.listing.pages import list_page
from bihuan.core.permissions.services import found, person, require
from bihuan.core.workflow.acting import take
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.cost import opening
from bihuan.quality.cost import permissions as perm
from bihuan.quality.cost.actions import ACTS
from bihuan.quality.cost.forms import LineForm
from bihuan.quality.cost.ledger import balances, differences
from bihuan.quality.cost.listing import LEDGER, LINES, VOUCHERS
from bihuan.quality.cost.models import Account, CostLine
from bihuan.quality.cost.pages import voucher_context
from bihuan.quality.cost.papers import issue_paper
from bihuan.quality.cost.queries import for_page, lines_for, visible_to
from bihuan.quality.cost.services.lines import enter_line, void_line


def voucher_list(request: HttpRequest) -> HttpResponse:
    """List vouchers by state, with filters."""
    return list_page(request, VOUCHERS, "cost/list.html", opening.rights(request.user))


def line_list(request: HttpRequest) -> HttpResponse:
    """List cost lines."""
    return list_page(request, LINES, "cost/lines.html", {})


def ledger(request: HttpRequest) -> HttpResponse:
    """The ledger with what stands on each account; whatever does not reconcile is said on top."""
    require(request.user, perm.VIEW)
    sums = balances()
    context = {
        "accounts": [(account.label, sums[account]) for account in Account],
        "rest": sum(sums.values()), "problems": list(differences()),
    }  # fmt: skip
    return list_page(request, LEDGER, "cost/ledger.html", context)


def line_new(request: HttpRequest) -> HttpResponse:
    """Enter a cost of a case, an issue or a sheet."""
    field, subject = opening.subject_of(request)
    subject = found(subject)
    require(request.user, perm.ENTER, subject)
    form = LineForm(request.POST or None, row=subject)
    if request.method == "POST" and form.is_valid():
        try:
            line = enter_line(subject=subject, by=person(request), **form.cleaned_data)
        except MoveRefused as refused:
            form.add_error(refused.code if refused.code in form.fields else None, str(refused.reason))
        else:
            messages.success(request, _("Entered: %(amount)s") % {"amount": line.amount})
            return redirect(opening.page_of(field, subject))
    context = {"form": form, "subject": subject, "title": _("Enter a cost"), "multipart": "",
               "back": opening.page_of(field, subject)}  # fmt: skip
    return render(request, "cost/new.html", context, status=422 if form.is_bound else 200)


@require_POST
def line_void(request: HttpRequest, pk: int) -> HttpResponse:
    """Void a cost that was wrong."""
    line: CostLine = get_object_or_404(lines_for(request.user).select_related("case", "issue", "sheet"), pk=pk)
    try:
        void_line(line=line, by=person(request), reason=request.POST.get("reason", ""))
    except MoveRefused as refused:
        messages.error(request, str(refused.reason))
    else:
        messages.success(request, _("The cost is void."))
    field = "case" if line.case_id else "issue" if line.issue_id else "sheet"
    return redirect(opening.page_of(field, line.about))


@require_POST
def open_transfer(request: HttpRequest) -> HttpResponse:
    """From the loss of an issue, a case or a sheet to its transfer sheet with one press (CST-01)."""
    field, subject = opening.subject_of(request)
    try:
        voucher = opening.transfer_at_once(subject=found(subject), by=person(request))
    except MoveRefused as refused:
        messages.error(request, str(refused.reason))
        return redirect(f"{reverse('cost:new', args=['transfer'])}?{field}={subject.number}")
    return redirect("cost:voucher", voucher.number)


def voucher_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Draft a voucher of a kind about a case, an issue or a sheet."""
    way = found(opening.WAYS.get(kind))
    field, subject = opening.subject_of(request)
    if way.needs_subject:
        subject = found(subject if field in way.places else None)
    require(request.user, way.permission, subject)
    form = way.form(request.POST or None, request.FILES or None, row=subject)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            voucher = way.draft(subject, person(request), form)
        except MoveRefused as refused:
            form.add_error(refused.code if refused.code in form.fields else None, str(refused.reason))
            status = 409
        except FileRefused as refused:
            form.add_error("uploads", str(refused.reason))
        else:
            messages.success(request, _("Drafted: %(number)s") % {"number": voucher.number})
            return redirect("cost:voucher", voucher.number)
    context: dict[str, Any] = {
        "form": form, "subject": subject, "title": way.label, "multipart": "1" if "uploads" in form.fields else "",
        "back": opening.page_of(field, subject) if subject else reverse("cost:list"),
    }  # fmt: skip
    return render(request, "cost/new.html", context, status=status)


def voucher_page(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about one voucher on one page."""
    voucher = found(for_page(request.user, number))
    return render(request, "cost/voucher.html", voucher_context(voucher, request.user, request.GET.get("do", "")))


def go(request: HttpRequest, pk: int) -> HttpResponse:
    """Find a voucher by its id, for links from search, notices, papers and approvals."""
    return redirect("cost:voucher", get_object_or_404(visible_to(request.user), pk=pk).number)


@require_POST
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Take one act; what was typed stays on the page when it is refused."""
    outcome = take(request, ACTS, found(for_page(request.user, number)), name)
    if outcome.is_done:
        messages.success(request, _("Done: %(what)s") % {"what": outcome.act.label})
        return redirect("cost:voucher", number)
    context = voucher_context(found(for_page(request.user, number)), request.user, name, outcome)
    return render(request, "cost/voucher.html", context, status=outcome.status)


@require_POST
def issue_form(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Issue the named form of a voucher."""
    voucher = found(for_page(request.user, number))
    document = issue_paper(voucher=voucher, code=code, by=person(request))
    return redirect("documents:detail", document.pk)

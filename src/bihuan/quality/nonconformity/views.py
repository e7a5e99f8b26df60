"""The pages of nonconformities: parse, authorise, call one service, render."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.files.services import FileRefused
from bihuan.core.listing.pages import list_page
from bihuan.core.permissions.services import found, person
from bihuan.core.workflow.acting import take
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues.models import Issue
from bihuan.quality.issues.queries import visible_to as visible_issues
from bihuan.quality.nonconformity.actions import ACTS
from bihuan.quality.nonconformity.forms import ReportForm, case_of, sheet_or_none
from bihuan.quality.nonconformity.listing import SHEETS
from bihuan.quality.nonconformity.models import Nonconformity, Origin
from bihuan.quality.nonconformity.pages import sheet_context
from bihuan.quality.nonconformity.papers import issue_paper
from bihuan.quality.nonconformity.queries import for_page, visible_to
from bihuan.quality.nonconformity.services.reporting import Find, report_nonconformity
from bihuan.service.desk.models import Case
from bihuan.service.desk.queries import visible_to as visible_cases


def sheet_list(request: HttpRequest) -> HttpResponse:
    """List sheets by state, with filters."""
    return list_page(request, SHEETS, "nonconformity/list.html", {})


def report(request: HttpRequest) -> HttpResponse:
    """Report nonconforming goods: open to every employee who signs in (NCR-02)."""
    case = case_of(visible_cases(request.user), request.POST.get("case") or request.GET.get("case", ""))
    issue: Issue | None = sheet_or_none(
        visible_issues(request.user), request.POST.get("issue") or request.GET.get("issue", "")
    )
    attached = Origin.CASE if case else Origin.ISSUE if issue else None
    form = ReportForm(
        request.POST or None, request.FILES or None, attached=attached, initial=_initial(case, issue, attached)
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = _report(request, dict(form.cleaned_data), case, issue)
        except FileRefused as refused:
            form.add_error("uploads", str(refused.reason))
        except MoveRefused as refused:
            form.add_error(refused.code if refused.code in form.fields else None, str(refused.reason))
        else:
            messages.success(request, _("Thank you. Your sheet has the number %(number)s.") % {"number": row.number})
            return redirect("nonconformity:sheet", row.number)
    status = 422 if form.is_bound else 200
    return render(request, "nonconformity/report.html", {"form": form, "about": case or issue}, status=status)


def _initial(case: Case | None, issue: Issue | None, attached: Origin | None) -> dict[str, Any]:
    initial: dict[str, Any] = {"client_key": secrets.token_urlsafe(12), "origin": attached or Origin.PROCESS}
    if case is not None:
        initial |= {"case": case.number, "model": case.model_id, "description": case.summary}
    elif issue is not None:
        initial |= {
            "issue": issue.number, "model": issue.model_id, "description": issue.description or issue.title,
            "quantity": issue.quantity, "place": issue.place, "supplier_name": issue.supplier_name,
        }  # fmt: skip
    return initial


def _report(request: HttpRequest, data: dict[str, Any], case: Case | None, issue: Issue | None) -> Nonconformity:
    files = data.pop("uploads")
    data |= {"case": case, "issue": issue, "origin": Origin(data["origin"]), "client_key": data["client_key"] or None}
    batch = case.unit.batch if case and case.unit else issue.batch if issue else None
    return report_nonconformity(find=Find(**data, batch=batch), by=person(request), uploads=files)


def sheet_page(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about one sheet on one page."""
    sheet = found(for_page(request.user, number))
    context = sheet_context(sheet, request.user, request.GET.get("do", ""))
    return render(request, "nonconformity/sheet.html", context)


def go(request: HttpRequest, pk: int) -> HttpResponse:
    """Find a sheet by its id, for links from search, notices, papers and approvals."""
    return redirect("nonconformity:sheet", get_object_or_404(visible_to(request.user), pk=pk).number)


@require_POST
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Take one act; what was typed stays on the page when it is refused."""
    outcome = take(request, ACTS, found(for_page(request.user, number)), name)
    if outcome.is_done:
        messages.success(request, _("Done: %(what)s") % {"what": outcome.act.label})
        return redirect("nonconformity:sheet", number)
    context = sheet_context(found(for_page(request.user, number)), request.user, name, outcome)
    return render(request, "nonconformity/sheet.html", context, status=outcome.status)


@require_POST
def issue_form(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Issue a named form of a sheet."""
    sheet = found(for_page(request.user, number))
    document = issue_paper(sheet=sheet, code=code, by=person(request))
    return redirect("documents:detail", document.pk)

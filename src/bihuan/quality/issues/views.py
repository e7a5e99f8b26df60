"""The pages of quality issues: parse, authorise, call one service, render."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.files.services import FileRefused
from bihuan.core.listing.paging import capped, page_of
from bihuan.core.permissions.services import found, person, require
from bihuan.core.policy import queries as policy
from bihuan.core.search.queries import QueryTooLong, narrowed
from bihuan.core.workflow import acting
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues import permissions as perm
from bihuan.quality.issues.actions import ACTS
from bihuan.quality.issues.alarms import take_alarm
from bihuan.quality.issues.forms import ReportForm
from bihuan.quality.issues.models import Issue, IssueState, Source
from bihuan.quality.issues.pages import issue_context
from bihuan.quality.issues.papers import issue_paper
from bihuan.quality.issues.queries import AT_REST, for_list, for_page, visible_to
from bihuan.quality.issues.services.registration import Sign, register_issue
from bihuan.quality.monitor.queries import alarms_for
from bihuan.service.desk.models import Case
from bihuan.service.desk.queries import visible_to as visible_cases


def issue_list(request: HttpRequest) -> HttpResponse:
    """List issues by state, with filters; every tab counts to a hundred."""
    require(request.user, perm.ISSUE_VIEW)
    rows, problem = _filtered(request)
    state = request.GET.get("state", "")
    tabs = [("", _("All"), capped(rows))] + [(s.value, s.label, capped(rows.filter(state=s))) for s in IssueState]
    shown = rows.filter(state=state) if state in IssueState.values else rows
    context = {
        "page": page_of(shown, request.GET), "tabs": [tab for tab in tabs if tab[2] != "0" or tab[0] in {"", state}],
        "state": state, "problem": problem, "rules": policy.default(), "sources": Source.choices,
    }  # fmt: skip
    return render(request, "issues/list.html", context)


def _filtered(request: HttpRequest) -> tuple[Any, str]:
    rows, params, problem = for_list(request.user), request.GET, ""
    if params.get("mine"):
        rows = rows.filter(owner=request.user.pk)
    if params.get("late"):
        rows = rows.filter(next_due_at__lte=timezone.now()).exclude(state__in=AT_REST)
    if params.get("grade", "").isdigit():
        rows = rows.filter(grade=int(params["grade"][:2]))
    if params.get("source") in Source.values:
        rows = rows.filter(source=params["source"])
    if words := params.get("words", "").strip():
        try:
            rows = narrowed(rows, words, "issues.issue")
        except QueryTooLong:
            problem = _("The search text is too long.")
    return rows, problem


def report(request: HttpRequest) -> HttpResponse:
    """Report a problem: open to every employee who signs in (NCR-01)."""
    number = request.POST.get("case") or request.GET.get("case", "")
    case = visible_cases(request.user).select_related("model__line", "unit__batch").filter(number=number).first()
    initial: dict[str, Any] = {"client_key": secrets.token_urlsafe(12)}
    if case is not None:
        initial |= {"description": case.description or case.summary, "model": case.model_id, "case": case.number,
                    "source": Source.CASE}  # fmt: skip
    form = ReportForm(request.POST or None, request.FILES or None, case=case, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            row = _report(request, dict(form.cleaned_data), case)
        except FileRefused as refused:
            form.add_error("uploads", str(refused.reason))
        else:
            messages.success(request, _("Thank you. Your report has the number %(number)s.") % {"number": row.number})
            seen = visible_to(request.user).filter(pk=row.pk).exists()
            return redirect("issues:issue", row.number) if seen else redirect("issues:report")
    status = 422 if form.is_bound else 200
    return render(request, "issues/report.html", {"form": form, "case": case}, status=status)


def _report(request: HttpRequest, data: dict[str, Any], case: Case | None) -> Issue:
    files, key = data.pop("uploads"), data.pop("client_key") or None
    data.pop("case")
    more: dict[str, Any] = {}
    if case is not None:
        more = {"title": case.summary, "mechanism": case.mechanism, "symptom": case.symptom, "region": case.region,
                "complained_at": case.complained_at, "batch": case.unit.batch if case.unit else None}  # fmt: skip
    sign = Sign(**{**data, "source": Source(data["source"]), "client_key": key, **more})
    return register_issue(sign=sign, by=person(request), cases=[case] if case else [], uploads=files)


def issue_page(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about one issue on one page."""
    issue = found(for_page(request.user, number))
    return render(request, "issues/issue.html", issue_context(issue, request.user, request.GET.get("do", "")))


def go(request: HttpRequest, pk: int) -> HttpResponse:
    """Find an issue by its id, for links from search, notices, papers and approvals."""
    return redirect("issues:issue", get_object_or_404(visible_to(request.user), pk=pk).number)


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an alarm that waits for people into an issue."""
    alarm = found(alarms_for(request.user).filter(pk=pk).first())
    try:
        issue = take_alarm(alarm=alarm, by=person(request))
    except MoveRefused as refused:
        messages.error(request, str(refused.reason))
        return redirect("monitor:alarm", pk)
    messages.success(request, _("The alarm is in %(number)s now.") % {"number": issue.number})
    return redirect("issues:issue", issue.number)


@require_POST
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Take one act; what was typed stays on the page when it is refused."""
    outcome = acting.take(request, ACTS, found(for_page(request.user, number)), name)
    if outcome.is_done:
        messages.success(request, _("Done: %(what)s") % {"what": outcome.act.label})
        return redirect("issues:issue", number)
    context = issue_context(found(for_page(request.user, number)), request.user, name, outcome)
    return render(request, "issues/issue.html", context, status=outcome.status)


@require_POST
def issue_form(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Issue a named form of an issue."""
    issue = found(for_page(request.user, number))
    document = issue_paper(subject=issue, code=code, by=person(request))
    return redirect("documents:detail", document.pk)

"""The pages of the quality problem database: parse, authorise, read or call one service, render."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.activity.queries import timeline
from bihuan.core.deadlines.services import milestones, of_subject
from bihuan.core.exporting.small import download
from bihuan.core.files.queries import attachments_of
from bihuan.core.files.services import FileRefused
from bihuan.core.listing.pages import list_page
from bihuan.core.permissions.services import Refused, can, found, person, require
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues.labels import words_of
from bihuan.quality.issues.queries import causes_of, for_page, measures_of, visible_to
from bihuan.quality.problems import permissions as perm
from bihuan.quality.problems import similar
from bihuan.quality.problems.analysis import FAILURES, dimensions, pareto, trend
from bihuan.quality.problems.charts import pareto_picture, trend_picture
from bihuan.quality.problems.forms import AgainForm, AnalysisForm, AnswerForm, AskForm
from bihuan.quality.problems.listing import PROBLEMS, READ_ACROSS
from bihuan.quality.problems.models import ReadAcrossState
from bihuan.quality.problems.queries import of_issue, questions_for
from bihuan.quality.problems.services import answer, ask_again, ask_lines

LONGEST = 2000


def problem_list(request: HttpRequest) -> HttpResponse:
    """Search the database."""
    return list_page(request, PROBLEMS, "problems/list.html")


def read_across(request: HttpRequest) -> HttpResponse:
    """Every question to a product line."""
    return list_page(request, READ_ACROSS, "problems/read_across.html")


def analysis(request: HttpRequest) -> HttpResponse:
    """Pareto and trend, with their tables."""
    require(request.user, perm.PROBLEMS_VIEW)
    return render(request, "problems/analysis.html", _analysis(request))


def _analysis(request: HttpRequest) -> dict[str, Any]:
    form = AnalysisForm(request.GET or None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    by, span = asked.get("by") or "mechanism", asked.get("span") or 24
    line, mechanism = asked.get("line"), asked.get("mechanism")
    chosen = line.pk if line else None
    rows = pareto(request.user, by, line=chosen, span=span)
    months = trend(
        line=chosen, mechanism=mechanism.pk if mechanism else None, span=span, laney=asked.get("chart") == "laney"
    )
    label = dict(dimensions())[by]
    title = _("Failures by %(what)s") if by in FAILURES else _("Quality issues by %(what)s")
    heading = title % {"what": label}
    return {
        "form": form if form.is_bound else AnalysisForm(initial={"by": by, "span": span}), "label": label,
        "heading": heading, "pareto": rows, "pareto_picture": pareto_picture(rows, heading), "trend": months,
        "trend_picture": trend_picture(months), "months": months.months[::-1],
        "may_export": can(request.user, "quality.export"), "query": request.GET.urlencode(),
    }  # fmt: skip


def export(request: HttpRequest, what: str) -> HttpResponse:
    """The table of the Pareto or of the trend to take away."""
    require(request.user, "quality.export")
    context = _analysis(request)
    if what == "pareto":
        heading: tuple[Any, ...] = (context["label"], _("Number"), _("Share"), _("All up to here"))
        rows = [(row.label, row.count, row.percent, row.together) for row in context["pareto"]]
        return download(title=context["heading"], heads=heading, rows=rows)
    heading = (_("Month"), _("Failures"), _("Units in the field"), _("Failures per 1000 units"), _("Lower limit"),
               _("Upper limit"), _("Signal"))  # fmt: skip
    lines = [
        (f"{row.month:%Y-%m}", row.failures, row.units, _cut(row.rate), _cut(row.lower), _cut(row.upper), row.rules)
        for row in context["trend"].months
    ]
    return download(title=_("Trend of quality problems"), heads=heading, rows=lines)


def _cut(value: float | None) -> float | str:
    return "" if value is None else round(value, 4)


def find_similar(request: HttpRequest) -> HttpResponse:
    """Problems like an issue, or like what somebody writes."""
    require(request.user, perm.PROBLEMS_VIEW)
    text, number = request.GET.get("text", "").strip(), request.GET.get("issue", "")
    issue = visible_to(request.user).filter(number=number).first() if number else None
    asked = similar.of_issue(issue) if issue else similar.Asked(text)
    problem = _("The search text is too long.") if len(text) > LONGEST else ""
    matches = similar.find(asked, request.user) if (text or issue) and not problem else []
    context = {"text": text, "issue": issue, "matches": matches, "problem": problem, "asked": bool(text or issue)}
    return render(request, "problems/similar.html", context)


def problem(request: HttpRequest, number: str) -> HttpResponse:
    """The record of one problem: what it was, why, what was done, whether it helped, where else it was looked for."""
    require(request.user, perm.PROBLEMS_VIEW)
    issue = found(for_page(request.user, number))
    form, status = AskForm(request.POST or None, issue=issue), 200
    if request.method == "POST":
        require(request.user, perm.READ_ACROSS, issue)
        status = 422
        if form.is_valid():
            refused = _tried(form, lambda: ask_lines(issue=issue, by=person(request), **form.cleaned_data))
            if refused is None:
                messages.success(request, _("The lines have been asked."))
                return redirect("problems:problem", number)
            status = 409
    context = {
        "issue": issue, "words": words_of(issue), "causes": causes_of(issue), "measures": measures_of(issue),
        "checks": list(issue.checks.select_related("by")), "questions": of_issue(request.user, issue),
        "matches": similar.find(similar.of_issue(issue), request.user, most=8), "form": form,
        "may_ask": can(request.user, perm.READ_ACROSS, issue),
    }  # fmt: skip
    return render(request, "problems/problem.html", context, status=status)


def _tried(form: Any, call: Any) -> MoveRefused | None:
    """Run a service; what it refuses stands beside its field."""
    try:
        with transaction.atomic():
            call()
    except MoveRefused as refused:
        form.add_error(refused.code if refused.code in form.fields else None, str(refused.reason))
        return refused
    except FileRefused as refused:
        form.add_error("uploads", str(refused.reason))
        return MoveRefused(refused.reason, code="uploads")
    return None


def question(request: HttpRequest, pk: int) -> HttpResponse:
    """One question with its answer; who was asked answers here."""
    rows = questions_for(request.user).select_related("issue", "line", "owner", "answered_by", "raised")
    row = found(rows.filter(pk=pk).first())
    leads = can(request.user, perm.READ_ACROSS, row)
    mine = row.owner_id == request.user.pk or leads
    form, status = AnswerForm(request.POST or None, request.FILES or None), 200
    if request.method == "POST":
        if not mine:
            raise Refused(perm.READ_ACROSS)
        status = 422
        if form.is_valid():
            refused = _tried(form, lambda: answer(row=row, by=person(request), **form.cleaned_data))
            if refused is None:
                messages.success(request, _("Thank you, the answer is recorded."))
                return redirect("problems:question", pk)
            status = 409
    context = {
        "row": row, "form": form, "may_answer": mine and row.state == ReadAcrossState.OPEN,
        "again": AgainForm() if row.state != ReadAcrossState.OPEN and leads else None,
        "timeline": timeline(row), "deadlines": milestones(of_subject(row)),
        "evidence": [one for one in attachments_of(row.issue) if one.role == "read_across"],
    }  # fmt: skip
    return render(request, "problems/question.html", context, status=status)


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an answer back with its reason."""
    row = found(questions_for(request.user).select_related("issue", "line", "owner").filter(pk=pk).first())
    require(request.user, perm.READ_ACROSS, row)
    form = AgainForm(request.POST)
    if form.is_valid() and _tried(form, lambda: ask_again(row=row, by=person(request), **form.cleaned_data)) is None:
        messages.success(request, _("The question is open again."))
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("problems:question", pk)

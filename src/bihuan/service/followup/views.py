"""The call list, the call, the reviews, and the customer's own questionnaire."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.permissions.services import found, person, require
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.followup import permissions as perm
from bihuan.service.followup.forms import AnswerForm, AttemptForm, ReviewForm
from bihuan.service.followup.models import FollowUp, FollowUpState
from bihuan.service.followup.queries import named_scores, reviews_for, visible_to
from bihuan.service.followup.services import Outcome, complete, finish_review, record_attempt

MOST = 100


def call_list(request: HttpRequest) -> HttpResponse:
    """Who is to be called, the most urgent first; open reviews beside it."""
    require(request.user, perm.FOLLOW_UP_VIEW)
    rows = visible_to(request.user).select_related("case__customer")
    due = list(rows.filter(state=FollowUpState.DUE).order_by("call_at", "id")[:MOST])
    done = list(rows.filter(state=FollowUpState.DONE).order_by("-id")[:20])
    context = {
        "due": due,
        "done": done,
        "reviews": list(reviews_for(request.user)[:30]),
        "now": timezone.now(),
    }
    return render(request, "followup/list.html", context)


def call(request: HttpRequest, pk: int) -> HttpResponse:
    """One call: script, questions, or why there are no answers."""
    row = found(visible_to(request.user).select_related("case__customer").filter(pk=pk).first())
    sheet = found(row.case.policy.questionnaire(row.questionnaire))
    kind = request.POST.get("kind", "")
    answers = AnswerForm(request.POST if kind == "answers" else None, sheet=sheet)
    attempt = AttemptForm(request.POST if kind == "attempt" else None)
    status = 200
    if request.method == "POST":
        form: Any = answers if kind == "answers" else attempt
        status = 422
        if form.is_valid():
            refused = _record(request, row, form)
            if refused is None:
                messages.success(request, _("The follow-up is recorded."))
                return redirect("followup:list")
            form.add_error(refused.code if refused.code in form.fields else None, str(refused.reason))
            status = 409
    context = {"row": row, "answers": answers, "attempt": attempt, "calls": row.calls.select_related("by")}
    return render(request, "followup/call.html", context, status=status)


def _record(request: HttpRequest, row: FollowUp, form: Any) -> MoveRefused | None:
    try:
        if isinstance(form, AnswerForm):
            complete(follow_up=row, by=person(request), **form.answers())
        else:
            data = {**form.cleaned_data, "outcome": Outcome(form.cleaned_data["outcome"])}
            record_attempt(follow_up=row, by=person(request), **data)
    except MoveRefused as refused:
        return refused
    return None


def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Analyse an unsatisfied service."""
    row = found(reviews_for(request.user).filter(pk=pk).first())
    form = ReviewForm(request.POST or None, initial={"cause": row.cause, "improvement": row.improvement})
    if request.method == "POST" and form.is_valid():
        finish_review(review=row, by=person(request), **form.cleaned_data)
        messages.success(request, _("The review is done."))
        return redirect("followup:list")
    context = {"row": row, "form": form, "scores": named_scores(row.follow_up)}
    return render(request, "followup/review.html", context, status=422 if form.is_bound else 200)


@login_not_required
def questionnaire(request: HttpRequest, token: str) -> HttpResponse:
    """The customer answers by himself."""
    row = get_object_or_404(FollowUp.objects.select_related("case"), public_token=token)
    sheet = found(row.case.policy.questionnaire(row.questionnaire))
    form = AnswerForm(request.POST or None, sheet=sheet)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and row.state == FollowUpState.DUE and form.is_valid():
        complete(follow_up=row, **form.answers())
        status = 200
    context = {"row": row, "form": form, "company": row.case.policy.company}
    return render(request, "followup/questionnaire.html", context, status=status)

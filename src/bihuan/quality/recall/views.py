"""The pages of recalls: parse, authorise, call one service, render."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.documents.rendering import to_pdf
from bihuan.core.listing.pages import list_page
from bihuan.core.permissions.services import found, person, require
from bihuan.core.workflow import acting
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues.queries import for_page as issue_for
from bihuan.quality.recall import permissions as perm
from bihuan.quality.recall.actions import ACTS
from bihuan.quality.recall.forms import AnswerForm
from bihuan.quality.recall.listing import RECALLS, UNITS
from bihuan.quality.recall.models import OwnerNotice
from bihuan.quality.recall.pages import recall_context
from bihuan.quality.recall.papers import issue_paper, letter_papers
from bihuan.quality.recall.queries import for_page, units_for, visible_to
from bihuan.quality.recall.services.judging import open_recall
from bihuan.quality.recall.services.owners import owner_answers
from bihuan.quality.recall.workflow import DECIDED


def recall_list(request: HttpRequest) -> HttpResponse:
    """List recalls by state."""
    return list_page(request, RECALLS, "recall/list.html")


def unit_list(request: HttpRequest) -> HttpResponse:
    """List affected units, with what may be done with many of them."""
    return list_page(request, UNITS, "recall/units.html")


def recall_page(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about one recall on one page."""
    recall = found(for_page(request.user, number))
    return render(request, "recall/recall.html", recall_context(recall, request.user, request.GET.get("do", "")))


def go(request: HttpRequest, pk: int) -> HttpResponse:
    """Find a recall by its id, for links from search, notices, papers and approvals."""
    return redirect("recall:recall", get_object_or_404(visible_to(request.user), pk=pk).number)


def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """An affected unit leads to its registry page, or to its recall."""
    row = found(units_for(request.user).select_related("recall").filter(pk=pk).first())
    if row.unit_id:
        return redirect("products:unit", row.unit_id)
    return redirect("recall:recall", row.recall.number)


@require_POST
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Ask of an issue whether its products must be recalled."""
    issue = found(issue_for(request.user, number))
    try:
        recall = open_recall(issue=issue, by=person(request))
    except MoveRefused as refused:
        messages.error(request, str(refused.reason))
        return redirect("issues:issue", number)
    return redirect("recall:recall", recall.number)


@require_POST
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Take one act; what was typed stays on the page when it is refused."""
    outcome = acting.take(request, ACTS, found(for_page(request.user, number)), name)
    if outcome.is_done:
        messages.success(request, _("Done: %(what)s") % {"what": outcome.act.label})
        return redirect("recall:recall", number)
    context = recall_context(found(for_page(request.user, number)), request.user, name, outcome)
    return render(request, "recall/recall.html", context, status=outcome.status)


@require_POST
def paper(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Issue a named paper of a recall."""
    recall = found(for_page(request.user, number))
    document = issue_paper(recall=recall, code=code, by=person(request))
    return redirect("documents:detail", document.pk)


def letters(request: HttpRequest, number: str) -> HttpResponse:
    """The letters to owners in one file, to be printed."""
    recall = found(for_page(request.user, number))
    require(request.user, perm.RECALL_MANAGE, recall)
    papers = letter_papers(recall)
    if not papers:
        messages.error(request, _("No letter has been written yet."))
        return redirect("recall:recall", number)
    response = HttpResponse(to_pdf(papers), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{recall.number}-letters.pdf"'
    return response


@login_not_required
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The owner reads his notice and answers by himself."""
    rows = OwnerNotice.objects.select_related("recall__issue", "customer")
    notice = get_object_or_404(rows, token=token)
    form = AnswerForm(request.POST or None, initial=notice.answer)
    status, thanks = (422 if form.is_bound else 200), False
    if request.method == "POST" and notice.recall.state in DECIDED and form.is_valid():
        owner_answers(notice=notice, values=form.cleaned_data)
        status, thanks = 200, True
    rules = notice.recall.policy
    context = {
        "notice": notice, "recall": notice.recall, "form": form, "company": rules.company, "thanks": thanks,
        "hotline": rules.recall.hotline, "is_open": notice.recall.state in DECIDED, "today": timezone.localdate(),
        "units": notice.recall.affected.filter(customer=notice.customer).select_related("model")[:50],
    }  # fmt: skip
    return render(request, "recall/answer.html", context, status=status)

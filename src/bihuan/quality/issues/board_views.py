"""The notice board of every employee: notices, receipts, objections (NCR-05, NCR-06)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.documents.paper import Paper
from bihuan.core.listing.paging import page_of
from bihuan.core.permissions.services import found, person, require
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues import permissions as perm
from bihuan.quality.issues.board import BOARDS, confirm_read
from bihuan.quality.issues.forms import ObjectionForm
from bihuan.quality.issues.models import Publication
from bihuan.quality.issues.overdue import supervision_context
from bihuan.quality.issues.pages import board_context
from bihuan.quality.issues.queries import publications


def board(request: HttpRequest) -> HttpResponse:
    """What hangs on the board, the newest first."""
    page = page_of(publications(), request.GET)
    return render(request, "issues/board.html", {"page": page, **board_context(request.user, page.rows)})


def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice; a POST objects to it."""
    row = get_object_or_404(publications().select_related("objection__by", "issue"), pk=pk)
    form = ObjectionForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                found(BOARDS[row.kind].objects)(row, person(request), form.cleaned_data["reason"])
            except MoveRefused as refused:
                form.add_error(None, str(refused.reason))
                status = 409
            else:
                messages.success(request, _("Your objection is recorded."))
                return redirect("issues:notice", pk)
    return render(request, "issues/notice.html", _notice_context(request, row, form), status=status)


def _notice_context(request: HttpRequest, row: Publication, form: ObjectionForm) -> dict[str, object]:
    """What was typed stays on the page, also where somebody else was faster or the time ran out meanwhile."""
    told, board = board_context(request.user, [row])["notices"][0], BOARDS[row.kind]
    objection = board.objection_of(row) if board.objection_of else None
    return {
        "told": told, "row": row, "paper": Paper.model_validate(row.paper), "form": form, "objection": objection,
        "hears": board.objects is not None, "heard": board.objects is not None and board.hears(row),
        "may_object": form.is_bound or (board.objects and objection is None and board.hears(row) and told["own"]),
    }  # fmt: skip


def supervision(request: HttpRequest) -> HttpResponse:
    """What is late in quality and what the supervising office noted (SLA-21)."""
    require(request.user, perm.ISSUE_SUPERVISE)
    return render(request, "issues/supervision.html", supervision_context(request.user))


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm for my department that it has read the notice."""
    confirm_read(publication=get_object_or_404(publications(), pk=pk), by=person(request))
    messages.success(request, _("The receipt of your department is recorded."))
    return redirect("issues:notice", pk)

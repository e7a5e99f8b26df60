"""Issued papers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from bihuan.core.documents.models import Document
from bihuan.core.documents.queries import addressed_to, visible
from bihuan.core.documents.rendering import to_html
from bihuan.core.documents.services import confirm_receipt, ensure_rendered, verify
from bihuan.core.files.services import read
from bihuan.core.permissions.services import found, person
from bihuan.core.search.queries import kinds


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper: what it says, whether it is untouched, its files."""
    row = found(visible(request.user, pk))
    ensure_rendered(row)
    recipients = list(row.recipients.select_related("read_by"))
    context = {
        "row": row, "intact": verify(row), "back": subject_address(row), "recipients": recipients,
        "may_confirm": any(item.read_at is None for item in addressed_to(row, person(request))),
    }  # fmt: skip
    return render(request, "documents/detail.html", context)


def subject_address(row: Document) -> str:
    """The page of what a paper is about."""
    kind = kinds.get(row.subject_type)
    return kind.url(row.subject_id) if kind else reverse(f"{row.subject_type.split('.')[0]}:go", args=[row.subject_id])


@require_POST
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm for my department that it has read the paper (QIS-06)."""
    confirm_receipt(document=found(visible(request.user, pk)), by=person(request))
    return redirect("documents:detail", pk)


@xframe_options_sameorigin
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper as a page, for the frame on its page and for printing."""
    return HttpResponse(to_html([found(visible(request.user, pk)).paper]))


def download(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The PDF or the Word file; while it is being made, the page of the paper."""
    row = found(visible(request.user, pk))
    file = {"pdf": row.pdf, "word": row.word}.get(kind)
    if file is None:
        return redirect("documents:detail", pk)
    response = HttpResponse(read(file), content_type=file.content_type)
    header = content_disposition_header(as_attachment=kind == "word", filename=file.name)
    response["Content-Disposition"] = header or "attachment"
    return response

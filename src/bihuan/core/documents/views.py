"""Issued papers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin

from bihuan.core.documents.queries import visible
from bihuan.core.documents.rendering import to_html
from bihuan.core.documents.services import ensure_rendered, verify
from bihuan.core.files.services import read
from bihuan.core.permissions.services import found


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper: what it says, whether it is untouched, its files."""
    row = found(visible(request.user, pk))
    ensure_rendered(row)
    context = {"row": row, "intact": verify(row), "go": f"{row.subject_type.split('.')[0]}:go"}
    return render(request, "documents/detail.html", context)


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

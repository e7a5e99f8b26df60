"""Papers as PDF and Word."""

import base64
from collections.abc import Iterable

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.http import content_disposition_header

from bihuan.core.documents.paper import Paper
from bihuan.core.documents.word import to_word
from bihuan.core.files.models import StoredFile
from bihuan.core.files.services import read

__all__ = ["RenderError", "pdf_answer", "pdf_of", "picture", "to_html", "to_pdf", "to_word"]


class RenderError(RuntimeError):
    """The machine cannot make PDF files; the message says what is missing."""


def picture(file_id: int) -> str:
    """Return a stored picture as a data address, so that nothing is loaded from anywhere."""
    file = StoredFile.objects.filter(pk=file_id).first()
    if file is None or not file.is_image:
        return ""
    return f"data:{file.content_type};base64,{base64.b64encode(read(file)).decode()}"


def to_html(papers: Iterable[Paper]) -> str:
    """Return the page of one or many papers."""
    with translation.override("zh-hans"):
        return render_to_string("documents/paper.html", {"papers": list(papers)})


def to_pdf(papers: Iterable[Paper]) -> bytes:
    """Render papers as one PDF. Raises RenderError when the libraries of the system are missing."""
    return pdf_of(to_html(papers))


def pdf_of(html: str) -> bytes:
    """Render a page that holds all it needs. Raises RenderError when the libraries of the system are missing."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as error:
        raise RenderError(f"PDF needs Pango: {error}") from error
    # Nothing but data addresses is ever fetched.
    fetcher = URLFetcher(allowed_protocols={"data"})
    pdf: bytes = HTML(string=html, url_fetcher=fetcher).write_pdf()
    return pdf


def pdf_answer(pdf: bytes, name: str) -> HttpResponse:
    """A PDF that the browser shows, with the name under which it is kept."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{name}.pdf") or "inline"
    return response

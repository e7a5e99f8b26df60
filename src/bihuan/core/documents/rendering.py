"""Papers as PDF and Word."""

import base64
from collections.abc import Iterable

from django.template.loader import render_to_string
from django.utils import translation

from bihuan.core.documents.paper import Paper
from bihuan.core.documents.word import to_word
from bihuan.core.files.models import StoredFile
from bihuan.core.files.services import read

__all__ = ["RenderError", "picture", "to_html", "to_pdf", "to_word"]


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
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as error:
        raise RenderError(f"PDF needs Pango: {error}") from error
    # Papers hold all they need: nothing but data addresses is ever fetched.
    fetcher = URLFetcher(allowed_protocols={"data"})
    pdf: bytes = HTML(string=to_html(papers), url_fetcher=fetcher).write_pdf()
    return pdf

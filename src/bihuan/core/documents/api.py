"""Issued papers over HTTP."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Schema

from bihuan.core.documents.models import Document
from bihuan.core.documents.queries import visible
from bihuan.core.documents.services import ensure_rendered, verify
from bihuan.core.files.api import BINARY
from bihuan.core.files.views import serve
from bihuan.core.permissions.services import found
from bihuan.core.rest.routing import Router
from bihuan.core.workflow.table import MoveRefused

router = Router(tags=["papers"])


class PaperOut(Schema):
    """A paper that was issued; its files are made a moment later."""

    id: int
    form: str
    title: str
    number: str
    revision: int
    issued_at: datetime
    issued_by: str | None
    sha256: str
    has_pdf: bool
    has_word: bool

    @classmethod
    def of(cls, row: Document) -> "PaperOut":
        """Build the view of a paper."""
        return cls(
            id=row.pk, form=row.form_code, title=row.title, number=row.number, revision=row.revision,
            issued_at=row.issued_at, issued_by=str(row.issued_by) if row.issued_by else None,
            sha256=row.data_sha256, has_pdf=row.pdf_id is not None, has_word=row.word_id is not None,
        )  # fmt: skip


class WholePaper(PaperOut):
    """A paper with everything that it says, and whether nobody has changed it since."""

    intact: bool
    data: dict[str, Any]


@router.get("/{int:pk}", response=WholePaper, summary="One paper")
def detail(request: HttpRequest, pk: int) -> WholePaper:
    """What a paper says."""
    row = found(visible(request.user, pk))
    return WholePaper(**PaperOut.of(row).dict(), intact=verify(row), data=row.data)


@router.get("/{int:pk}/pdf", summary="Download a paper as PDF", openapi_extra=BINARY)
def pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The PDF; 409 while it is being made."""
    return _file(request, pk, "pdf")


@router.get("/{int:pk}/word", summary="Download a paper as Word file", openapi_extra=BINARY)
def word(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The Word file; 409 while it is being made."""
    return _file(request, pk, "word")


def _file(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    row = found(visible(request.user, pk))
    file = getattr(row, kind)
    if file is None:
        ensure_rendered(row)
        raise MoveRefused(_("The PDF is being made; look again in a few seconds."), code="not_ready")
    return serve(request, file)

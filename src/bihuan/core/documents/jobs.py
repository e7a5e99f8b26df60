"""Making the files of a paper, outside the request."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.core.documents.models import Document
from bihuan.core.documents.rendering import to_pdf, to_word
from bihuan.core.files.services import store
from bihuan.core.jobs.registry import job
from bihuan.core.jobs.services import Progress


def _note_failure(payload: dict[str, Any], message: str) -> None:
    Document.objects.filter(pk=payload["document"]).update(render_error=message[:300])


@job("documents.render", label=_("Make the PDF and Word of a paper"), max_attempts=5, on_failure=_note_failure)
def render(payload: dict[str, Any], progress: Progress) -> None:
    """Make PDF and Word of an issued paper, once."""
    document = Document.objects.get(pk=payload["document"])
    if document.pdf_id:
        return
    name = f"{document.number}-{document.revision}"
    pdf, word = to_pdf([document.paper]), to_word(document.paper)
    with transaction.atomic():
        fields = {
            "pdf": store(data=pdf, name=f"{name}.pdf", by=None),
            "word": store(data=word, name=f"{name}.docx", by=None),
            "render_error": "",
        }
        Document.objects.filter(pk=document.pk, pdf__isnull=True).update(**fields)

"""The one PDF with all parts of an archived case."""

from collections.abc import Callable

from django.db import transaction

from bihuan.core.documents.models import Document
from bihuan.core.documents.queries import for_subject
from bihuan.core.documents.rendering import to_pdf
from bihuan.core.documents.services import draft
from bihuan.core.files.services import attach, store
from bihuan.service.desk.models import Case, Dossier

ARCHIVE_FORM = "F14"
Papers = Callable[[Case], list[Document]]
_more: list[Papers] = []


def add_papers(papers: Papers) -> None:
    """A leaf above the desk has papers that belong into the dossier of a case; called when it is ready."""
    _more.append(papers)


def make_dossier(dossier: Dossier) -> None:
    """Put the archive form and every other paper in force into one PDF, once per dossier (ACC-09)."""
    if dossier.pdf_id:
        return
    case = dossier.case
    issued = for_subject(case)
    replaced = {document.supersedes_id for document in issued}
    papers = [draft(ARCHIVE_FORM, case, number=case.number)]
    issued += [row for papers_of in _more for row in papers_of(case)]
    replaced |= {document.supersedes_id for document in issued}
    others = [row for row in reversed(issued) if row.pk not in replaced and row.form_code != ARCHIVE_FORM]
    papers += [document.paper for document in others]
    content = to_pdf(papers)
    with transaction.atomic():
        file = store(data=content, name=f"{case.number}-{dossier.cycle}.pdf", by=None)
        attach(subject=case, file=file, role="dossier", caption=f"{case.number}/{dossier.cycle}")
        Dossier.objects.filter(pk=dossier.pk, pdf__isnull=True).update(pdf=file)

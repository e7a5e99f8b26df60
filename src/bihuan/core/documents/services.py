"""Issuing papers and proving that nobody changed them."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record, subject_type
from bihuan.core.documents.models import Document, Recipient, RecipientKind
from bihuan.core.documents.paper import Paper
from bihuan.core.documents.queries import addressed_to
from bihuan.core.documents.registry import builders
from bihuan.core.documents.signing import signatures
from bihuan.core.jobs.services import enqueue
from bihuan.core.numbering.services import next_number
from bihuan.core.permissions.services import rules_for
from bihuan.core.workflow.table import MoveRefused


def digest(data: dict[str, Any]) -> str:
    """SHA-256 over the canonical JSON of a paper."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def verify(document: Document) -> bool:
    """Return whether an issued paper still says what it said."""
    return digest(document.data) == document.data_sha256


def draft(form_code: str, subject: models.Model, *, number: str = "", by: Any = None) -> Paper:
    """Fill a form for a subject, without issuing it. Raises MoveRefused when the company does not use the form."""
    rules = rules_for(subject)
    form = rules.form(form_code)
    builder = builders.get((form_code, subject_type(subject)))
    if form is None or not form.enabled or builder is None:
        raise MoveRefused(_("This company does not use the form %(code)s.") % {"code": form_code}, code="form")
    with translation.override("zh-hans"):
        sections = tuple(builder(subject))
    return Paper(
        form_code=form_code, title=form.title, company=rules.company, number=number, form_number=form.number,
        revision=form.revision, standard=form.standard, issued_on=f"{timezone.localtime():%Y-%m-%d}", sections=sections,
        **signatures(form, subject, by),
    )  # fmt: skip


@transaction.atomic
def issue(*, form_code: str, subject: models.Model, by: Any, corrects: Document | None = None) -> Document:
    """Freeze a form for a subject, give it its number, and let PDF and Word be made.

    A correction keeps the number and counts the revision; two corrections of one paper cannot both stand.
    """
    pattern = rules_for(subject).numbering["document"]
    number = corrects.number if corrects else next_number(f"document.{form_code}", f"{form_code}-{pattern}")
    paper = draft(form_code, subject, number=number, by=by)
    data = paper.model_dump(mode="json")
    document = Document.objects.create(
        form_code=form_code, title=paper.title, number=number, revision=corrects.revision + 1 if corrects else 1,
        supersedes=corrects, subject_type=subject_type(subject), subject_id=subject.pk, data=data,
        data_sha256=digest(data), issued_at=timezone.now(), issued_by_id=by.pk if by else None,
    )  # fmt: skip
    about = {"form": form_code, "title": paper.title, "number": number, "revision": document.revision}
    record(subject=subject, verb="document.issued", by=by, data=about)
    enqueue("documents.render", {"document": document.pk}, key=f"documents.render:{document.pk}")
    return document


def ensure_rendered(document: Document) -> None:
    """Let the files of a paper be made when somebody opens it and they are not there."""
    if document.pdf_id is None:
        enqueue("documents.render", {"document": document.pk}, key=f"documents.render:{document.pk}")


Address = tuple[str, str]


@transaction.atomic
def address(
    *, document: Document, main: Iterable[Address], copies: Iterable[Address] = (), roles: Iterable[Address] = ()
) -> list[Recipient]:
    """Address a paper to departments by code and name; one that is main recipient gets no copy beside it (QIS-06).

    ``roles`` are main recipients that belong to no department: who holds one of them is meant (F31).
    """
    wanted = {code: (RecipientKind.COPY, name) for code, name in copies}
    wanted |= {code: (RecipientKind.MAIN, name) for code, name in main}
    rows = [
        Recipient(document=document, kind=kind, department_code=code, name=name)
        for code, (kind, name) in wanted.items()
    ]
    rows += [Recipient(document=document, kind=RecipientKind.MAIN, role_code=code, name=name) for code, name in roles]
    return Recipient.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def confirm_receipt(*, document: Document, by: Any) -> Recipient:
    """Confirm for one's department, or as who holds a role, that the paper was read; the first one stays (QIS-06).

    Raises MoveRefused for somebody who is no recipient in either way, and for a second confirmation.
    """
    mine = addressed_to(document, by)
    if not mine:
        raise MoveRefused(_("This paper is addressed neither to you nor to your department."), code="recipient")
    row = next((item for item in mine if item.read_at is None), mine[0])
    now = timezone.now()
    if not Recipient.objects.filter(pk=row.pk, read_at__isnull=True).update(read_at=now, read_by_id=by.pk):
        raise MoveRefused(_("Your department has already confirmed."), code="conflict")
    row.read_at, row.read_by = now, by
    subject = apps.get_model(document.subject_type)._default_manager.get(pk=document.subject_id)
    about = {"number": document.number, "name": row.name}
    record(subject=subject, verb="document.read", by=by, data=about)
    return row

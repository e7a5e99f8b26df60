"""Which papers a record can issue and which of them it needs, and issuing the next revision to its recipients."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from bihuan.core.activity.services import subject_type
from bihuan.core.documents.models import Document
from bihuan.core.documents.queries import for_subject
from bihuan.core.documents.registry import forms_of
from bihuan.core.documents.services import Address, address, issue
from bihuan.core.permissions.services import require, rules_for
from bihuan.core.workflow.table import MoveRefused


@dataclass(frozen=True)
class Wanted:
    """A paper of a record: needed or only possible, and the newest one issued."""

    code: str
    title: str
    needed: bool
    document: Document | None


def wanted_papers(
    subject: models.Model, *, needed: Collection[str] = (), codes: Collection[str] | None = None
) -> list[Wanted]:
    """The papers that this company can issue of a record, the needed ones first; ``codes`` leaves only some of them."""
    newest: dict[str, Document] = {}
    for row in reversed(for_subject(subject)):
        newest[row.form_code] = row
    known = forms_of(subject_type(subject)) if codes is None else codes
    forms = [form for form in rules_for(subject).forms if form.enabled and form.code in known]
    rows = [Wanted(form.code, form.title, form.code in needed, newest.get(form.code)) for form in forms]
    return sorted(rows, key=lambda row: (not row.needed, row.code))


@transaction.atomic
def issue_next(
    *, subject: models.Model, code: str, by: Any, codes: Collection[str] | None = None,
    main: Iterable[Any] = (), copies: Iterable[Any] = (), roles: Iterable[Address] = (),
) -> Document:  # fmt: skip
    """Issue a form of a record, the second time as the next revision, and address it to departments and roles (QIS-06).

    Raises MoveRefused for a form that records of this kind do not have, or that is not among ``codes``.
    """
    require(by, "documents.issue", subject)
    if code not in (forms_of(subject_type(subject)) if codes is None else codes):
        raise MoveRefused(_("This company does not use the form %(code)s.") % {"code": code}, code="form")
    rows = Document.objects.filter(subject_type=subject_type(subject), subject_id=subject.pk, form_code=code)
    document = issue(form_code=code, subject=subject, by=by, corrects=rows.order_by("-id").first())
    address(
        document=document, main=[(row.code, row.name) for row in main],
        copies=[(row.code, row.name) for row in copies], roles=roles,
    )  # fmt: skip
    return document

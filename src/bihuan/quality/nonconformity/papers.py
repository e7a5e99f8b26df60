"""Which papers a sheet needs, and issuing them to those who have to act (F07, F08)."""

from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core.documents.models import Document
from bihuan.core.documents.queries import for_subject
from bihuan.core.documents.registry import forms_of
from bihuan.core.documents.services import address, issue
from bihuan.core.permissions.services import require
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.nonconformity.models import Nonconformity, SheetState
from bihuan.registry.people.models import Department

KIND = "nonconformity.nonconformity"
SHEET = "F07"


@dataclass(frozen=True)
class Wanted:
    """A paper of this sheet: needed or only possible, and the newest one issued."""

    code: str
    title: str
    needed: bool
    document: Document | None


def wanted(sheet: Nonconformity) -> list[Wanted]:
    """Every paper that this company can issue of a sheet; the sheet itself is needed once it is approved."""
    newest: dict[str, Document] = {}
    for row in reversed(for_subject(sheet)):
        newest[row.form_code] = row
    approved = sheet.state in {SheetState.DISPOSING, SheetState.CLOSED}
    known = set(forms_of(KIND))
    forms = [form for form in sheet.policy.forms if form.enabled and form.code in known]
    rows = [Wanted(form.code, form.title, approved and form.code == SHEET, newest.get(form.code)) for form in forms]
    return sorted(rows, key=lambda row: (not row.needed, row.code))


@transaction.atomic
def issue_paper(*, sheet: Nonconformity, code: str, by: AbstractBaseUser) -> Document:
    """Issue a form of a sheet; the second time it is the next revision. Sent to the departments (NCR-04)."""
    require(by, "documents.issue", sheet)
    if code not in forms_of(KIND):
        raise MoveRefused(_("This company does not use the form %(code)s.") % {"code": code}, code="form")
    last = Document.objects.filter(subject_type=KIND, subject_id=sheet.pk, form_code=code).order_by("-id").first()
    document = issue(form_code=code, subject=sheet, by=by, corrects=last)
    owners = [row.owner.department for row in sheet.dispositions.select_related("owner__department")]
    main = {row.code: row.name for row in (sheet.department, *owners) if row is not None}
    copies = Department.objects.filter(code__in=sheet.policy.issues.copies)
    address(document=document, main=main.items(), copies=[(row.code, row.name) for row in copies])
    return document

"""Which paper a voucher is, and issuing it to those who bear it (F02, F04, F17, F43)."""

from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core.documents.models import Document
from bihuan.core.documents.queries import for_subject
from bihuan.core.documents.services import address, issue
from bihuan.core.permissions.services import require
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.cost.models import Kind, Voucher, VoucherState
from bihuan.registry.people.models import Department

KIND = "cost.voucher"
FORMS = {
    Kind.TRANSFER: "F02", Kind.CLAIM: "F02", Kind.DEDUCTION: "F04", Kind.WRITE_OFF: "F17", Kind.COMPENSATION: "F43",
}  # fmt: skip
FINANCE = ("finance",)


@dataclass(frozen=True)
class Wanted:
    """The paper of this voucher and the newest one issued."""

    code: str
    title: str
    needed: bool
    document: Document | None


def wanted(voucher: Voucher) -> list[Wanted]:
    """The paper that this company issues of a voucher, if its kind has one; needed from the moment it is sent.

    The customer signs the agreement of a large compensation before the general manager reads it, so that it is needed
    from the first; a small one needs none (CST-04, CST-05).
    """
    form = voucher.policy.form(FORMS.get(Kind(voucher.kind), ""))
    if form is None or not form.enabled:
        return []
    newest = next((row for row in for_subject(voucher) if row.form_code == form.code), None)
    needed = voucher.is_large if voucher.kind == Kind.COMPENSATION else voucher.state != VoucherState.DRAFT
    return [Wanted(form.code, form.title, needed, newest)]


@transaction.atomic
def issue_paper(*, voucher: Voucher, code: str, by: AbstractBaseUser) -> Document:
    """Issue the paper; the second time it is the next revision. To the units concerned, a copy to finance (CST-01)."""
    require(by, "documents.issue", voucher)
    if code != FORMS.get(Kind(voucher.kind)):
        raise MoveRefused(_("This company does not use the form %(code)s.") % {"code": code}, code="form")
    last = next((row for row in for_subject(voucher) if row.form_code == code), None)
    document = issue(form_code=code, subject=voucher, by=by, corrects=last)
    rows = voucher.shares.select_related("department", "person__department")
    units = [row.department or (row.person.department if row.person else None) for row in rows]
    main = {unit.code: unit.name for unit in units if unit is not None}
    copies = Department.objects.filter(code__in=FINANCE)
    address(document=document, main=main.items(), copies=[(row.code, row.name) for row in copies])
    return document

"""Which paper a voucher is, and issuing it to those who bear it (F02, F04, F17, F43)."""

from typing import Any

from bihuan.core.documents.models import Document
from bihuan.core.documents.wanted import Wanted, issue_next, wanted_papers
from bihuan.quality.cost.models import Kind, Voucher, VoucherState
from bihuan.registry.people.models import Department

FORMS = {
    Kind.TRANSFER: "F02", Kind.CLAIM: "F02", Kind.DEDUCTION: "F04", Kind.WRITE_OFF: "F17", Kind.COMPENSATION: "F43",
}  # fmt: skip
FINANCE = ("finance",)


def codes_of(voucher: Voucher) -> set[str]:
    """The one form of its kind, if it has one."""
    code = FORMS.get(Kind(voucher.kind))
    return {code} if code else set()


def wanted(voucher: Voucher) -> list[Wanted]:
    """The paper that this company issues of a voucher, if its kind has one; needed from the moment it is sent.

    The customer signs the agreement of a large compensation before the general manager reads it, so that it is needed
    from the first; a small one needs none (CST-04, CST-05).
    """
    codes = codes_of(voucher)
    needed = voucher.is_large if voucher.kind == Kind.COMPENSATION else voucher.state != VoucherState.DRAFT
    return wanted_papers(voucher, needed=codes if needed else (), codes=codes)


def issue_paper(*, voucher: Voucher, code: str, by: Any) -> Document:
    """Issue the paper; the second time it is the next revision. To the units concerned, a copy to finance (CST-01)."""
    rows = voucher.shares.select_related("department", "person__department")
    units = [row.department or (row.person.department if row.person else None) for row in rows]
    copies = Department.objects.filter(code__in=FINANCE)
    main = [unit for unit in units if unit is not None]
    return issue_next(subject=voucher, code=code, by=by, codes=codes_of(voucher), main=main, copies=copies)

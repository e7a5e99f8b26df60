"""Which papers a sheet needs, and issuing them to those who have to act (F07, F08)."""

from typing import Any

from bihuan.core.documents.models import Document
from bihuan.core.documents.wanted import Wanted, issue_next, wanted_papers
from bihuan.quality.nonconformity.models import Nonconformity, SheetState
from bihuan.registry.people.models import Department

SHEET = "F07"


def wanted(sheet: Nonconformity) -> list[Wanted]:
    """Every paper that this company can issue of a sheet; the sheet itself is needed once it is approved."""
    approved = sheet.state in {SheetState.DISPOSING, SheetState.CLOSED}
    return wanted_papers(sheet, needed={SHEET} if approved else ())


def issue_paper(*, sheet: Nonconformity, code: str, by: Any) -> Document:
    """Issue a form of a sheet; the second time it is the next revision. Sent to the departments (NCR-04)."""
    owners = [row.owner.department for row in sheet.dispositions.select_related("owner__department")]
    main = [row for row in (sheet.department, *owners) if row is not None]
    copies = Department.objects.filter(code__in=sheet.policy.issues.copies)
    return issue_next(subject=sheet, code=code, by=by, main=main, copies=copies)

"""Parts for a visit: asked for before it, declared on its report, booked when it is signed (PRT-12, PRT-18, WO-20)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core.permissions.services import Refused, can
from bihuan.core.policy.schema.field import UnissuedParts
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.spares.models import Part
from bihuan.service.parts.models import PartUse, Requisition, RequisitionLine
from bihuan.service.parts.services import discrepancies, requisitions, using
from bihuan.service.parts.services.discrepancies import Work
from bihuan.service.parts.services.requisitions import Job
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.models import Visit
from bihuan.service.visits.services.planning import goes

KIND, ISSUED = "visits.visit", "_issued"


def job_of(visit: Visit) -> Job:
    """A visit as the job for which parts are asked."""
    return Job(KIND, visit.pk, visit.number)


def work_of(visit: Visit) -> Work:
    """A visit as work on which parts are used: what its engineer and who goes with him carry counts too."""
    return Work(job_of(visit), (visit.engineer, *visit.helpers.all()), visit.case, visit.case.unit)


@transaction.atomic
def ask_parts(
    *, visit: Visit, by: AbstractBaseUser, lines: Sequence[tuple[Part, int]], purpose: str
) -> Requisition:  # fmt: skip
    """Ask for the parts of a visit, for the engineer who goes (PRT-12)."""
    if not (goes(visit, by) or can(by, perm.VISITS_PLAN, visit)):
        raise Refused(perm.VISITS_WORK)
    return requisitions.ask(
        by=by, lines=lines, purpose=purpose, receiver=visit.engineer, case=visit.case, job=job_of(visit)
    )


def declare_parts(visit: Visit, by: AbstractBaseUser, values: Mapping[str, Any], *, lenient: bool) -> tuple[str, str]:
    """What the report says was used: in words what was issued, and what was only typed (PRT-18, WO-20).

    A typed part was not issued: by policy it is refused, or it needs a reason and waits for the warehouse.
    """
    rows = [
        using.Used(int(row["line"]), int(row["quantity"]), str(row.get("lot", ""))) for row in values.get("used") or []
    ]
    typed = _typed(visit, values)
    reason = str(values.get("parts_reason") or "")
    if typed and not lenient:
        if visit.policy.parts.unissued == UnissuedParts.REFUSED:
            raise MoveRefused(_("Only parts that were issued can be used."), code="parts")
        if not reason.strip():
            raise MoveRefused(_("Say why these parts were not issued."), code="parts_reason")
    words = using.declare(work=work_of(visit), by=by, used=rows, typed=typed, reason=reason, lenient=lenient)
    return words, typed


def _typed(visit: Visit, values: Mapping[str, Any]) -> str:
    """What was typed, without the lines that the report wrote itself and a program sends back."""
    said = [(line.part, use) for line in issued_for(visit) for use in _said(visit, line)]
    written = {using.in_words(part, using.Used(use.line_id, use.quantity)) for part, use in said}
    return "\n".join(line for line in str(values.get("parts") or "").splitlines() if line not in written).strip()


def _said(visit: Visit, line: RequisitionLine) -> list[PartUse]:
    """What the report of a visit says of a line."""
    found: list[PartUse] = line.said  # type: ignore[attr-defined]
    return [use for use in found if (use.job_type, use.job_id) == (KIND, visit.pk)]


def read_issued(visits: Iterable[Visit]) -> None:
    """Read what can be used on several visits at once; each keeps its own."""
    rows = list(visits)
    issued = using.usable([work_of(visit) for visit in rows])
    for visit in rows:
        visit.__dict__[ISSUED] = issued.get(visit.pk, [])


def issued_for(visit: Visit) -> list[RequisitionLine]:
    """The issued lines that can be used on a visit, as they were when it was read."""
    if ISSUED not in visit.__dict__:
        read_issued([visit])
    found: list[RequisitionLine] = visit.__dict__[ISSUED]
    return found


def left_of(visit: Visit, line: RequisitionLine) -> int:
    """What of a line can be used on a visit."""
    return using.left(line, job_of(visit))


def is_own(visit: Visit, line: RequisitionLine) -> bool:
    """Whether a line was issued for the visit itself."""
    return using.is_asked_for(line, job_of(visit))


def declared(visit: Visit) -> dict[int, PartUse]:
    """What the report said before, by line."""
    return {line.pk: use for line in issued_for(visit) for use in _said(visit, line)}


def noted_words(visit: Visit) -> str:
    """What the report named before without an issue."""
    return "\n".join(row.words for row in discrepancies.noted(job_of(visit)) if row.line_id is None)


def noted_reason(visit: Visit) -> str:
    """Why it was not issued."""
    return next((row.reason for row in discrepancies.noted(job_of(visit)) if row.line_id is None), "")

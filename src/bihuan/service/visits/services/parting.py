"""Parts for a visit: asked for before it, declared on its report, booked when it is signed (PRT-12, PRT-18, WO-20)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from bihuan.core.permissions.services import Refused, can
from bihuan.registry.spares.models import Part
from bihuan.service.parts.models import Requisition, RequisitionLine
from bihuan.service.parts.services import requisitions, using
from bihuan.service.parts.services.requisitions import Job
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.models import Visit
from bihuan.service.visits.services.planning import goes

KIND, ISSUED = "visits.visit", "_issued"


def job_of(visit: Visit) -> Job:
    """A visit as the job for which parts are asked."""
    return Job(KIND, visit.pk, visit.number)


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


def declare_parts(visit: Visit, by: AbstractBaseUser, used: Iterable[Mapping[str, Any]]) -> str:
    """What the report says was used, checked against what was issued and against the original (PRT-18, WO-20)."""
    rows = [using.Used(int(row["line"]), int(row["quantity"]), str(row.get("lot", ""))) for row in used]
    return using.declare(job=job_of(visit), by=by, used=rows, unit=visit.case.unit)


def read_issued(visits: Iterable[Visit]) -> None:
    """Read what was issued for several visits at once; each keeps its own."""
    rows = list(visits)
    issued = using.lines_of_jobs(KIND, [visit.pk for visit in rows])
    for visit in rows:
        visit.__dict__[ISSUED] = issued.get(visit.pk, [])


def issued_for(visit: Visit) -> list[RequisitionLine]:
    """The lines issued for a visit, as they were when it was read."""
    if ISSUED not in visit.__dict__:
        read_issued([visit])
    found: list[RequisitionLine] = visit.__dict__[ISSUED]
    return found


def declared(visit: Visit) -> dict[int, int]:
    """What the report said before, by line."""
    return {line.pk: use.quantity for line in issued_for(visit) for use in line.said}  # type: ignore[attr-defined]


def is_of_issued(visit: Visit, line: str) -> bool:
    """Whether a line of the report's text was written from what was issued; it is written anew each time."""
    return line.split(" ", maxsplit=1)[0] in {row.part.code for row in issued_for(visit)}

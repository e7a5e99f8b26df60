"""Parts for a visit: asked for before it, declared on its report, booked when it is signed (PRT-12, PRT-18, WO-20)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from bihuan.core.permissions.services import Refused, can
from bihuan.registry.spares.models import Part
from bihuan.service.parts.models import Requisition
from bihuan.service.parts.services import reported, requisitions
from bihuan.service.parts.services.discrepancies import Work
from bihuan.service.parts.services.reported import Hand
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


def declare_parts(visit: Visit, by: AbstractBaseUser, values: Mapping[str, Any], *, lenient: bool) -> dict[str, Any]:
    """Keep the used parts as the report names them; returns what it says of them itself (PRT-18, WO-20)."""
    rule = visit.policy.parts.unissued
    return reported.declare(hand=on_hand(visit), by=by, values=values, rule=rule, lenient=lenient)


def read_issued(visits: Iterable[Visit]) -> None:
    """Read what can be used on several visits at once; each keeps its own."""
    rows = list(visits)
    for visit, hand in zip(rows, reported.hands([work_of(row) for row in rows]), strict=True):
        visit.__dict__[ISSUED] = hand


def on_hand(visit: Visit) -> Hand:
    """What can be used on a visit, as it was when it was read."""
    if ISSUED not in visit.__dict__:
        read_issued([visit])
    found: Hand = visit.__dict__[ISSUED]
    return found

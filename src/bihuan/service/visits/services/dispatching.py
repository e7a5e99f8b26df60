"""Asking for a proposed day, and accepting it or some of its visits (WO-03, WO-17, WO-18)."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core.jobs.models import Job, JobState
from bihuan.core.jobs.services import enqueue
from bihuan.core.permissions.services import require
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.people.models import User
from bihuan.service.desk.models import Case
from bihuan.service.desk.queries import visible_to as visible_cases
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.jobs import PROPOSE
from bihuan.service.visits.models import Purpose, Visit
from bihuan.service.visits.queries import BOOKED
from bihuan.service.visits.services.planning import plan_visit, usual_values


@transaction.atomic
def ask_for_day(*, day: date, by: AbstractBaseUser) -> Job:
    """Have a day worked out; it takes some seconds and writes nothing but its own answer."""
    require(by, perm.VISITS_PLAN)
    return enqueue(PROPOSE, {"day": day.isoformat(), "user": by.pk}, by=by)


def proposal_of(user: Any, pk: int) -> Job | None:
    """A proposal, for the one who asked for it."""
    return Job.objects.filter(pk=pk, kind=PROPOSE, created_by=user.pk).first()


def accept(*, proposal: Job, chosen: Collection[str], by: AbstractBaseUser) -> tuple[list[Visit], list[dict[str, str]]]:
    """Plan the chosen cases as proposed; each counts for itself, and what has changed meanwhile is refused with why."""
    require(by, perm.VISITS_PLAN)
    if proposal.state != JobState.DONE or not proposal.result:
        raise MoveRefused(_("The proposal is not ready."), code="state")
    planned, refused = list[Visit](), list[dict[str, str]]()
    for engineer, leg in _legs(proposal.result):
        if leg["case"] not in chosen:
            continue
        try:
            planned.append(_plan(leg, engineer, by))
        except MoveRefused as error:
            refused.append({"case": leg["case"], "why": str(error.reason)})
    return planned, refused


def _legs(result: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The visits of a proposal that are not planned already."""
    for route in result["routes"]:
        yield from ((route["engineer"], leg) for leg in route["legs"] if "case" in leg)


@transaction.atomic
def _plan(leg: dict[str, Any], engineer: int, by: AbstractBaseUser) -> Visit:
    """One visit of the proposal, through the same service as a typed one; nobody drives twice for a case."""
    case = visible_cases(by).filter(number=leg["case"]).first()
    if case is None:
        raise MoveRefused(_("This case is no longer among yours."), code="case")
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if case.visits.filter(state__in=BOOKED).exists():
        raise MoveRefused(_("A visit is planned for this case already."), code="case")
    values = usual_values(case)
    return plan_visit(
        case=case, by=by, purpose=Purpose.SERVICE, engineer=User.objects.get(pk=engineer),
        starts_at=datetime.fromisoformat(leg["starts_at"]), ends_at=datetime.fromisoformat(leg["ends_at"]),
        **{**values, "place": values["place"] or _("to be agreed"), "contact_name": values["contact_name"] or "—"},
    )  # fmt: skip

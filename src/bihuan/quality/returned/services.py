"""Handing over, receiving, analysing, finishing returned defectives (RET-08)."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.notify.services import tell
from bihuan.core.numbering.services import next_number
from bihuan.core.permissions.services import require
from bihuan.core.policy import queries as policy
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.returned import permissions as perm
from bihuan.quality.returned.models import Outcome, Returned
from bihuan.quality.returned.workflow import WORKFLOW
from bihuan.registry.people.queries import with_permission
from bihuan.registry.products.models import ProductModel
from bihuan.service.desk.models import Case
from bihuan.service.desk.services.registration import policy_for
from bihuan.service.returns.models import Degree

NUMBER_PATTERN = "BL{yyyymm}-{seq:04d}"


@transaction.atomic
def hand_over(
    *, by: AbstractBaseUser, model: ProductModel, quantity: int, problem: str, degree: str, serials: str = "",
    case: Case | None = None,
) -> Returned:  # fmt: skip
    """Hand defectives over: the hours of engineering begin now; engineering is told."""
    version = policy_for(model.line)
    rules, now = policy.parsed(version), timezone.now()
    if quantity < 1:
        raise MoveRefused(_("At least one."), code="quantity")
    if degree not in Degree.values:
        raise MoveRefused(_("“%(value)s” is not known") % {"value": degree}, code="degree")
    if not problem.strip():
        raise MoveRefused(_("This field is required."), code="problem")
    row = Returned(
        number=next_number("returned", rules.numbering.get("returned", NUMBER_PATTERN), at=now),
        policy_version_id=version.pk, degree=degree, case=case, model=model, serials=serials[:300], quantity=quantity,
        problem=problem, handed_by_id=by.pk, handed_at=now,
    )  # fmt: skip
    require(by, perm.RETURNED_HAND_OVER, row)
    row.save()
    record(subject=row, verb="returned.handed", by=by, data={"name": f"{model.code} × {quantity}"})
    if case is not None:
        record(subject=case, verb="case.defectives_handed", by=by, data={"name": row.number})
    title = _("Returned defectives %(number)s: %(model)s × %(count)s")
    told = {"number": row.number, "model": model.code, "count": quantity}
    tell(users=with_permission(perm.RETURNED_ANALYSE, row), title=title % told, subject=row, level="warn",
         verb="returned.handed")  # fmt: skip
    return row


@transaction.atomic
def receive(*, row: Returned, by: AbstractBaseUser, expected_version: int | None = None) -> Returned:
    """Engineering confirms the receipt; who does it is the engineer in charge."""
    fields = {"owner_id": by.pk, "received_at": timezone.now()}
    apply(row, WORKFLOW["receive"], by=by, fields=fields, expected_version=expected_version)
    row.refresh_from_db()
    return row


@transaction.atomic
def analyse(
    *, row: Returned, by: AbstractBaseUser, finding: str, mechanism: Any = None, expected_version: int | None = None
) -> Returned:
    """What engineering found, with its failure mechanism where it is known."""
    if not finding.strip():
        raise MoveRefused(_("Say what was looked at and what was found."), code="finding")
    fields = {"finding": finding, "mechanism": mechanism}
    data = {"name": finding[:120]}
    return apply(row, WORKFLOW["analyse"], by=by, data=data, fields=fields, expected_version=expected_version)


@transaction.atomic
def finish(*, row: Returned, by: AbstractBaseUser, outcome: str, expected_version: int | None = None) -> Returned:
    """The goods are repaired, replaced or scrapped; sales has its answer and the hours end."""
    if outcome not in Outcome.values:
        raise MoveRefused(_("“%(value)s” is not known") % {"value": outcome}, code="outcome")
    fields = {"outcome": outcome, "finished_at": timezone.now()}
    data = {"name": str(Outcome(outcome).label)}
    apply(row, WORKFLOW["finish"], by=by, data=data, fields=fields, expected_version=expected_version)
    if row.case is not None:
        record(subject=row.case, verb="case.defectives_answered", by=by, data={"name": f"{row.number} {data['name']}"})
    title = _("Returned defectives %(number)s are finished: %(what)s")
    tell(users=[row.handed_by], title=title % {"number": row.number, "what": data["name"]}, subject=row)
    return row


@transaction.atomic
def refuse(*, row: Returned, by: AbstractBaseUser, reason: str, expected_version: int | None = None) -> Returned:
    """Send them back to sales, with the reason."""
    apply(row, WORKFLOW["refuse"], by=by, data={"reason": reason}, expected_version=expected_version)
    tell(users=[row.handed_by], title=f"{row.number}: {reason}"[:200], subject=row, level="warn")
    return row

"""What an engineer wrote without a network arrives: all of it or nothing, and once (WO-09, WO-10, ACC-07)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from bihuan.core.activity.services import record
from bihuan.core.workflow.services import conflict
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.visits.models import PhoneEntry, Visit
from bihuan.service.visits.services import signing, working
from bihuan.service.visits.workflow import AHEAD


@dataclass(frozen=True)
class Written:
    """The parts of an entry; what was not written on the phone is None. Times are the phone's.

    ``early`` says that an arrival before the agreed day is meant.
    """

    written_at: datetime
    arrived_at: datetime | None = None
    early: bool = False
    prepared: Mapping[str, Any] | None = None
    agreed: Mapping[str, Any] | None = None
    report: Mapping[str, Any] | None = None
    signed: Mapping[str, Any] | None = None


@transaction.atomic
def hand_in(*, visit: Visit, by: AbstractBaseUser, key: str, version: int, written: Written) -> PhoneEntry:
    """Take the steps of a visit that were made without a network, at the times that the phone kept.

    ``version`` is the visit that the phone knew: one that was moved, given away or called off meanwhile is refused
    with what happened to it, and the entry stays on the phone. ``key`` names the entry: a repeat finds it. Parts that
    the warehouse has otherwise by now do not hold the entry up: they become a discrepancy (PRT-18).
    """
    working.require_on_it(visit, by)
    if (before := earlier(by=by, key=key)) is not None:
        return before
    require_unchanged(visit, version)
    written_at = kept_time(visit, written.written_at)
    entry = PhoneEntry.objects.create(key=key, visit=visit, user_id=by.pk, written_at=written_at)
    record(subject=visit, verb="visit.handed_in", by=by, data={"name": f"{timezone.localtime(written_at):%m-%d %H:%M}"})
    _on_site(visit, by, written, written_at)
    if written.report is not None:
        working.write_report(visit=visit, by=by, values=written.report, at=written_at, lenient=True)
    if written.signed is not None:
        signing.sign(visit=visit, by=by, at=written_at, **written.signed)
    return entry


def earlier(*, by: AbstractBaseUser, key: str) -> PhoneEntry | None:
    """The entry that arrived before, however long ago: a phone may repeat it days later."""
    return PhoneEntry.objects.filter(key=key, user=by.pk).first()


def require_unchanged(visit: Visit, version: int) -> None:
    """What was written for a visit that has changed meanwhile is looked at again before it counts."""
    if visit.version != version:
        raise MoveRefused(conflict(visit).reason, code="changed")


def _on_site(visit: Visit, by: AbstractBaseUser, written: Written, written_at: datetime) -> None:
    """Preparation, arrival, and the plan to which the customer agreed."""
    if visit.state in AHEAD:
        if written.prepared is not None:
            working.prepare(visit=visit, by=by, **written.prepared)
        arrived = kept_time(visit, written.arrived_at or written_at)
        working.arrive(visit=visit, by=by, early=written.early, at=min(arrived, written_at))
    if written.agreed is not None:
        working.agree_plan(visit=visit, by=by, at=visit.arrived_at, **written.agreed)


def kept_time(visit: Visit, moment: datetime) -> datetime:
    """A time of the phone, as far as it can be: not before the visit was planned, not after now."""
    return max(visit.created_at, min(moment, timezone.now()))

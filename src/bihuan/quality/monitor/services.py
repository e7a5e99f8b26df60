"""What people and the room above do with alarms; counting and judging write everything else."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.monitor.models import Alarm, AlarmState
from bihuan.quality.monitor.workflow import WORKFLOW


@transaction.atomic
def close_alarm(*, alarm: Alarm, by: Any, reason: str, expected_version: int | None = None) -> Alarm:
    """Close an alarm with its reason; one more case above the line raises a new one."""
    fields = {"reason": reason.strip()[:300], "closed_by_id": by.pk if by else None}
    return apply(alarm, WORKFLOW["close"], by=by, data={"reason": reason}, fields=fields,
                 expected_version=expected_version)  # fmt: skip


@transaction.atomic
def join_alarm(*, alarm: Alarm, by: Any, issue: str) -> Alarm:
    """An issue has taken the alarm; further cases repeat it there."""
    return apply(alarm, WORKFLOW["join"], by=by, data={"issue": issue})


@transaction.atomic
def settle_alarm(*, alarm: Alarm, by: Any, issue: str, reason: str) -> Alarm:
    """The issue that took the alarm has ended, and the alarm with it."""
    fields = {"reason": reason.strip()[:300], "closed_by_id": by.pk if by else None}
    data = {"reason": reason, "issue": issue}
    return apply(alarm, WORKFLOW["settle"], by=None, data=data, fields=fields, actor_name=str(by or ""))


@transaction.atomic
def note_report(*, alarm: Alarm, by: Any, form: str, number: str) -> None:
    """The form that the rule calls for was issued: the clock of 72 hours from the complaint stops (SLA-03, QIS-07)."""
    if alarm.state == AlarmState.CLOSED:
        raise MoveRefused(_("The alarm is closed."), code="state")
    record(subject=alarm, verb="alarm.reported", by=by, data={"form": form, "number": number})

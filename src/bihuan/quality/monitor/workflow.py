"""The moves of an alarm."""

from django.utils.translation import gettext_lazy as _

from bihuan.core.workflow.table import Move, Workflow
from bihuan.quality.monitor import permissions as perm
from bihuan.quality.monitor.models import AlarmState

S = AlarmState
WORKFLOW = Workflow(
    model="monitor.alarm",
    states=tuple(S.values),
    moves=(
        Move("join", _("Take into an issue"), frozenset({S.OPEN}), S.JOINED, perm.ALARM_JOIN, "alarm.joined",
             person=False),
        Move("settle", _("Settled by its issue"), frozenset({S.OPEN, S.JOINED}), S.CLOSED, perm.ALARM_CLOSE,
             "alarm.settled", person=False, needs_reason=True),
        Move("close", _("Close the alarm"), frozenset({S.OPEN, S.JOINED}), S.CLOSED, perm.ALARM_CLOSE, "alarm.closed",
             tone="danger", needs_reason=True),
    ),
)  # fmt: skip

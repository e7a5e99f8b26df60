"""What quality shows on the pages of a case and of an alarm: its issues, and the way to open one."""

from typing import Any

from bihuan.core.permissions.services import can
from bihuan.quality.issues.queries import of_alarm, of_case
from bihuan.quality.monitor import alarm_panels
from bihuan.quality.monitor.models import AlarmState
from bihuan.quality.monitor.permissions import ALARM_JOIN
from bihuan.service.desk import case_panels


def of_page(user: Any, case: Any) -> tuple[str, dict[str, Any]]:
    """The issues of a case."""
    return "issues/_case_panel.html", {"issues": of_case(user, case), "case": case}


def of_alarm_page(user: Any, alarm: Any) -> tuple[str, dict[str, Any]]:
    """The issue that took an alarm; one that waits for people has a button."""
    may_take = alarm.state == AlarmState.OPEN and can(user, ALARM_JOIN, alarm)
    issues = of_alarm(user, alarm.pk)
    return "issues/_alarm_panel.html", {"issues": issues, "alarm": alarm, "may_take": may_take}


case_panels.register(of_page)
alarm_panels.register(of_alarm_page)

"""What follow-up does when something happens on the desk."""

from typing import Any

from bihuan.core.activity.models import Activity
from bihuan.core.activity.reactions import on
from bihuan.service.followup.services import cancel_open, plan_follow_ups


@on("case.service_ended")
def plan(activity: Activity, subject: Any) -> None:
    """The service ended: plan the calls."""
    plan_follow_ups(case=subject, anchor="service_end", at=activity.at)


@on("case.reopened")
def drop(activity: Activity, subject: Any) -> None:
    """The case goes on: the calls of the cycle before fall away."""
    cancel_open(case=subject, cycle=int(activity.data.get("cycle", 2)) - 1)

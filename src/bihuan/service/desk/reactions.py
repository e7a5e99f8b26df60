"""What the desk does when something happens below it."""

from typing import Any

from bihuan.core.activity.models import Activity
from bihuan.core.activity.reactions import on
from bihuan.service.desk.models import Case
from bihuan.service.desk.routing import route_message
from bihuan.service.desk.services.solving import approval_ended


@on("message.read")
def route(activity: Activity, subject: Any) -> None:
    """A message was read: bring it into its case, in the same transaction."""
    route_message(message=subject)


@on("approval.approved", "approval.returned")
def go_on_after_approval(activity: Activity, subject: Any) -> None:
    """An approval of a solution ended: propose it, or give it back to its author."""
    data = activity.data.get("data") or {}
    if isinstance(subject, Case) and data.get("solution"):
        approval_ended(case=subject, solution_id=data["solution"], approved=activity.verb == "approval.approved")


@on("customer.merged")
def move_cases(activity: Activity, subject: Any) -> None:
    """Two customers became one: the cases follow."""
    merged = activity.data.get("merged")
    if merged:
        Case.objects.filter(customer_id=merged).update(customer_id=subject.pk)

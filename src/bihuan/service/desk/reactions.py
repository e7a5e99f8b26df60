"""What the desk does when something happens below it."""

from typing import Any

from django.utils.translation import gettext_lazy as lazy

from bihuan.core.activity.models import Activity
from bihuan.core.activity.reactions import on
from bihuan.core.notify.services import tell
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


TOLD = {
    "case.triaged": lazy("%(number)s is yours now: %(summary)s"),
    "case.assigned": lazy("%(number)s is yours now: %(summary)s"),
    "case.customer_wrote": lazy("The customer wrote about %(number)s: %(summary)s"),
    "case.solution_objected": lazy("The customer objects to the solution of %(number)s: %(summary)s"),
    "case.consented": lazy("The customer agrees, the work may begin: %(number)s %(summary)s"),
    "case.customer_refused": lazy("The customer did not accept the result of %(number)s: %(summary)s"),
    "case.internally_refused": lazy("The internal acceptance of %(number)s was refused: %(summary)s"),
    "case.reopened": lazy("%(number)s is open again: %(summary)s"),
}


@on(*TOLD)
def tell_handler(activity: Activity, subject: Any) -> None:
    """Whoever has the case learns what others did to it; what he did himself he knows (GEN-13)."""
    if not isinstance(subject, Case) or subject.owner_id in {None, activity.actor_id}:
        return
    if activity.verb == "case.triaged" and "owner" not in activity.data:
        return
    title = TOLD[activity.verb] % {"number": subject.number, "summary": subject.summary}
    tell(users=[subject.owner], title=title, subject=subject, level="warn" if subject.is_safety else "info",
         verb=activity.verb)  # fmt: skip

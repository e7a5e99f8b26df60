"""What the page of a case shows of its follow-ups."""

from typing import Any

from bihuan.core.permissions.services import can
from bihuan.service.desk import case_panels
from bihuan.service.followup import permissions as perm
from bihuan.service.followup.models import FollowUp
from bihuan.service.followup.queries import visible_to


def of_case(user: Any, case: Any) -> tuple[str, dict[str, Any]]:
    """The follow-ups of a case with their answers, and the way to the call that is due."""
    rows = list(visible_to(user).filter(case=case).select_related("agent", "review").order_by("-id"))
    names = {plan.code: plan.name for plan in case.policy.follow_ups}
    context = {
        "rows": [(row, names.get(row.plan, row.plan), lowest(row)) for row in rows],
        "may_call": can(user, perm.FOLLOW_UP_CALL, case), "may_review": can(user, perm.REVIEW, case),
    }  # fmt: skip
    return "followup/_case_panel.html", context


def lowest(row: FollowUp) -> int | None:
    """The worst of the customer's scores."""
    return min(row.scores.values(), default=None)


case_panels.register(of_case)

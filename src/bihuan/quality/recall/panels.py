"""What recalls show on the page of an issue."""

from typing import Any

from bihuan.core.permissions.services import can
from bihuan.quality.issues import issue_panels
from bihuan.quality.recall import permissions as perm
from bihuan.quality.recall.queries import of_issue


def of_page(user: Any, issue: Any) -> tuple[str, dict[str, Any]]:
    """The recalls of an issue, and the question for those who judge; most needed where there is danger."""
    recalls = of_issue(user, issue)
    may_ask = can(user, perm.RECALL_JUDGE, issue) and all(row.is_at_rest for row in recalls)
    shown = bool(recalls) or (may_ask and can(user, perm.RECALL_VIEW))
    context = {"recalls": recalls, "issue": issue, "may_ask": may_ask, "is_urgent": issue.is_safety and not recalls}
    return ("recall/_issue_panel.html" if shown else ""), context


issue_panels.register(of_page)

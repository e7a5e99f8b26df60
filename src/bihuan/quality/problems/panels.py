"""What the database shows on the page of an issue and of a case: similar problems and read-across."""

from typing import Any

from bihuan.core.permissions.services import can
from bihuan.quality.issues import issue_panels
from bihuan.quality.problems import permissions as perm
from bihuan.quality.problems import similar
from bihuan.quality.problems.queries import of_issue
from bihuan.service.desk import case_panels

MOST = 5


def of_issue_page(user: Any, issue: Any) -> tuple[str, dict[str, Any]]:
    """The most similar problems of an issue, and who else was asked."""
    if not can(user, perm.PROBLEMS_VIEW):
        return "", {}
    matches = similar.find(similar.of_issue(issue), user, most=MOST, by_words=False)
    return "problems/_issue_panel.html", {"matches": matches, "issue": issue, "questions": of_issue(user, issue)}


def of_case_page(user: Any, case: Any) -> tuple[str, dict[str, Any]]:
    """The most similar problems of a case, for whoever works with the database."""
    matches = []
    if can(user, perm.PROBLEMS_VIEW):
        matches = similar.find(similar.of_case(case), user, most=MOST, by_words=False)
    return "problems/_case_panel.html", {"matches": matches}


issue_panels.register(of_issue_page)
case_panels.register(of_case_page)

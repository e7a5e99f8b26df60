"""What nonconformities show on the pages of cases and issues."""

from typing import Any

from bihuan.quality.issues import issue_panels
from bihuan.quality.nonconformity.queries import of_case, of_issue
from bihuan.service.desk import case_panels

TEMPLATE = "nonconformity/_panel.html"


def of_case_page(user: Any, case: Any) -> tuple[str, dict[str, Any]]:
    """The sheets of a case."""
    return TEMPLATE, {"sheets": of_case(user, case), "key": "case", "number": case.number}


def of_issue_page(user: Any, issue: Any) -> tuple[str, dict[str, Any]]:
    """The sheets of an issue."""
    return TEMPLATE, {"sheets": of_issue(user, issue), "key": "issue", "number": issue.number}


case_panels.register(of_case_page)
issue_panels.register(of_issue_page)

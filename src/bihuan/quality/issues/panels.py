"""What quality shows on the page of a case: its issues, and the way to open one."""

from typing import Any

from bihuan.quality.issues.queries import of_case
from bihuan.service.desk import case_panels


def of_page(user: Any, case: Any) -> tuple[str, dict[str, Any]]:
    """The issues of a case."""
    return "issues/_case_panel.html", {"issues": of_case(user, case), "case": case}


case_panels.register(of_page)

"""The router of quality issues, and how the codes of a request become rows."""

from typing import Any

from django.http import HttpRequest

from bihuan.core.permissions.services import found
from bihuan.core.rest.problems import wrong
from bihuan.core.rest.routing import Router
from bihuan.quality.issues.api.outputs import IssueOut
from bihuan.quality.issues.models import Issue
from bihuan.quality.issues.queries import for_page

router = Router(tags=["issues"])


def issue_of(request: HttpRequest, number: str) -> Issue:
    """The issue of a number, or 404 for whoever may not see it."""
    return found(for_page(request.user, number))


def issue_out(request: HttpRequest, number: str) -> IssueOut:
    """The issue as it stands now."""
    return IssueOut.of(issue_of(request, number))


def row_of(field: str, rows: Any, value: str, key: str = "code") -> Any:
    """The row of a code; None stands for an empty one, and the answer names the field when nobody has it."""
    if not value:
        return None
    row = rows.filter(**{key: value}).first()
    if row is None:
        raise wrong(field, value)
    return row

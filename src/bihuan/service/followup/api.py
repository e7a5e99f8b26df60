"""Follow-ups over HTTP."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from bihuan.core.permissions.services import person, require
from bihuan.service.followup import permissions as perm
from bihuan.service.followup.queries import visible_to
from bihuan.service.followup.services import complete

router = Router(tags=["follow-ups"])


class Answers(Schema):
    """The answers of a customer."""

    scores: dict[str, int]
    solved: bool
    opinion: str = ""


@router.get("", response=list[dict[str, Any]], summary="The call list")
def call_list(request: HttpRequest) -> list[dict[str, Any]]:
    """The follow-ups that are due, the earliest first."""
    require(request.user, perm.FOLLOW_UP_VIEW)
    rows = visible_to(request.user).filter(state="due").select_related("case").order_by("call_at", "id")[:100]
    return [{"id": row.pk, "case": row.case.number, "plan": row.plan, "due_at": row.due_at} for row in rows]


@router.post("/{pk}", response=dict[str, Any], summary="Record the answers")
def answer(request: HttpRequest, pk: int, data: Answers) -> dict[str, Any]:
    """Record the answers of a follow-up."""
    row = get_object_or_404(visible_to(request.user).select_related("case"), pk=pk)
    complete(follow_up=row, by=person(request), **data.dict())
    return {"id": row.pk, "state": row.state}

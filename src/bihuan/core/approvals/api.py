"""Approvals over HTTP: what waits for the caller, and his decision."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Schema

from bihuan.core.approvals.models import Approval
from bihuan.core.approvals.queries import open_for, visible
from bihuan.core.approvals.services import vote
from bihuan.core.permissions.services import found, person
from bihuan.core.rest.fields import Count, In, MaybeText
from bihuan.core.rest.routing import Router

router = Router(tags=["approvals"])


class ApprovalOut(Schema):
    """An approval with the step that is waited for."""

    id: int
    title: str
    state: str
    version: int
    subject_type: str
    subject_id: int
    step: str | None
    drafter: str | None
    opened_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, row: Approval) -> "ApprovalOut":
        """Build the view of an approval."""
        step, drafter = row.step, row.drafter
        names = ("title", "state", "version", "subject_type", "subject_id", "opened_at", "ended_at")
        return cls(
            id=row.pk, step=str(step["name"]) if step else None, drafter=drafter.username if drafter else None,
            **{name: getattr(row, name) for name in names},
        )  # fmt: skip


class VoteIn(In):
    """A decision; a return needs its reason. ``version`` is the one that was seen."""

    approved: bool
    comment: MaybeText = ""
    version: Count | None = None


@router.get("", response=list[ApprovalOut], summary="What waits for my approval")
def todo(request: HttpRequest) -> list[ApprovalOut]:
    """The open approvals that the caller may decide now."""
    return [ApprovalOut.of(row) for row in open_for(request.user)]


@router.get("/{int:pk}", response=ApprovalOut, summary="One approval")
def detail(request: HttpRequest, pk: int) -> ApprovalOut:
    """One approval."""
    return ApprovalOut.of(found(visible(request.user, pk)))


@router.post("/{int:pk}/votes", response={201: ApprovalOut}, summary="Decide the open step")
def decide(request: HttpRequest, pk: int, data: VoteIn) -> ApprovalOut:
    """Approve or return; the drafter never decides about his own."""
    row = found(visible(request.user, pk))
    vote(approval=row, by=person(request), approved=data.approved, comment=data.comment, expected_version=data.version)
    return ApprovalOut.of(Approval.objects.select_related("drafter").get(pk=row.pk))

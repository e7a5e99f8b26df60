"""The moves of a sheet. Everything else about states is derived from this table."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.workflow.table import Move, MoveRefused, Workflow
from bihuan.quality.nonconformity import permissions as perm
from bihuan.quality.nonconformity.balance import needs
from bihuan.quality.nonconformity.models import Nonconformity, SheetState

S = SheetState
OPEN = frozenset({S.REPORTED, S.REVIEWING, S.APPROVING, S.DISPOSING})


def is_isolated(sheet: Nonconformity, by: Any, data: Mapping[str, Any]) -> None:
    """Goods stand apart under a label before anybody decides about them (NCR-18)."""
    if not sheet.is_isolated:
        raise MoveRefused(_("Isolate and label the goods first."))


def has_review(sheet: Nonconformity, by: Any, data: Mapping[str, Any]) -> None:
    """Cause, responsible person and measure are named before approval (NCR-03, NCR-21)."""
    named = (sheet.cause, sheet.corrective, sheet.preventive, sheet.responsible_id, sheet.department_id, sheet.due_at)
    if not all(named):
        raise MoveRefused(_("Name cause, responsible person, measures and the required completion first."))


def adds_up(sheet: Nonconformity, by: Any, data: Mapping[str, Any]) -> None:
    """Every piece that was found has exactly one disposition, and so has every piece that failed a check."""
    for need in needs(sheet, sheet.dispositions.select_related("sheet")):
        if need.left:
            raise MoveRefused(
                _("The dispositions add up to %(given)s pieces, found were %(wanted)s.")
                % {"given": need.given, "wanted": need.wanted}
            )


def all_finished(sheet: Nonconformity, by: Any, data: Mapping[str, Any]) -> None:
    """Nothing is closed while goods wait for their disposition or for the check after it."""
    rows = list(sheet.dispositions.select_related("sheet"))
    waiting = [str(row) for row in rows if row.state != "over"]
    if waiting:
        raise MoveRefused(_("Not finished yet: %(names)s") % {"names": "、".join(waiting)})


def measures_done(sheet: Nonconformity, by: Any, data: Mapping[str, Any]) -> None:
    """The corrective measure is carried out before the sheet closes."""
    if sheet.measures_done_at is None:
        raise MoveRefused(_("The corrective measure is not reported as done."))


def nobody_objects(sheet: Nonconformity, by: Any, data: Mapping[str, Any]) -> None:
    """A sheet closes when nobody may object any more and no objection waits for the final ruling (NCR-05, NCR-06)."""
    rows = list(sheet.objections.all())
    if any(row.waits for row in rows):
        raise MoveRefused(_("An objection waits for the final ruling."))
    is_ruled = any(row.ruling for row in rows)
    if not is_ruled and sheet.objection_until is not None and timezone.now() < sheet.objection_until:
        raise MoveRefused(_("The time for objections is not over yet."))


def move(name: str, label: Any, sources: Any, target: str | None, permission: str, verb: str, **more: Any) -> Move:
    """Build a move; sources may be one state or many."""
    states = frozenset({sources}) if isinstance(sources, str) else frozenset(sources)
    return Move(name, label, states, target, permission, f"nonconformity.{verb}", **more)


WORKFLOW = Workflow(
    model="nonconformity.nonconformity",
    states=tuple(S.values),
    moves=(
        move("take", _("Take over the sheet"), S.REPORTED, S.REVIEWING, perm.MANAGE, "taken", tone="primary"),
        move("submit", _("Submit for approval"), S.REVIEWING, S.APPROVING, perm.MANAGE, "submitted",
             guards=(is_isolated, has_review, adds_up), tone="primary"),
        move("return", _("Sheet returned"), S.APPROVING, S.REVIEWING, perm.MANAGE, "returned", person=False),
        move("approve", _("Sheet approved"), S.APPROVING, S.DISPOSING, perm.MANAGE, "approved", person=False),
        move("object", _("First objection"), S.DISPOSING, S.REVIEWING, perm.VIEW, "objected", person=False),
        move("uphold", _("Objection upheld"), S.DISPOSING, S.REVIEWING, perm.RULE, "objection_upheld", person=False),
        move("close", _("Close"), S.DISPOSING, S.CLOSED, perm.VERIFY, "closed",
             guards=(adds_up, all_finished, measures_done, nobody_objects), tone="primary"),
        move("cancel", _("No nonconformity"), {S.REPORTED, S.REVIEWING}, S.CANCELLED, perm.MANAGE, "cancelled",
             needs_reason=True, tone="danger"),
        move("isolate", _("Isolate and label"), {S.REPORTED, S.REVIEWING}, None, perm.MANAGE, "isolated"),
        move("review", _("Record the review"), S.REVIEWING, None, perm.MANAGE, "reviewed"),
        move("assign", _("Assign a handler"), OPEN, None, perm.MANAGE, "assigned"),
    ),
)  # fmt: skip

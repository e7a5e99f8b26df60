"""What the page of a sheet shows."""

from typing import Any

from django.utils.translation import gettext as _

from bihuan.core.activity.queries import timeline
from bihuan.core.approvals.queries import for_subject as approvals_of
from bihuan.core.deadlines.services import milestones, of_subject
from bihuan.core.files.queries import attachments_of
from bihuan.core.permissions.services import can
from bihuan.core.workflow.acting import Outcome, acts_context, steps_of
from bihuan.quality.issues.board import notices_of
from bihuan.quality.nonconformity.actions import ACTS, objections_of, rows_of
from bihuan.quality.nonconformity.balance import needs, open_pieces, settled
from bihuan.quality.nonconformity.models import Ending, Nonconformity, SheetState
from bihuan.quality.nonconformity.papers import wanted
from bihuan.quality.nonconformity.services.objecting import SHEET
from bihuan.quality.nonconformity.sheet_panels import rendered

S = SheetState
STATIONS = (S.REPORTED, S.REVIEWING, S.APPROVING, S.DISPOSING, S.CLOSED)


def balance_of(sheet: Nonconformity, rows: list[Any]) -> dict[str, Any]:
    """How many pieces have which end, how many are on their way, how many have none; together all that were found."""
    ends = settled(rows)
    left = open_pieces(sheet, rows)
    over = sum(ends.values())
    return {
        "found": sheet.quantity, "left": left, "moving": sheet.quantity - over - left,
        "ends": [(Ending(kind).label, count) for kind, count in ends.items()],
        "bad": [need for need in needs(sheet, rows) if need.left],
    }  # fmt: skip


def sheet_context(sheet: Nonconformity, user: Any, wish: str = "", outcome: Outcome | None = None) -> dict[str, Any]:
    """Everything that the page shows; the number of queries does not depend on how much there is."""
    rows = rows_of(sheet)
    return {
        "sheet": sheet, "row": sheet, "act_address": "nonconformity:act", "steps": steps_of(sheet.state, STATIONS),
        "who": f"{_('Handled by')}：{sheet.owner or '—'}",
        "class_name": sheet.policy.nonconformity.class_name(sheet.defect_class),
        "objections": objections_of(sheet), "notices": notices_of(SHEET, sheet),
        "rows": rows, "balance": balance_of(sheet, rows), **acts_context(ACTS, sheet, user, wish, outcome),
        "deadlines": milestones(of_subject(sheet)), "timeline": timeline(sheet), "approvals": approvals_of(sheet),
        "attachments": attachments_of(sheet), "papers": wanted(sheet),
        "may_issue": can(user, "documents.issue", sheet), "parts": rendered(user, sheet),
    }  # fmt: skip

"""What the page of a voucher shows."""

from typing import Any

from django.utils.translation import gettext as _

from bihuan.core.activity.queries import timeline
from bihuan.core.approvals.queries import for_subject as approvals_of
from bihuan.core.deadlines.services import milestones, of_subject
from bihuan.core.files.queries import attachments_of
from bihuan.core.permissions.services import can
from bihuan.core.workflow.acting import Outcome, acts_context, steps_of
from bihuan.quality.cost.actions import ACTS, shares_of
from bihuan.quality.cost.models import Kind, Voucher, VoucherState
from bihuan.quality.cost.papers import wanted
from bihuan.quality.cost.workflow import ASKS

S = VoucherState
SENT_WAY = (S.DRAFT, S.SENT, S.AGREED, S.POSTED)
OBJECTED_WAY = (S.DRAFT, S.SENT, S.OBJECTED, S.AGREED, S.POSTED)
ASKED_WAY = (S.DRAFT, S.APPROVING, S.AGREED, S.POSTED)


def way_of(voucher: Voucher) -> tuple[VoucherState, ...]:
    """The stations of its kind; an objection adds one."""
    if voucher.kind in ASKS:
        return ASKED_WAY
    return OBJECTED_WAY if voucher.state == S.OBJECTED or voucher.decision else SENT_WAY


def voucher_context(voucher: Voucher, user: Any, wish: str = "", outcome: Outcome | None = None) -> dict[str, Any]:
    """Everything that the page shows; the number of queries does not depend on how much there is."""
    rules = voucher.policy.cost
    lines = list(voucher.lines.select_related("entered_by"))
    kinds = {item.code: item.name for item in rules.compensation_kinds}
    return {
        "voucher": voucher, "row": voucher, "act_address": "cost:act",
        "steps": steps_of(voucher.state, way_of(voucher)), "who": f"{_('Drafter')}：{voucher.drafter}",
        "shares": shares_of(voucher), "items": list(voucher.items.all()),
        "lines": [(line, rules.class_name(line.kind)) for line in lines],
        "compensation_kind": kinds.get(voucher.compensation_kind, voucher.compensation_kind),
        "is_compensation": voucher.kind == Kind.COMPENSATION, "limit": rules.small_compensation,
        **acts_context(ACTS, voucher, user, wish, outcome),
        "deadlines": milestones(of_subject(voucher)), "timeline": timeline(voucher),
        "approvals": approvals_of(voucher), "attachments": attachments_of(voucher), "papers": wanted(voucher),
        "may_issue": can(user, "documents.issue", voucher),
    }  # fmt: skip

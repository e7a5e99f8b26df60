"""The moves of a hand-over."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.workflow.table import Move, MoveRefused, Workflow
from bihuan.quality.returned import permissions as perm
from bihuan.quality.returned.models import Returned, ReturnedState

S = ReturnedState


def not_own(row: Returned, by: Any, data: Mapping[str, Any]) -> None:
    """Who hands over does not confirm the receipt."""
    if by is not None and by.pk == row.handed_by_id:
        raise MoveRefused(_("Who hands over does not confirm the receipt."))


WORKFLOW = Workflow(
    model="returned.returned",
    states=tuple(S.values),
    moves=(
        Move("receive", _("Confirm the receipt"), frozenset({S.HANDED}), S.RECEIVED, perm.RETURNED_ANALYSE,
             "returned.received", (not_own,), tone="primary"),
        Move("analyse", _("Record the analysis"), frozenset({S.RECEIVED, S.ANALYSED}), S.ANALYSED,
             perm.RETURNED_ANALYSE, "returned.analysed", tone="primary"),
        Move("finish", _("Finish"), frozenset({S.ANALYSED}), S.FINISHED, perm.RETURNED_ANALYSE, "returned.finished",
             tone="primary"),
        Move("refuse", _("Send back"), frozenset({S.HANDED, S.RECEIVED}), S.REFUSED, perm.RETURNED_ANALYSE,
             "returned.refused", needs_reason=True, tone="danger"),
    ),
)  # fmt: skip

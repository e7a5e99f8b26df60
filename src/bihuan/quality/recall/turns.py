"""What the page of a recall reads once, and for which acts there is anything to do."""

from collections.abc import Callable
from typing import Any

from bihuan.quality.recall.figures import Figures, figures_of
from bihuan.quality.recall.models import AffectedState, Proposal, Recall, RecallState, RecallStep, StepKind


def _kept(recall: Recall, name: str, read: Callable[[Recall], Any]) -> Any:
    if name not in recall.__dict__:
        recall.__dict__[name] = read(recall)
    return recall.__dict__[name]


def steps_for(recall: Recall) -> list[RecallStep]:
    """The steps of the law that were taken."""
    return list(_kept(recall, "_steps", lambda row: list(row.steps.select_related("by"))))


def figures_for(recall: Recall) -> Figures | None:
    """How far a decided recall is."""
    found: Figures | None = _kept(recall, "_figures", lambda row: figures_of(row) if row.is_decided else None)
    return found


def due(name: str) -> Callable[[Recall, Any], bool]:
    """Whether there is anything to do for an act."""
    return lambda recall, user: bool(_kept(recall, "_facts", _facts)[name])


def _facts(recall: Recall) -> dict[str, bool]:
    figures, taken = figures_for(recall), {row.kind for row in steps_for(recall)}
    judged = recall.proposal != Proposal.OPEN
    ready = {StepKind.STOP_SALE, StepKind.FILE_PLAN} <= taken
    return {
        **{str(kind): kind not in taken for kind in StepKind},
        "publish": StepKind.PUBLISH not in taken and ready,
        "submit": judged, "drop_scope": recall.state == RecallState.JUDGING and recall.scopes.exists(),
        "tell_owners": StepKind.FILE_PLAN in taken and bool(figures and figures.states[AffectedState.WAITING]),
        "write_letters": StepKind.FILE_PLAN in taken,
        "owner": StepKind.FILE_PLAN in taken, "quantity": bool(figures and figures.total > figures.identified),
        "give_up_rest": bool(figures and figures.open), "complete": bool(figures and not figures.open),
        "report": recall.reports.filter(filed_at__isnull=True, dropped_at__isnull=True).exists(),
        "close": StepKind.FINAL_REPORT in taken,
    }  # fmt: skip

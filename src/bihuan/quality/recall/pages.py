"""What the page of a recall shows."""

from typing import Any

from bihuan.core.activity.queries import timeline
from bihuan.core.approvals.queries import for_subject as approvals_of
from bihuan.core.deadlines.models import Deadline
from bihuan.core.deadlines.services import milestones
from bihuan.core.permissions.services import can
from bihuan.core.workflow.acting import steps_of
from bihuan.quality.recall.actions import ACTS, Act, available
from bihuan.quality.recall.charts import progress_picture
from bihuan.quality.recall.figures import Figures, figures_of, percent, progress_of
from bihuan.quality.recall.models import AffectedState, Proposal, Recall, RecallState, Remedy, StepKind
from bihuan.quality.recall.papers import notices_of, possible
from bihuan.quality.recall.population import total
from bihuan.quality.recall.scoping import population_of, produced
from bihuan.quality.recall.services.population import missing

S = RecallState
STATIONS = (S.JUDGING, S.DECIDING, S.PREPARING, S.RUNNING, S.COMPLETED, S.CLOSED)
TONES = {
    AffectedState.WAITING: "grey", AffectedState.TOLD: "blue", AffectedState.ANSWERED: "orange",
    AffectedState.DONE: "green", AffectedState.UNREACHABLE: "red", AffectedState.REFUSED: "red",
}  # fmt: skip


def deadlines_of(recall: Recall) -> list[Deadline]:
    """The limits of the law on the recall and on its reports, the open ones first."""
    rows = Deadline.objects.filter(subject_type="recall.recall", subject_id=recall.pk)
    reports = Deadline.objects.filter(subject_type="recall.recallreport", subject_id__in=recall.reports.values("pk"))
    return milestones([*rows, *reports])


def facts_for(recall: Recall, figures: Figures | None, taken: set[str]) -> dict[str, bool]:
    """For which acts there is anything to do."""
    judged = recall.proposal != Proposal.OPEN
    ready = {StepKind.STOP_SALE, StepKind.FILE_PLAN} <= taken
    return {
        **{str(kind): kind not in taken for kind in StepKind},
        "publish": StepKind.PUBLISH not in taken and ready,
        "submit": judged, "drop_scope": recall.state == S.JUDGING and recall.scopes.exists(),
        "tell_owners": StepKind.FILE_PLAN in taken and bool(figures and figures.states[AffectedState.WAITING]),
        "write_letters": StepKind.FILE_PLAN in taken,
        "owner": StepKind.FILE_PLAN in taken, "quantity": bool(figures and figures.total > figures.identified),
        "give_up_rest": bool(figures and figures.open), "complete": bool(figures and not figures.open),
        "report": recall.reports.filter(filed_at__isnull=True, dropped_at__isnull=True).exists(),
        "close": StepKind.FINAL_REPORT in taken,
    }  # fmt: skip


def chosen(acts: list[Act], wish: str, *, early: bool) -> Act | None:
    """The one form that stands open: the wished one; before the recall is under way the next step."""
    forms = [act for act in acts if act.form]
    named = next((act for act in forms if act.name == wish), None)
    return named or (next((act for act in forms if act.tone == "primary"), None) if early else None)


def states_of(figures: Figures) -> list[dict[str, Any]]:
    """Units by state with their shares; each leads to the list of its units."""
    return [
        {
            "code": state.value, "label": state.label, "count": figures.states[state], "tone": TONES[state],
            "percent": percent(figures.states[state], figures.total),
        }
        for state in AffectedState
    ]  # fmt: skip


def scope_context(recall: Recall) -> dict[str, Any]:
    """The scope with its population: frozen, or as it would be now."""
    found = [] if recall.is_decided else population_of(recall)
    return {
        "scopes": list(recall.scopes.select_related("model", "batch")), "produced": produced(recall),
        "would_be": None if recall.is_decided else total(found),
        "would_be_known": None if recall.is_decided else sum(bool(row.serial) for row in found),
        "missing": total(missing(recall)) if recall.is_decided and not recall.is_at_rest else 0,
    }  # fmt: skip


def recall_context(recall: Recall, user: Any, wish: str = "", bound: Any = None) -> dict[str, Any]:
    """Everything that the page shows; the number of queries does not depend on how many units there are."""
    steps = list(recall.steps.select_related("by"))
    figures = figures_of(recall) if recall.is_decided else None
    acts = available(recall, user, facts_for(recall, figures, {row.kind for row in steps}))
    early = recall.state in {S.JUDGING, S.PREPARING}
    opened = ACTS.get(wish) if bound is not None else chosen(acts, wish, early=early)
    form = bound if bound is not None else opened.form(recall=recall) if opened and opened.form else None
    points = progress_of(recall)
    level = recall.policy.level("severity", recall.severity)
    return {
        "recall": recall, "steps": steps_of(recall.state, STATIONS), "taken": steps, "opened": opened, "form": form,
        "bar": [act for act in acts if act.tone == "primary"], "more": [act for act in acts if act.tone != "primary"],
        "figures": figures, "states": states_of(figures) if figures else [],
        "measures": [(Remedy(key).label, n) for key, n in figures.measures.items() if n] if figures else [],
        "rate": percent(figures.done, figures.total) if figures else "",
        "told_rate": percent(figures.told, figures.total) if figures else "",
        "points": points[::-1], "picture": progress_picture(points), "severity": level.name if level else "",
        "deadlines": deadlines_of(recall), "timeline": timeline(recall), "approvals": approvals_of(recall),
        "papers": possible(recall), "may_issue": can(user, "documents.issue", recall),
        "notices": notices_of(recall), "reports": list(recall.reports.select_related("filed_by")),
        **scope_context(recall),
    }  # fmt: skip

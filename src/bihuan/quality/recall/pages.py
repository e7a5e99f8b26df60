"""What the page of a recall shows."""

from typing import Any

from django.utils.translation import gettext as _

from bihuan.core.activity.queries import timeline
from bihuan.core.approvals.queries import for_subject as approvals_of
from bihuan.core.deadlines.models import Deadline
from bihuan.core.deadlines.services import milestones
from bihuan.core.permissions.services import can
from bihuan.core.workflow.acting import Outcome, acts_context, steps_of
from bihuan.quality.recall.actions import ACTS
from bihuan.quality.recall.charts import progress_picture
from bihuan.quality.recall.figures import Figures, percent, progress_of
from bihuan.quality.recall.models import AffectedState, Recall, RecallState, Remedy
from bihuan.quality.recall.papers import notices_of, possible
from bihuan.quality.recall.population import total
from bihuan.quality.recall.scoping import population_of, produced
from bihuan.quality.recall.services.population import missing
from bihuan.quality.recall.turns import figures_for, steps_for

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


def recall_context(recall: Recall, user: Any, wish: str = "", outcome: Outcome | None = None) -> dict[str, Any]:
    """Everything that the page shows; the number of queries does not depend on how many units there are.

    A form stands open by itself only before the recall is under way: afterwards its figures come first.
    """
    figures, early = figures_for(recall), recall.state in {S.JUDGING, S.PREPARING}
    points = progress_of(recall)
    level = recall.policy.level("severity", recall.severity)
    return {
        "recall": recall, "row": recall, "act_address": "recall:act", "who": f"{_('In charge')}：{recall.owner or '—'}",
        **acts_context(ACTS, recall, user, wish, outcome, opens=early),
        "steps": steps_of(recall.state, STATIONS), "taken": steps_for(recall),
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

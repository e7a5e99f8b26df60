"""The moves of a recall and of an affected unit."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.workflow.table import Move, MoveRefused, Workflow
from bihuan.quality.recall import permissions as perm
from bihuan.quality.recall.models import Affected, AffectedState, Proposal, Recall, RecallState, StepKind
from bihuan.quality.recall.models.units import ENDED

S, A = RecallState, AffectedState
OPEN = frozenset({S.JUDGING, S.DECIDING, S.PREPARING, S.RUNNING, S.COMPLETED})
DECIDED = frozenset({S.PREPARING, S.RUNNING, S.COMPLETED})
WORKING = frozenset({S.PREPARING, S.RUNNING})


def is_judged(recall: Recall, by: Any, data: Mapping[str, Any]) -> None:
    """The technical analysis says what is wrong, what may happen, and what is proposed (QIS-12)."""
    if recall.proposal == Proposal.OPEN:
        raise MoveRefused(_("Write the technical analysis and its proposal first."))


def has_scope(recall: Recall, by: Any, data: Mapping[str, Any]) -> None:
    """A recall names its products; who needs none has none to name."""
    if recall.proposal == Proposal.RECALL and not recall.scopes.exists():
        raise MoveRefused(_("Name the affected products first."))


def taken(recall: Recall, kind: str) -> bool:
    """Whether a step was taken."""
    return recall.steps.filter(kind=kind).exists()


def not_yet(kind: StepKind) -> Any:
    """A step of the law is taken once."""

    def guard(recall: Recall, by: Any, data: Mapping[str, Any]) -> None:
        if taken(recall, kind):
            raise MoveRefused(_("This step has been taken already."), code="state")

    guard.__doc__ = f"{kind} is taken once."
    return guard


def ready_to_publish(recall: Recall, by: Any, data: Mapping[str, Any]) -> None:
    """The public hears of a recall whose goods are no longer sold and whose plan is filed."""
    if not taken(recall, StepKind.STOP_SALE):
        raise MoveRefused(_("Stop production and sale first."))
    if not taken(recall, StepKind.FILE_PLAN):
        raise MoveRefused(_("File the recall plan first."))


def every_unit_ended(recall: Recall, by: Any, data: Mapping[str, Any]) -> None:
    """The measures are complete when no unit is left in between."""
    left = recall.affected.exclude(state__in=ENDED).exists()
    if left:
        raise MoveRefused(_("There are units about which nothing final is known yet."))


def every_unit_read(recall: Recall, by: Any, data: Mapping[str, Any]) -> None:
    """Shipments that were booked after the decision are looked at before anything is called complete."""
    from bihuan.quality.recall.services.population import missing

    if missing(recall):
        raise MoveRefused(_("There are later units of the same scope that are not taken over yet."))


def final_report_filed(recall: Recall, by: Any, data: Mapping[str, Any]) -> None:
    """A recall ends with its final report."""
    if not taken(recall, StepKind.FINAL_REPORT):
        raise MoveRefused(_("File the final report first."))


def reports_filed(recall: Recall, by: Any, data: Mapping[str, Any]) -> None:
    """No progress report is overdue at the end."""
    from django.utils import timezone

    due = recall.reports.filter(filed_at__isnull=True, dropped_at__isnull=True, due_at__lt=timezone.now())
    if due.exists():
        raise MoveRefused(_("A progress report is overdue. File it first."))


def move(name: str, label: Any, sources: Any, target: str | None, permission: str, verb: str, **more: Any) -> Move:
    """Build a move of a recall; sources may be one state or many."""
    states = frozenset({sources}) if isinstance(sources, str) else frozenset(sources)
    return Move(name, label, states, target, permission, f"recall.{verb}", **more)


WORKFLOW = Workflow(
    model="recall.recall",
    states=tuple(S.values),
    moves=(
        move("judge", _("Write the technical analysis"), S.JUDGING, None, perm.RECALL_JUDGE, "judged",
             tone="primary"),
        move("scope", _("Name the affected products"), S.JUDGING, None, perm.RECALL_JUDGE, "scope_named"),
        move("submit", _("Ask for the decision"), S.JUDGING, S.DECIDING, perm.RECALL_JUDGE, "submitted",
             guards=(is_judged, has_scope), tone="primary"),
        move("return", _("Given back"), S.DECIDING, S.JUDGING, perm.RECALL_JUDGE, "returned", person=False),
        move("decide", _("Recall decided"), S.DECIDING, S.PREPARING, perm.RECALL_MANAGE, "decided", person=False),
        move("decline", _("No recall needed"), S.DECIDING, S.DECLINED, perm.RECALL_MANAGE, "declined", person=False),
        move("assign", _("Name who is in charge"), OPEN, None, perm.RECALL_MANAGE, "assigned"),
        move("tell_authority", _("Report the danger to the authority"), OPEN, None, perm.RECALL_MANAGE,
             "authority_told", guards=(not_yet(StepKind.TELL_AUTHORITY),)),
        move("stop_sale", _("Stop production and sale"), WORKING, None, perm.RECALL_MANAGE, "sale_stopped",
             guards=(not_yet(StepKind.STOP_SALE),), tone="primary"),
        move("file_plan", _("File the recall plan"), S.PREPARING, None, perm.RECALL_MANAGE, "plan_filed",
             guards=(not_yet(StepKind.FILE_PLAN),), tone="primary"),
        move("publish", _("Publish the recall"), S.PREPARING, S.RUNNING, perm.RECALL_MANAGE, "published",
             guards=(not_yet(StepKind.PUBLISH), ready_to_publish), tone="primary"),
        move("complete", _("Measures completed"), S.RUNNING, S.COMPLETED, perm.RECALL_MANAGE, "completed",
             guards=(every_unit_ended, every_unit_read), tone="primary"),
        move("resume", _("Goes on: later units"), S.COMPLETED, S.RUNNING, perm.RECALL_MANAGE, "resumed",
             person=False),
        move("final_report", _("File the final report"), S.COMPLETED, None, perm.RECALL_MANAGE, "final_reported",
             guards=(not_yet(StepKind.FINAL_REPORT),), tone="primary"),
        move("close", _("Close"), S.COMPLETED, S.CLOSED, perm.RECALL_MANAGE, "closed",
             guards=(every_unit_ended, every_unit_read, final_report_filed, reports_filed), tone="primary"),
        move("withdraw", _("Withdraw the question"), S.JUDGING, S.WITHDRAWN, perm.RECALL_JUDGE, "withdrawn",
             needs_reason=True, tone="danger"),
    ),
)  # fmt: skip


def of_running(row: Affected, by: Any, data: Mapping[str, Any]) -> None:
    """Units are worked on while their recall is."""
    if row.recall.state not in DECIDED:
        raise MoveRefused(_("This recall is not under way."), code="state")


def tried_enough(row: Affected, by: Any, data: Mapping[str, Any]) -> None:
    """Nobody is unreachable before he was called as often as the company asks; unknown holders were told in public."""
    needed = row.recall.policy.recall.attempts
    if row.serial and row.attempts < needed:
        raise MoveRefused(
            _("Tried %(tries)s times; unreachable only after %(needed)s.") % {"tries": row.attempts, "needed": needed}
        )
    if not row.serial and not taken(row.recall, StepKind.PUBLISH):
        raise MoveRefused(_("Publish the recall first."))


def step(name: str, label: Any, sources: Any, target: str | None, verb: str, **more: Any) -> Move:
    """Build a move of an affected unit."""
    guards = (of_running, *more.pop("guards", ()))
    return Move(name, label, frozenset(sources), target, perm.RECALL_RECORD, f"affected.{verb}", guards, **more)


UNIT_WORKFLOW = Workflow(
    model="recall.affected",
    states=tuple(A.values),
    moves=(
        step("tell", _("Owner told"), {A.WAITING}, A.TOLD, "told"),
        step("answer", _("Owner has answered"), {A.WAITING, A.TOLD, A.ANSWERED, A.UNREACHABLE, A.REFUSED}, A.ANSWERED,
             "answered"),
        step("try", _("Tried to reach the owner"), {A.WAITING, A.TOLD, A.ANSWERED}, None, "tried"),
        step("do", _("Measure done"), {A.WAITING, A.TOLD, A.ANSWERED, A.UNREACHABLE, A.REFUSED}, A.DONE, "done",
             tone="primary"),
        step("give_up", _("Unreachable"), {A.TOLD, A.ANSWERED}, A.UNREACHABLE, "unreachable",
             guards=(tried_enough,), needs_reason=True),
        step("refuse", _("Owner refuses"), {A.TOLD, A.ANSWERED}, A.REFUSED, "refused", needs_reason=True),
        step("identify", _("Serial known"), {A.WAITING, A.TOLD, A.ANSWERED, A.UNREACHABLE}, None, "identified"),
    ),
)  # fmt: skip

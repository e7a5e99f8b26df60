"""The moves of a visit."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.policy.schema.service import AcceptanceStep
from bihuan.core.workflow.table import Move, MoveRefused, Workflow
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.models import CARE, Purpose, Verdict, Visit, VisitState

S = VisitState
AHEAD = frozenset({S.PLANNED, S.CONFIRMED})


def lies_ahead(visit: Visit, by: Any, data: Mapping[str, Any]) -> None:
    """A time that is over is not agreed any more."""
    if visit.starts_at <= timezone.now():
        raise MoveRefused(_("This time is over. Propose another one."), code="starts_at")


def is_agreed(visit: Visit, by: Any, data: Mapping[str, Any]) -> None:
    """Nobody stands before a door at a time that the customer has not agreed to (WO-14)."""
    if visit.state != S.CONFIRMED and visit.policy.visits.customer_confirms:
        raise MoveRefused(_("The customer has not agreed to the time yet."))


def is_prepared(visit: Visit, by: Any, data: Mapping[str, Any]) -> None:
    """Staff, tools, parts, papers and the customer's safety rules are ready before arrival (WO-08, WO-12)."""
    if missing := visit.policy.visits.missing(visit.prepared):
        raise MoveRefused(_("Not prepared yet: %(what)s") % {"what": "、".join(missing)})


def is_the_day(visit: Visit, by: Any, data: Mapping[str, Any]) -> None:
    """Who stands there before the agreed day says that he means it: a check-in by mistake would end the wait for the
    appointment (WO-14, WO-16)."""
    if not data.get("early") and visit.is_before_its_day(data.get("at")):
        at = f"{timezone.localtime(visit.starts_at):%Y-%m-%d %H:%M}"
        raise MoveRefused(
            _("The agreed time is %(at)s. Confirm that you are there already.") % {"at": at}, code="early"
        )


def plan_is_agreed(visit: Visit, by: Any, data: Mapping[str, Any]) -> None:
    """Nothing is done before the customer's person in charge has agreed to the plan (WO-09)."""
    report = getattr(visit, "report", None)
    if visit.purpose == Purpose.SERVICE and (report is None or report.agreed_at is None):
        raise MoveRefused(_("Agree the plan with the customer before the work."), code="agree")


def parts_are_the_same(visit: Visit, by: Any, data: Mapping[str, Any]) -> None:
    """A replaced part has the model and the specification of the original (WO-20)."""
    if str(data.get("parts", "")).strip() and not data.get("same_parts"):
        raise MoveRefused(_("A replaced part has the same model and specification as the original."), code="same_parts")


def result_is_shown(visit: Visit, by: Any, data: Mapping[str, Any]) -> None:
    """What is called solved was run, demonstrated and cleaned up, as the procedure asks (ACC-01, ACC-02, ACC-03)."""
    if visit.purpose != Purpose.SERVICE:
        return
    if data.get("verdict") == Verdict.FOUND:
        raise MoveRefused(_("Say whether the problem is solved."), code="verdict")
    if not data.get("cleaned"):
        raise MoveRefused(_("Clean the site before you leave."), code="cleaned")
    if data.get("verdict") != Verdict.SOLVED:
        return
    steps = visit.case.policy.procedure.acceptance
    if AcceptanceStep.DEMONSTRATION in steps and not data.get("demonstrated"):
        raise MoveRefused(_("Demonstrate the result to the customer first."), code="demonstrated")
    results = data.get("results") or []
    if AcceptanceStep.RUN_TEST in steps and not results:
        raise MoveRefused(_("Record the run or trial test and its result."), code="results")
    if any(row["passed"] is False for row in results):
        raise MoveRefused(_("A criterion is not met: the problem is not solved yet."), code="verdict")


def move(name: str, label: Any, sources: Any, target: str | None, permission: str, verb: str, **more: Any) -> Move:
    """Build a move of a visit; sources may be one state or many."""
    states = frozenset({sources}) if isinstance(sources, str) else frozenset(sources)
    return Move(name, label, states, target, permission, f"visit.{verb}", **more)


def checklist_is_answered(visit: Visit, by: Any, data: Mapping[str, Any]) -> None:
    """Every line of a round or a maintenance is answered, and what is not in order is described (WO-22, WO-33)."""
    if visit.purpose not in CARE:
        return
    if data.get("verdict") not in {Verdict.DONE, Verdict.OPEN}:
        raise MoveRefused(_("Say whether it was carried out as planned."), code="verdict")
    rows = {row["code"]: row for row in data.get("results") or []}
    for rule in visit.criteria:
        row = rows.get(rule.code, {})
        if row.get("passed") is None:
            raise MoveRefused(_("Answer this line: %(line)s") % {"line": rule.name}, code=f"p_{rule.code}")
        if row["passed"] is False and not row["value"]:
            raise MoveRefused(_("Say what was found: %(line)s") % {"line": rule.name}, code=f"r_{rule.code}")


WORKFLOW = Workflow(
    model="visits.visit",
    states=tuple(S.values),
    moves=(
        move("authorise", _("Visit authorised"), S.ASKED, S.PLANNED, perm.VISITS_PLAN, "planned", person=False),
        move("decline", _("Visit not authorised"), S.ASKED, S.CANCELLED, perm.VISITS_PLAN, "declined", person=False),
        move("confirm", _("Time agreed with the customer"), S.PLANNED, S.CONFIRMED, perm.VISITS_VIEW, "confirmed",
             guards=(lies_ahead,), tone="primary"),
        move("wish", _("Customer wishes another time"), AHEAD, S.PLANNED, perm.VISITS_VIEW, "wished", person=False),
        move("reschedule", _("Reschedule"), AHEAD, S.PLANNED, perm.VISITS_PLAN, "rescheduled", needs_reason=True),
        move("prepare", _("Prepare the visit"), AHEAD, None, perm.VISITS_VIEW, "prepared"),
        move("arrive", _("Check in"), AHEAD, S.ON_SITE, perm.VISITS_WORK, "arrived",
             guards=(is_agreed, is_prepared, is_the_day), tone="primary"),
        move("agree", _("Plan agreed with the customer"), S.ON_SITE, None, perm.VISITS_WORK, "plan_agreed"),
        move("report", _("Write the report"), S.ON_SITE, S.REPORTED, perm.VISITS_WORK, "reported",
             guards=(plan_is_agreed, parts_are_the_same, result_is_shown, checklist_is_answered), tone="primary"),
        move("take_back", _("Correct the report"), S.REPORTED, S.ON_SITE, perm.VISITS_WORK, "taken_back"),
        move("sign", _("Customer signs"), S.REPORTED, S.FINISHED, perm.VISITS_WORK, "signed", tone="primary"),
        move("leave", _("Check out"), {S.REPORTED, S.FINISHED}, None, perm.VISITS_WORK, "left"),
        move("cancel", _("Call off"), {S.ASKED, S.PLANNED, S.CONFIRMED}, S.CANCELLED, perm.VISITS_PLAN, "cancelled",
             needs_reason=True, tone="danger"),
    ),
)  # fmt: skip

"""The moves of a case. Everything else about states is derived from this table."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.workflow.table import Guard, Move, MoveRefused, Workflow
from bihuan.service.desk import permissions as perm
from bihuan.service.desk.models import Case, CaseState, Nature, SolutionState

S = CaseState
BEFORE_WORK = frozenset({S.NEW, S.TRIAGED, S.DIAGNOSING, S.SOLVING, S.CONSENT})
OPEN = BEFORE_WORK | {S.WORKING, S.CUSTOMER_ACCEPTANCE, S.INTERNAL_ACCEPTANCE}
_before_archive: list[Guard] = []


def guard_archive(guard: Guard) -> None:
    """A leaf above the desk has something that ends before a case is put away; called when it is ready."""
    _before_archive.append(guard)


def has_owner(case: Case, by: Any, data: Mapping[str, Any]) -> None:
    """Every task has a named responsible person (GEN-13)."""
    if not case.owner_id and not data.get("owner"):
        raise MoveRefused(_("Assign a handler first."))


def has_nature(case: Case, by: Any, data: Mapping[str, Any]) -> None:
    """Misuse or defect is decided before anybody goes on, because it chooses the deadlines (TRI-11)."""
    if case.nature == Nature.UNKNOWN and data.get("nature", Nature.UNKNOWN) == Nature.UNKNOWN:
        raise MoveRefused(_("Decide first: misuse or product defect?"))


def has_diagnosis(case: Case, by: Any, data: Mapping[str, Any]) -> None:
    """A solution stands on a diagnosis of this cycle (WO-01)."""
    if not case.diagnoses.filter(cycle=case.cycle).exists():
        raise MoveRefused(_("Record the diagnosis first."))


def consultations_concluded(case: Case, by: Any, data: Mapping[str, Any]) -> None:
    """An open consultation is concluded before its case goes on (WO-05)."""
    if case.consultations.filter(concluded_at__isnull=True).exists():
        raise MoveRefused(_("A technical consultation is still open."))


def has_consent(case: Case, by: Any, data: Mapping[str, Any]) -> None:
    """Nothing is carried out before the customer has agreed (SOL-03, WO-09)."""
    if not case.solutions.filter(cycle=case.cycle, state=SolutionState.CONSENTED).exists():
        raise MoveRefused(_("The customer has not agreed to a solution yet."))


def has_work(case: Case, by: Any, data: Mapping[str, Any]) -> None:
    """Work that is called done has left a record (CUS-03)."""
    done = case.work.filter(cycle=case.cycle).exists()
    if not done and not case.remote_sessions.filter(cycle=case.cycle).exists():
        raise MoveRefused(_("Record what was done first."))


def is_coded(case: Case, by: Any, data: Mapping[str, Any]) -> None:
    """A fault leaves the desk with its symptom and cause category, or it could never be counted (TRI-13)."""
    kind = case.policy.service_type(case.service_type)
    if kind and kind.is_fault and not (case.symptom_id and case.cause_category_id):
        raise MoveRefused(_("Code the symptom and the cause category first."))


def is_answered(case: Case, by: Any, data: Mapping[str, Any]) -> None:
    """A case settled by an answer has an answer that the customer got (SLA-01)."""
    if not case.messages.filter(direction="out").exists() and not data.get("answer"):
        raise MoveRefused(_("Answer the customer first."))


def nothing_waits(case: Case, by: Any, data: Mapping[str, Any]) -> None:
    """What the leaves above began about the case has ended."""
    for guard in _before_archive:
        guard(case, by, data)


def move(name: str, label: Any, sources: Any, target: str | None, permission: str, verb: str, **more: Any) -> Move:
    """Build a move; sources may be one state or many."""
    states = frozenset({sources}) if isinstance(sources, str) else frozenset(sources)
    return Move(name, label, states, target, permission, f"case.{verb}", **more)


WORKFLOW = Workflow(
    model="desk.case",
    states=tuple(S.values),
    moves=(
        move("triage", _("Triage"), {S.NEW, S.TRIAGED}, S.TRIAGED, perm.CASE_TRIAGE, "triaged",
             guards=(has_nature,), tone="primary"),
        move("start_diagnosis", _("Start diagnosis"), S.TRIAGED, S.DIAGNOSING, perm.CASE_DIAGNOSE,
             "diagnosis_started", guards=(has_owner,), tone="primary"),
        move("diagnose", _("Conclude diagnosis"), S.DIAGNOSING, S.SOLVING, perm.CASE_DIAGNOSE, "diagnosed",
             guards=(has_diagnosis, consultations_concluded), tone="primary"),
        move("settle", _("Settled by answer"), {S.TRIAGED, S.DIAGNOSING}, S.INTERNAL_ACCEPTANCE,
             perm.CASE_REPLY, "settled", guards=(has_owner, is_answered)),
        move("propose", _("Propose solution"), {S.SOLVING, S.CONSENT}, S.CONSENT, perm.CASE_SOLVE,
             "solution_proposed", person=False),
        move("object", _("Customer objects"), S.CONSENT, S.SOLVING, perm.CASE_CONSENT, "solution_objected",
             person=False),
        move("agree", _("Customer agrees"), S.CONSENT, S.WORKING, perm.CASE_CONSENT, "consented",
             guards=(has_consent,), person=False),
        move("finish_work", _("Work done"), S.WORKING, S.CUSTOMER_ACCEPTANCE, perm.CASE_WORK, "work_done",
             guards=(has_work,), tone="primary"),
        move("rework", _("Back to diagnosis"), {S.SOLVING, S.CONSENT, S.WORKING}, S.DIAGNOSING,
             perm.CASE_DIAGNOSE, "sent_back", needs_reason=True),
        move("customer_accept", _("Customer accepts"), S.CUSTOMER_ACCEPTANCE, S.INTERNAL_ACCEPTANCE,
             perm.CASE_ACCEPT, "customer_accepted", person=False),
        move("customer_refuse", _("Customer refuses"), S.CUSTOMER_ACCEPTANCE, S.WORKING, perm.CASE_ACCEPT,
             "customer_refused", person=False),
        move("internal_accept", _("Internal acceptance passed"), S.INTERNAL_ACCEPTANCE, S.FOLLOW_UP,
             perm.CASE_ACCEPT_INTERNAL, "internally_accepted", guards=(is_coded,), person=False),
        move("skip_internal", _("No internal acceptance in this procedure"), S.INTERNAL_ACCEPTANCE, S.FOLLOW_UP,
             perm.CASE_ARCHIVE, "internal_acceptance_skipped", person=False),
        move("internal_refuse", _("Internal acceptance refused"), S.INTERNAL_ACCEPTANCE, S.WORKING,
             perm.CASE_ACCEPT_INTERNAL, "internally_refused", person=False),
        move("close", _("Close"), {S.FOLLOW_UP, S.CUSTOMER_ACCEPTANCE, S.INTERNAL_ACCEPTANCE}, S.CLOSED,
             perm.CASE_ARCHIVE, "closed", person=False),
        move("carry_out", _("Care carried out"), BEFORE_WORK | {S.WORKING}, S.CLOSED, perm.CASE_ARCHIVE,
             "care_carried_out", person=False),
        move("archive", _("Archive the case"), {S.CLOSED}, S.ARCHIVED, perm.CASE_ARCHIVE, "archived",
             guards=(is_coded, nothing_waits), tone="primary"),
        move("reopen", _("Reopen"), {S.FOLLOW_UP, S.CLOSED, S.ARCHIVED, S.CANCELLED}, S.TRIAGED,
             perm.CASE_REOPEN, "reopened", needs_reason=True),
        move("wait", _("Wait for customer"), BEFORE_WORK | {S.WORKING}, S.WAITING, perm.CASE_REPLY, "waiting",
             needs_reason=True),
        move("resume", _("Go on"), S.WAITING, None, perm.CASE_REPLY, "resumed", person=False),
        move("cancel", _("Cancel"), BEFORE_WORK | {S.WAITING}, S.CANCELLED, perm.CASE_CANCEL, "cancelled",
             needs_reason=True, tone="danger"),
        move("assign", _("Assign handler"), OPEN | {S.WAITING, S.FOLLOW_UP}, None, perm.CASE_ASSIGN, "assigned"),
        move("code", _("Code the fault"), OPEN | {S.FOLLOW_UP, S.CLOSED, S.ARCHIVED}, None, perm.CASE_CODE,
             "coded"),
        move("edit", _("Correct facts"), OPEN | {S.WAITING, S.FOLLOW_UP}, None, perm.CASE_EDIT, "edited"),
    ),
)  # fmt: skip

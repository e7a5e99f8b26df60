"""The solution in versions, its approval, the customer's word on it, and who pays (SOL-*)."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.approvals.services import open_approval
from bihuan.core.files.models import StoredFile
from bihuan.core.files.queries import images_of
from bihuan.core.notify.services import tell_roles
from bihuan.core.permissions.services import require
from bihuan.core.policy.schema import Profile
from bihuan.core.policy.schema.service import ChargeRule, RemoteFirst
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.desk import permissions as perm
from bihuan.service.desk.models import (
    Case,
    CaseState,
    Consent,
    ConsentMeans,
    Decision,
    Payer,
    Solution,
    SolutionKind,
    SolutionState,
    WarrantyState,
)  # fmt: skip
from bihuan.service.desk.services.talk import mail_customer
from bihuan.service.desk.workflow import WORKFLOW

UNDECIDED = {SolutionState.DRAFT, SolutionState.APPROVING, SolutionState.PROPOSED}


def suggest_payer(case: Case) -> tuple[str, str]:
    """Ask the charge table: the first row that holds decides, warranty and cause being its facts (D19)."""
    return payer_by(case.policy, *charge_facts(case))


def charge_facts(case: Case) -> tuple[bool | None, bool | None]:
    """Whether it is in warranty and whether the user caused it, as far as it is known."""
    in_warranty = {WarrantyState.IN: True, WarrantyState.OUT: False}.get(WarrantyState(case.warranty_state))
    return in_warranty, case.cause_category.is_user_caused if case.cause_category else None


def payer_by(rules: Profile, in_warranty: bool | None, user_caused: bool | None) -> tuple[str, str]:
    """Who pays by the charge table for known facts, and the name of the row that decides (D19)."""
    rule = charge_rule(rules, in_warranty, user_caused)
    return (rule.payer, rule.name) if rule else (Payer.UNDECIDED, "")


def charge_rule(rules: Profile, in_warranty: bool | None, user_caused: bool | None) -> ChargeRule | None:
    """The first row of the charge table whose conditions hold."""
    for rule in rules.charge_rules:
        fits_warranty = rule.in_warranty is None or rule.in_warranty == in_warranty
        fits_cause = rule.user_caused is None or rule.user_caused == user_caused
        if fits_warranty and fits_cause:
            return rule
    return None


def report_appraisal(*, subject: Any, rule: ChargeRule | None, payer: str, words: str) -> None:
    """What is not the customer's doing is photographed and reported, where the row that decides says so (SOL-08)."""
    if rule is None or not rule.photograph_and_report or payer != rule.payer:
        return
    if not images_of(subject):
        raise MoveRefused(_("Photograph the damage first: it is reported to the head office."), code="payer")
    title = _("Appraised, at our cost: %(words)s") % {"words": words}
    tell_roles(roles=rule.report_to, title=title, subject=subject, level="warn", thread_key=f"appraisal:{subject}")


@transaction.atomic
def decide_charge(*, case: Case, by: AbstractBaseUser, payer: str, reason: str) -> Case:
    """Fix who bears the cost; a decision against the table needs its own reason."""
    require(by, perm.CASE_SOLVE, case)
    suggested, rule = suggest_payer(case)
    if payer != suggested and not reason.strip():
        raise MoveRefused(_("This differs from the charge table: please give a reason."), code="reason")
    report_appraisal(
        subject=case, rule=charge_rule(case.policy, *charge_facts(case)), payer=payer,
        words=f"{case.number} {case.summary}",
    )  # fmt: skip
    text = reason.strip() or rule
    Case.objects.filter(pk=case.pk).update(payer=payer, charge_reason=text[:200], version=F("version") + 1)
    case.refresh_from_db(fields=["payer", "charge_reason", "version"])
    data = {"payer": payer, "reason": text, "by_table": payer == suggested}
    record(subject=case, verb="case.charge_decided", by=by, data=data)
    return case


def check_remote_first(case: Case, values: Mapping[str, Any]) -> None:
    """Service on site only if remote help failed or the matter is serious, as the policy says (WO-07, D18)."""
    if not values.get("is_onsite"):
        return
    kind = case.policy.service_type(case.service_type)
    rule = kind.remote_first if kind else RemoteFirst.OFF
    diagnosis = case.diagnoses.filter(cycle=case.cycle).last()
    serious = (case.severity or 0) >= case.policy.procedure.onsite_min_severity or (
        diagnosis is not None and (diagnosis.structural_damage or diagnosis.endangers_production)
    )
    tried = case.remote_sessions.filter(cycle=case.cycle, solved=False).exists()
    if rule == RemoteFirst.OFF or serious or tried:
        return
    if rule == RemoteFirst.REQUIRED:
        raise MoveRefused(_("Try remote support first and record it: this matter is not serious."), code="remote_first")
    if not str(values.get("onsite_reason", "")).strip():
        raise MoveRefused(_("Say why remote support is not enough."), code="onsite_reason")


@transaction.atomic
def draft_solution(*, case: Case, by: AbstractBaseUser, values: Mapping[str, Any]) -> Solution:
    """Write a version of the solution; undecided versions before it are replaced (SOL-02, SOL-04).

    A return to the factory says how it travels, how long it takes and who pays (SOL-05).
    """
    require(by, perm.CASE_SOLVE, case)
    if case.state not in {CaseState.SOLVING, CaseState.CONSENT}:
        raise MoveRefused(_("A solution follows the diagnosis."), code="state")
    check_remote_first(case, values)
    if values.get("kind") == SolutionKind.DEPOT and not str(values.get("logistics", "")).strip():
        raise MoveRefused(_("A return to the factory needs its logistics."), code="logistics")
    case.solutions.filter(state__in=UNDECIDED).update(state=SolutionState.SUPERSEDED, version=F("version") + 1)
    last = case.solutions.aggregate(last=Max("revision"))["last"] or 0
    solution = Solution.objects.create(case=case, cycle=case.cycle, revision=last + 1, author_id=by.pk, **values)
    data = {
        "solution": solution.pk,
        "revision": solution.revision,
        "kind": solution.kind,
        "cost": solution.cost,
    }
    record(subject=case, verb="case.solution_drafted", by=by, data=data)
    return solution


@transaction.atomic
def submit_solution(*, solution: Solution, by: AbstractBaseUser, expected_version: int | None = None) -> Solution:
    """Send a version on its way: through approval where the policy wants one, else straight to the customer.

    Service on site passes the supervisor's gate (WO-07); a costly solution passes the chain of its amount (D10).
    """
    case = solution.case
    require(by, perm.CASE_SOLVE, case)
    _advance(solution, {SolutionState.DRAFT}, SolutionState.APPROVING, expected_version)
    onsite_gate = solution.is_onsite and case.policy.procedure.onsite_approval
    approval = open_approval(
        subject=case,
        chain_subject="onsite" if onsite_gate else "solution",
        title=_("%(number)s solution V%(revision)s") % {"number": case.number, "revision": solution.revision},
        by=by,
        level=case.severity or 0,
        amount=solution.cost,
        data={"solution": solution.pk},
    )
    if approval.state == "approved" and solution.state == SolutionState.APPROVING:
        solution.refresh_from_db()
        if solution.state == SolutionState.APPROVING:
            propose(solution=solution, by=by)
    return solution


def _advance(solution: Solution, sources: set[SolutionState], target: SolutionState, expected: int | None) -> None:
    seen = solution.version if expected is None else expected
    rows = Solution.objects.filter(pk=solution.pk, state__in=sources, version=seen)
    if not rows.update(state=target, version=F("version") + 1):
        raise MoveRefused(_("This version of the solution has changed meanwhile."), code="conflict")
    solution.refresh_from_db(fields=["state", "version"])


@transaction.atomic
def propose(*, solution: Solution, by: AbstractBaseUser | None) -> Consent:
    """Show the solution to the customer and ask for his consent, with a link of his own (SOL-03)."""
    case = solution.case
    case.refresh_from_db()
    _advance(solution, {SolutionState.APPROVING, SolutionState.DRAFT}, SolutionState.PROPOSED, None)
    Solution.objects.filter(pk=solution.pk).update(proposed_at=timezone.now())
    consent, _created = Consent.objects.get_or_create(solution=solution)
    data = {"solution": solution.pk, "revision": solution.revision}
    apply(case, WORKFLOW["propose"], by=None, actor_name=str(by or ""), data=data)
    send_consent_link(case, solution, consent)
    return consent


def send_consent_link(case: Case, solution: Solution, consent: Consent) -> None:
    """Mail the customer the link to his decision, once per version."""
    from bihuan.service.desk.texts import customer_text

    if case.contact_email:
        text = customer_text(case, "consent_request", link=f"/c/consent/{consent.token}/")
        key = f"consent:{solution.pk}"
        mail_customer(case, subject=text.subject, text=text.body, kind="consent", dedupe_key=key)


@transaction.atomic
def approval_ended(*, case: Case, solution_id: int, approved: bool) -> None:
    """Go on after the approval chain has spoken: to the customer, or back to the author."""
    solution = case.solutions.filter(pk=solution_id, state=SolutionState.APPROVING).first()
    if solution is None:
        return
    if approved:
        propose(solution=solution, by=None)
    else:
        _advance(solution, {SolutionState.APPROVING}, SolutionState.DRAFT, None)


@transaction.atomic
def record_consent(
    *,
    consent: Consent,
    decision: Decision,
    means: ConsentMeans,
    person: str,
    opinion: str = "",
    evidence: StoredFile | None = None,
    by: AbstractBaseUser | None = None,
) -> Case:
    """Keep the customer's yes or no with its evidence; a no sends the case back for another version (SOL-04).

    ``by`` None is the customer himself through his link.
    """
    solution, case = consent.solution, consent.solution.case
    case.refresh_from_db()
    if by is not None:
        require(by, perm.CASE_CONSENT, case)
    _check_decision(decision, means, person, opinion, evidence)
    agreed = decision == Decision.AGREED
    _advance(
        solution,
        {SolutionState.PROPOSED},
        SolutionState.CONSENTED if agreed else SolutionState.OBJECTED,
        None,
    )
    now = timezone.now()
    Consent.objects.filter(pk=consent.pk).update(
        decision=decision, means=means, person=person[:60], opinion=opinion, evidence=evidence, decided_at=now,
        recorded_by_id=by.pk if by else None,
    )  # fmt: skip
    data = {"solution": solution.pk, "means": means.value, "person": person, "opinion": opinion}
    fields: dict[str, Any] = {"payer": solution.payer} if agreed else {}
    move = WORKFLOW["agree" if agreed else "object"]
    return apply(case, move, by=by, data=data, fields=fields, actor_name="" if by else person)


def _check_decision(
    decision: Decision, means: ConsentMeans, person: str, opinion: str, evidence: StoredFile | None
) -> None:
    if not person.strip():
        raise MoveRefused(_("Please give the name of the person who decides."), code="person")
    if decision == Decision.OBJECTED and not opinion.strip():
        raise MoveRefused(_("Please say what the customer objects to."), code="opinion")
    if means in {ConsentMeans.SIGNATURE, ConsentMeans.CALL} and evidence is None:
        raise MoveRefused(_("Add the signature or the recording as evidence."), code="evidence")

"""Doing the work, accepting it, closing and archiving the case, opening it again (ACC-*)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.documents.services import issue
from bihuan.core.jobs.services import enqueue
from bihuan.core.permissions.services import require
from bihuan.core.policy.schema.service import AcceptanceStep, CloseCondition
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.desk import permissions as perm
from bihuan.service.desk.models import Acceptance, AcceptanceStage, Case, CaseState, Dossier, WorkEntry
from bihuan.service.desk.workflow import WORKFLOW

DEFAULT_YEARS = 3


@transaction.atomic
def add_work(
    *, case: Case, by: AbstractBaseUser, text: str, minutes: int = 0, is_public: bool = True, at: Any = None
) -> WorkEntry:
    """Write down one step of the work; what is public the customer sees at once (WO-28, SLA-19)."""
    require(by, perm.CASE_WORK, case)
    if case.state != CaseState.WORKING:
        raise MoveRefused(_("Work is recorded while the case is in progress."), code="state")
    if not text.strip():
        raise MoveRefused(_("Please write a text."), code="text")
    entry = WorkEntry.objects.create(
        case=case, cycle=case.cycle, at=at or timezone.now(), by_id=by.pk, text=text, minutes=minutes,
        is_public=is_public,
    )  # fmt: skip
    verb = "case.progress_told" if is_public else "case.worked"
    record(subject=case, verb=verb, by=by, data={"work": entry.pk, "text": text[:200]})
    return entry


@transaction.atomic
def finish_work(*, case: Case, by: AbstractBaseUser, expected_version: int | None = None) -> Case:
    """Declare the work done and hand it to the customer, or to the house where no customer acceptance is wanted."""
    apply(case, WORKFLOW["finish_work"], by=by, expected_version=expected_version)
    return case


@transaction.atomic
def accept_by_customer(
    *,
    case: Case,
    values: Mapping[str, Any],
    by: AbstractBaseUser | None = None,
    expected_version: int | None = None,
) -> Acceptance:
    """Record the customer's acceptance or refusal, with demonstration, test, scores and signature (ACC-01..07).

    ``by`` None is the customer through his link. A refusal goes back to work until he is satisfied (ACC-05).
    """
    if by is not None:
        require(by, perm.CASE_ACCEPT, case)
    steps = case.policy.procedure.acceptance
    _check_customer_acceptance(values, steps, by_link=by is None)
    passed = bool(values["passed"])
    move = WORKFLOW["customer_accept" if passed else "customer_refuse"]
    acceptance = Acceptance.objects.create(
        case=case, cycle=case.cycle, stage=AcceptanceStage.CUSTOMER, by_id=by.pk if by else None, **values
    )
    person = str(values.get("person", ""))
    data = {"acceptance": acceptance.pk, "opinion": acceptance.opinion[:200], "person": person}
    apply(case, move, by=by, data=data, actor_name="" if by else person, expected_version=expected_version)
    if passed and AcceptanceStep.INTERNAL not in steps:
        _after_acceptance(case, by)
    return acceptance


def _check_customer_acceptance(values: Mapping[str, Any], steps: tuple[AcceptanceStep, ...], *, by_link: bool) -> None:
    if not str(values.get("person", "")).strip():
        raise MoveRefused(_("Please give the name of the person who accepts."), code="person")
    if not values["passed"]:
        if not str(values.get("opinion", "")).strip():
            raise MoveRefused(_("Please say what is not right yet."), code="opinion")
        return
    if AcceptanceStep.DEMONSTRATION in steps and not by_link and not values.get("demonstrated"):
        raise MoveRefused(_("Demonstrate the result to the customer first."), code="demonstrated")
    if AcceptanceStep.RUN_TEST in steps and not str(values.get("run_test", "")).strip():
        raise MoveRefused(_("Record the run or trial test and its result."), code="run_test")
    if AcceptanceStep.CUSTOMER in steps and values.get("signature") is None:
        raise MoveRefused(_("The signature is missing."), code="signature")


@transaction.atomic
def accept_internally(
    *, case: Case, by: AbstractBaseUser, values: Mapping[str, Any], expected_version: int | None = None
) -> Acceptance:
    """Look at repair quality, records and satisfaction; all three must be right (ACC-06)."""
    require(by, perm.CASE_ACCEPT_INTERNAL, case)
    checks = [bool(values.get(name)) for name in ("quality_ok", "records_ok", "satisfaction_ok")]
    passed = all(checks)
    if not passed and not str(values.get("opinion", "")).strip():
        raise MoveRefused(_("Please say what is not right yet."), code="opinion")
    acceptance = Acceptance.objects.create(
        case=case, cycle=case.cycle, stage=AcceptanceStage.INTERNAL, passed=passed, by_id=by.pk, person=str(by),
        **values,
    )  # fmt: skip
    data = {"acceptance": acceptance.pk, "opinion": acceptance.opinion[:200]}
    name = "internal_accept" if passed else "internal_refuse"
    apply(case, WORKFLOW[name], by=by, data=data, expected_version=expected_version)
    if passed:
        _after_acceptance(case, by)
    return acceptance


def _after_acceptance(case: Case, by: AbstractBaseUser | None) -> None:
    """The service has ended: close at once where a signature or a solved problem is enough, else follow up (D31)."""
    if case.state == CaseState.INTERNAL_ACCEPTANCE and not _closes_at_once(case):
        apply(case, WORKFLOW["skip_internal"], by=None)
    record(subject=case, verb="case.service_ended", by=by, data={"cycle": case.cycle})
    if _closes_at_once(case):
        close_case(case=case, why=str(case.policy.procedure.close_when))


def _closes_at_once(case: Case) -> bool:
    return case.policy.procedure.close_when != CloseCondition.FOLLOW_UP


@transaction.atomic
def close_case(*, case: Case, why: str, by: AbstractBaseUser | None = None) -> Case:
    """Close the case; the condition of the policy has been met."""
    return apply(case, WORKFLOW["close"], by=None, actor_name=str(by or ""), data={"why": why},
                 fields={"closed_at": timezone.now()})  # fmt: skip


@transaction.atomic
def close_care(*, case: Case, why: str) -> Case:
    """Close the case of a round or a maintenance: the customer has signed, what was found stands in cases of its own.

    Such a case was planned, not reported: it has no diagnosis, no solution and no acceptance of its own (WO-22, WO-33).
    """
    return apply(case, WORKFLOW["carry_out"], by=None, data={"why": why}, fields={"closed_at": timezone.now()})


@transaction.atomic
def archive_case(*, case: Case, by: AbstractBaseUser | None, expected_version: int | None = None) -> Dossier:
    """Archive the case: forms issued, one dossier per cycle, kept as long as the policy says (ACC-09, D30)."""
    now = timezone.now()
    apply(case, WORKFLOW["archive"], by=by, fields={"archived_at": now}, expected_version=expected_version)
    kept = {rule.record: rule.years for rule in case.policy.retention}
    years = kept.get("case", DEFAULT_YEARS)
    until = timezone.localdate(now) + timedelta(days=round(365.25 * years))
    dossier, _created = Dossier.objects.get_or_create(
        case=case, cycle=case.cycle, defaults={"archived_by_id": by.pk if by else None, "keep_until": until}
    )
    for code in dict.fromkeys([case.policy.procedure.completion_form, *case.policy.procedure.archive_forms]):
        issue(form_code=code, subject=case, by=by)
    enqueue("desk.dossier", {"dossier": dossier.pk}, key=f"desk.dossier:{dossier.pk}")
    return dossier


@transaction.atomic
def reopen_case(*, case: Case, by: AbstractBaseUser | None, reason: str, expected_version: int | None = None) -> Case:
    """Open the case again as a new cycle; what the first cycle recorded stays as it was (ACC-12).

    What was called a duplicate stands on its own again, and is counted on its own.
    """
    fields = {"cycle": case.cycle + 1, "closed_at": None, "archived_at": None, "duplicate_of": None}
    return apply(case, WORKFLOW["reopen"], by=by, data={"reason": reason, "cycle": case.cycle + 1}, fields=fields,
                 expected_version=expected_version)  # fmt: skip


@transaction.atomic
def cancel_case(
    *,
    case: Case,
    by: AbstractBaseUser,
    reason: str,
    duplicate_of: Case | None = None,
    expected_version: int | None = None,
) -> Case:
    """Cancel a case, or mark it as the duplicate of another, whose conversation then takes the new words."""
    if duplicate_of is not None and duplicate_of.pk == case.pk:
        raise MoveRefused(_("A case is not its own duplicate."), code="duplicate")
    data = {"reason": reason, "duplicate_of": duplicate_of.number if duplicate_of else ""}
    apply(
        case, WORKFLOW["cancel"], by=by, data=data, fields={"duplicate_of": duplicate_of},
        expected_version=expected_version,
    )  # fmt: skip
    if duplicate_of is not None:
        record(subject=duplicate_of, verb="case.duplicate_found", by=by, data={"number": case.number})
    return case


@transaction.atomic
def settle_by_answer(*, case: Case, by: AbstractBaseUser, expected_version: int | None = None) -> Case:
    """End a question or a misuse that an answer has settled; no visit, no acceptance by the customer (TRI-11)."""
    return apply(case, WORKFLOW["settle"], by=by, expected_version=expected_version)

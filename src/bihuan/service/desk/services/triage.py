"""Judging a case: what it is, how bad, whose it is (TRI-*)."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.deadlines.services import recompute_subject
from bihuan.core.notify.services import tell_roles
from bihuan.core.permissions.services import require
from bihuan.core.workflow.services import apply, conflict
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.products.queries import warranty_of
from bihuan.service.desk import permissions as perm
from bihuan.service.desk.index import index_case
from bihuan.service.desk.models import Case, Nature, Suggestion, WarrantyState
from bihuan.service.desk.recognition import danger_words
from bihuan.service.desk.workflow import WORKFLOW
from bihuan.ui.templatetags.bihuan import masked

TRIAGE_FIELDS = frozenset(
    {
        "service_type", "category", "urgency", "severity", "impact", "nature", "is_safety", "is_risk",
        "symptom", "position", "owner", "department", "dispersion", "affected", "criteria",
    }
)  # fmt: skip
FACT_FIELDS = frozenset(
    {
        "summary", "description", "customer", "contact_name", "contact_phone", "contact_email", "unit", "model",
        "line", "serial_text", "purchased_on", "position_text", "impact_text", "occurred_at", "complained_at",
        "reporter_name", "custom",
    }
)  # fmt: skip


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Turn model values into what a journal row can hold."""
    return {key: getattr(value, "pk", value) for key, value in values.items()}


def changes(case: Case, values: Mapping[str, Any], allowed: frozenset[str]) -> dict[str, Any]:
    """Return what really differs; a field outside the allowed ones is a programming error."""
    unknown = set(values) - allowed
    if unknown:
        raise KeyError(sorted(unknown))
    return {key: value for key, value in values.items() if getattr(case, key) != value}


@transaction.atomic
def triage_case(
    *, case: Case, by: AbstractBaseUser, values: Mapping[str, Any], expected_version: int | None = None
) -> Case:
    """Judge type, category, urgency, severity, impact; the matrix gives the priority (TRI-01..05, TRI-11).

    The clock of each milestone that depends on the judgement starts now, counting from its own start time.
    """
    require(by, perm.CASE_TRIAGE, case)
    fields = dict(values)
    _check_criteria(case, fields)
    new = changes(case, fields, TRIAGE_FIELDS)
    severity, impact = fields.get("severity", case.severity), fields.get("impact", case.impact)
    if severity and impact:
        new["priority"] = case.policy.priority_of(severity, impact)
    data = {"nature": case.nature, **plain(new)}
    case.suggestions.filter(field__in=fields, decided_at=None).update(
        decided_at=timezone.now(), decided_by_id=by.pk, accepted=False
    )
    if "is_safety" in fields:
        new["may_be_danger"] = False
    apply(case, WORKFLOW["triage"], by=by, data=data, fields=new, expected_version=expected_version)
    index_case(case)
    return case


def _check_criteria(case: Case, values: Mapping[str, Any]) -> None:
    """What meets one criterion of the company is a quality problem and cannot be called misuse (TRI-10)."""
    criteria = values.get("criteria") or []
    known = {row.code for row in case.policy.criteria}
    if unknown := [code for code in criteria if code not in known]:
        raise MoveRefused(_("“%(value)s” is not known") % {"value": unknown[0]}, code="criteria")
    if criteria and values.get("nature", case.nature) != Nature.DEFECT:
        raise MoveRefused(_("What meets a criterion is a quality problem, not misuse."), code="nature")


@transaction.atomic
def suspect_danger(*, case: Case, text: str = "") -> bool:
    """Shout when the customer's words may mean danger to persons, before anybody has judged them (TRI-08).

    The case stands out until a person has triaged it or dismissed the suggestion; only that person's yes makes it true.
    """
    words = danger_words(case, text)
    if case.symptom and case.symptom.is_danger and not words:
        words = [case.symptom.name]
    if not words or case.is_safety or case.is_at_rest:
        return False
    if not Case.objects.filter(pk=case.pk, may_be_danger=False).update(may_be_danger=True):
        return False
    case.may_be_danger = True
    said = "、".join(words)[:120]
    Suggestion.objects.get_or_create(
        case=case, field="is_safety", decided_at=None,
        defaults={"value": "True", "label": _("Yes"), "reason": _("Words: %(words)s") % {"words": said},
                  "confidence": 0.8},
    )  # fmt: skip
    record(subject=case, verb="case.danger_suspected", by=None, data={"words": said})
    tell_roles(
        roles=case.policy.roles_with(perm.CASE_TRIAGE),
        region_id=case.region_id,
        title=_("Perhaps danger to persons! %(number)s: %(summary)s")
        % {"number": case.number, "summary": case.summary},
        subject=case,
        level="urgent",
        verb="case.registered",
    )
    return True


@transaction.atomic
def assign_case(
    *,
    case: Case,
    by: AbstractBaseUser,
    owner: AbstractBaseUser,
    note: str = "",
    expected_version: int | None = None,
) -> Case:
    """Give the case to a named person (GEN-13)."""
    data = {"owner": owner.pk, "owner_name": str(owner), "note": note}
    fields = {"owner": owner, "department_id": getattr(owner, "department_id", None)}
    return apply(case, WORKFLOW["assign"], by=by, data=data, fields=fields, expected_version=expected_version)


@transaction.atomic
def edit_case(
    *, case: Case, by: AbstractBaseUser, values: Mapping[str, Any], expected_version: int | None = None
) -> Case:
    """Correct the facts; a corrected time of complaint moves the clocks that count from it (D13)."""
    new = changes(case, values, FACT_FIELDS)
    if not new:
        return case
    if new.get("complained_at") and new["complained_at"] > timezone.now():
        raise MoveRefused(_("This lies in the future."), code="complained_at")
    if new.get("unit"):
        new = {**_from_unit(case, new["unit"]), **new}
    customer = new.get("customer")
    if customer is not None:
        new["region_id"] = customer.region_id
    before = {key: str(getattr(case, key)) for key in new}
    data = {"before": before, "after": {key: str(value) for key, value in new.items()}}
    apply(case, WORKFLOW["edit"], by=by, data=data, fields=new, expected_version=expected_version)
    if "complained_at" in new:
        recompute_subject(case)
    if {"unit", "purchased_on"} & set(new):
        judge_warranty(case=case)
    index_case(case)
    return case


@transaction.atomic
def code_case(
    *, case: Case, by: AbstractBaseUser, values: Mapping[str, Any], expected_version: int | None = None
) -> Case:
    """Code the fault: symptom, position, cause category and, by engineering, the mechanism (TRI-13)."""
    allowed = frozenset({"symptom", "position", "cause_category", "mechanism"})
    new = changes(case, values, allowed)
    if not new:
        return case
    before = {key: getattr(case, f"{key}_id") for key in new}
    data = {"before": before, "after": plain(new)}
    return apply(case, WORKFLOW["code"], by=by, data=data, fields=new, expected_version=expected_version)


@transaction.atomic
def judge_warranty(*, case: Case) -> Case:
    """Work out from the unit's dates whether the complaint fell into the warranty."""
    if case.unit is None:
        state, until = WarrantyState.UNKNOWN, None
    else:
        result = warranty_of(case.unit, on=timezone.localdate(case.complained_at))
        state, until = WarrantyState(result.state), result.until
    if (case.warranty_state, case.warranty_until) != (state, until):
        Case.objects.filter(pk=case.pk).update(warranty_state=state, warranty_until=until)
        case.warranty_state, case.warranty_until = state, until
    return case


@transaction.atomic
def decide_suggestion(*, suggestion: Suggestion, by: AbstractBaseUser, accept: bool) -> Case:
    """Take over or refuse what the system suggested; only a person's yes makes it true."""
    case = suggestion.case
    require(by, perm.CASE_TRIAGE, case)
    rows = Suggestion.objects.filter(pk=suggestion.pk, decided_at__isnull=True)
    if not rows.update(decided_at=timezone.now(), decided_by_id=by.pk, accepted=accept):
        raise conflict(case)
    if suggestion.field == "is_safety":
        Case.objects.filter(pk=case.pk).update(may_be_danger=False)
        case.may_be_danger = False
    if accept:
        case = _adopt(case, suggestion)
    # The journal is read by more people than may read telephone numbers.
    label = masked(suggestion.label) if suggestion.field == "contact_phone" else suggestion.label
    record(
        subject=case,
        verb="case.suggestion_accepted" if accept else "case.suggestion_refused",
        by=by,
        data={"field": suggestion.field, "label": label},
    )
    return case


def _adopt(case: Case, suggestion: Suggestion) -> Case:
    model_field = Case._meta.get_field(suggestion.field)
    if model_field.is_relation:
        related = model_field.related_model
        value: Any = related._default_manager.get(pk=suggestion.value)  # type: ignore[union-attr]
    else:
        value = model_field.to_python(suggestion.value)  # type: ignore[union-attr]
    fields: dict[str, Any] = {suggestion.field: value}
    if suggestion.field == "unit":
        fields |= _from_unit(case, value)
    if suggestion.field == "customer":
        fields["region_id"] = value.region_id
    Case.objects.filter(pk=case.pk).update(**fields)
    case.refresh_from_db()
    if suggestion.field == "unit":
        judge_warranty(case=case)
    index_case(case)
    return case


def _from_unit(case: Case, unit: Any) -> dict[str, Any]:
    known: dict[str, Any] = {"model": unit.model, "line": unit.model.line, "serial_text": unit.serial}
    if case.customer_id is None and unit.customer is not None:
        known |= {"customer": unit.customer, "region_id": unit.customer.region_id}
    if case.purchased_on is None and unit.invoiced_on:
        known["purchased_on"] = unit.invoiced_on
    return known

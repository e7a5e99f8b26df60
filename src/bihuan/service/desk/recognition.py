"""What a new case seems to be about: customer, unit, duplicates, symptom, type, urgency, each as a suggestion.

Nothing here decides. Every finding names its reason, and a person accepts it or not.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from bihuan.core.search import queries as search
from bihuan.registry.customers.queries import recognise
from bihuan.registry.faults.models import Symptom
from bihuan.registry.faults.queries import suggest_symptoms
from bihuan.registry.products.models import Unit
from bihuan.registry.products.services import normalise_serial
from bihuan.service.desk.models import Case, CaseState, Suggestion

SERIAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-_/]{5,39}")
PHONE = re.compile(r"(?<![\w-])(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?![\w-])", re.ASCII)
COMPANY = re.compile(r"^\s*(?:[^\s：:]{1,6}[：:]\s*)?([\w（）()·]{4,60}(?:公司|厂|集团))\s*$", re.MULTILINE)
HISTORY = 30
LOOK_AT = 50
ALIKE = 1 / 3
DUPLICATE_DAYS = 14
HURTING_WORDS = (
    "受伤", "砸伤", "夹伤", "烫伤", "割伤", "砸到人", "被困", "困在", "中毒", "坠落", "倒塌",
    "着火", "起火", "冒火", "打火", "火花", "冒烟", "烧焦", "焦糊", "漏电", "触电", "电到", "爆炸", "炸裂",
)  # fmt: skip
URGENT_WORDS = ("紧急", "立即", "马上", "停产", "停机", "停线", *HURTING_WORDS)


@dataclass(frozen=True)
class Finding:
    """One proposal for one field."""

    field: str
    value: str
    label: str
    reason: str
    confidence: float


def find_unit(case: Case, codes: Iterable[str] = ()) -> Unit | None:
    """Find the unit by a serial in the customer's words or in the QR codes of his photos."""
    words = [case.serial_text, *codes, *SERIAL.findall(f"{case.summary}\n{case.description}")]
    serials = {normalise_serial(word.rstrip("/").rsplit("/", 1)[-1]) for word in words if word}
    tokens = {word.rstrip("/").rsplit("/", 1)[-1] for word in words if word}
    if not serials:
        return None
    rows = Unit.objects.filter(Q(serial__in=serials) | Q(public_token__in=tokens))
    found = list(rows.select_related("model__line__profile", "customer")[:2])
    return found[0] if len(found) == 1 else None


def told_phone(case: Case) -> str:
    """The telephone number in the customer's own words, if there is exactly one."""
    numbers = set(PHONE.findall(f"{case.summary}\n{case.description}"))
    return numbers.pop() if len(numbers) == 1 else ""


def findings(case: Case, codes: Iterable[str] = ()) -> list[Finding]:
    """Everything worth suggesting for a case, at most one per field."""
    found: list[Finding | None] = []
    if case.unit_id is None:
        unit = find_unit(case, codes)
        if unit is not None:
            found.append(Finding("unit", str(unit.pk), str(unit), _("Serial number in the message"), 0.95))
    if case.customer_id is None:
        found.append(_customer(case))
    if not case.contact_phone and (phone := told_phone(case)):
        found.append(Finding("contact_phone", phone, phone, _("Telephone number in the message"), 0.9))
    if case.symptom_id is None:
        found.append(_symptom(case))
    found += _from_history(case)
    if case.urgency is None:
        found.append(_urgency(case))
    return [item for item in found if item is not None]


def _customer(case: Case) -> Finding | None:
    matches = recognise(
        phone=case.contact_phone or told_phone(case),
        email=case.contact_email,
        names=[case.contact_name, *COMPANY.findall(case.description)[:5]],
    )
    if not matches:
        return None
    best = matches[0]
    return Finding("customer", str(best.customer.pk), best.customer.name, str(best.reason), best.confidence)


def _symptom(case: Case) -> Finding | None:
    ranked = _ranked(case)
    if not ranked:
        return None
    symptom, score, words = ranked[0]
    reason = _("Words: %(words)s") % {"words": "、".join(words)}
    return Finding("symptom", str(symptom.pk), symptom.name, reason, min(0.9, 0.5 + 0.1 * score))


def danger_words(case: Case, text: str = "") -> list[str]:
    """What in the customer's own words speaks of danger to persons; better once too often (TRI-08).

    The words of dangerous symptoms of the line and those that mean harm anywhere; ``text`` is what he wrote later.
    """
    told = text or f"{case.summary} {case.description}"
    named = [
        word for symptom, _score, words in suggest_symptoms(told, case.line) if symptom.is_danger for word in words
    ]
    return list(dict.fromkeys([*named, *(word for word in HURTING_WORDS if word in told)]))


def _ranked(case: Case) -> list[tuple[Symptom, int, list[str]]]:
    return suggest_symptoms(f"{case.summary} {case.description}", case.line)


def _urgency(case: Case) -> Finding | None:
    words = [word for word in URGENT_WORDS if word in case.summary or word in case.description]
    top = max(case.policy.scales.urgency, key=lambda step: step.level)
    if not words or case.urgency == top.level:
        return None
    reason = _("Words: %(words)s") % {"words": "、".join(words)}
    return Finding("urgency", str(top.level), top.name, reason, 0.8)


def _from_history(case: Case) -> list[Finding]:
    """What was decided for similar texts before: the majority, if there is one."""
    symptom_words = case.symptom.name if case.symptom else ""
    words = symptom_words or case.summary[:12]
    hits = search.find(words, types=["desk.case"], limit=HISTORY) if words else []
    ids = [hit.subject_id for hit in hits if hit.subject_id != case.pk]
    rows = Case.objects.filter(pk__in=ids, state__in=[CaseState.CLOSED, CaseState.ARCHIVED, CaseState.FOLLOW_UP])
    history = list(rows.values_list("service_type", "category"))
    if len(history) < 3:
        return []
    found = []
    for index, name in enumerate(("service_type", "category")):
        value, count = Counter(row[index] for row in history).most_common(1)[0]
        if value and value != getattr(case, name) and count * 2 > len(history):
            reason = _("%(count)s of %(all)s similar cases") % {"count": count, "all": len(history)}
            found.append(Finding(name, value, _name_of(case, name, value), reason, count / len(history)))
    return found


def _name_of(case: Case, field: str, value: str) -> str:
    rows = case.policy.service_types if field == "service_type" else case.policy.categories
    return next((row.name for row in rows if row.code == value), value)


def likely_duplicates(case: Case, limit: int = 5) -> list[Case]:
    """Open cases of the same unit, customer, telephone or address within two weeks that tell of the same matter.

    The same unit is enough; otherwise the words must resemble each other.
    """
    same = Q(pk__in=[])
    if case.unit_id:
        same |= Q(unit=case.unit_id)
    if case.customer_id:
        same |= Q(customer=case.customer_id)
    if case.contact_phone:
        same |= Q(contact_phone=case.contact_phone)
    if case.contact_email:
        same |= Q(contact_email=case.contact_email)
    since = case.registered_at - timedelta(days=DUPLICATE_DAYS)
    rows = Case.objects.filter(same, registered_at__gte=since).exclude(pk=case.pk)
    rows = rows.exclude(state__in=[CaseState.ARCHIVED, CaseState.CANCELLED])
    near = [
        row
        for row in rows.order_by("-id")[:LOOK_AT]
        if (case.unit_id and row.unit_id == case.unit_id) or _alike(row, case)
    ]
    return near[:limit]


def _alike(one: Case, other: Case) -> bool:
    """Whether two descriptions share a third of their character pairs."""
    first, second = (_pairs(f"{row.summary}{row.description}") for row in (one, other))
    return bool(first and second) and len(first & second) >= ALIKE * min(len(first), len(second))


def _pairs(text: str) -> set[str]:
    words = "".join(char for char in text if char.isalnum())
    return {words[index : index + 2] for index in range(len(words) - 1)}


def suggest(case: Case, codes: Iterable[str] = ()) -> list[Suggestion]:
    """Write the findings as open suggestions; a field that already has one keeps it."""
    rows = []
    for finding in findings(case, codes):
        try:
            with transaction.atomic():
                rows.append(
                    Suggestion.objects.create(
                        case=case,
                        field=finding.field,
                        value=finding.value,
                        label=finding.label[:160],
                        reason=finding.reason[:200],
                        confidence=finding.confidence,
                    )
                )
        except IntegrityError:
            continue
    return rows

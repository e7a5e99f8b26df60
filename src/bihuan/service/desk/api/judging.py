"""Judging a case: triage, suggestions, handler, codes, who pays."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from bihuan.core.permissions.services import can, person
from bihuan.registry.faults.models import CauseCategory, FailureMechanism, Position, Symptom
from bihuan.registry.faults.queries import usable
from bihuan.service.desk import permissions as perm
from bihuan.service.desk.api import inputs
from bihuan.service.desk.api.base import case_of, case_out, colleague, level_of, of_line, router, row_of
from bihuan.service.desk.api.outputs import CaseOut, SuggestionOut
from bihuan.service.desk.models import Suggestion
from bihuan.service.desk.services import solving, triage

CODES: dict[str, Any] = {
    "symptom": Symptom, "position": Position, "cause_category": CauseCategory, "mechanism": FailureMechanism,
}  # fmt: skip


@router.post("/{number}/triage", response=CaseOut, summary="Triage", tags=["judging"])
def triage_case(request: HttpRequest, number: str, data: inputs.TriageIn) -> CaseOut:
    """Judge a case: misuse or defect, type, urgency, severity, impact, spread, units affected, criteria (TRI-*)."""
    case, rules = case_of(request, number), case_of(request, number).policy
    values = {key: value for key, value in data.dict(exclude={"version"}).items() if value is not None}
    for scale in ("urgency", "severity", "impact", "dispersion"):
        level_of(rules, scale, values.get(scale))
    of_line("service_type", rules.service_types, case.line, values.get("service_type", ""))
    of_line("category", rules.categories, case.line, values.get("category", ""))
    if "owner" in values:
        values["owner"] = colleague("owner", values["owner"])
    if "symptom" in values:
        values["symptom"] = row_of("symptom", usable(Symptom, case.line), values["symptom"])
    triage.triage_case(case=case, by=person(request), values=values, expected_version=data.version)
    return case_out(request, number)


@router.get("/{number}/suggestions", response=list[SuggestionOut], summary="Open suggestions", tags=["judging"])
def suggestions(request: HttpRequest, number: str) -> list[SuggestionOut]:
    """What the system suggests, for those who judge."""
    case = case_of(request, number)
    rows = case.suggestions.filter(decided_at=None) if can(request.user, perm.CASE_TRIAGE, case) else []
    return [SuggestionOut.of(row) for row in rows]


@router.post("/{number}/suggestions/{int:pk}", response=CaseOut, summary="Decide a suggestion", tags=["judging"])
def decide(request: HttpRequest, number: str, pk: int, data: inputs.SuggestionIn) -> CaseOut:
    """Take over or refuse a suggestion; only a person's yes makes it true."""
    case = case_of(request, number)
    suggestion = get_object_or_404(Suggestion.objects.select_related("case"), pk=pk, case=case)
    triage.decide_suggestion(suggestion=suggestion, by=person(request), accept=data.accept)
    return case_out(request, number)


@router.post("/{number}/assignment", response=CaseOut, summary="Assign a handler", tags=["judging"])
def assign(request: HttpRequest, number: str, data: inputs.AssignIn) -> CaseOut:
    """Give the case to a named person (GEN-13)."""
    case = case_of(request, number)
    owner = colleague("owner", data.owner)
    triage.assign_case(case=case, by=person(request), owner=owner, note=data.note, expected_version=data.version)
    return case_out(request, number)


@router.post("/{number}/coding", response=CaseOut, summary="Code the fault", tags=["judging"])
def coding(request: HttpRequest, number: str, data: inputs.CodingIn) -> CaseOut:
    """Code the fault by the codes of the catalogue that apply to its line (TRI-13)."""
    case = case_of(request, number)
    wanted = data.dict(exclude={"version"}, exclude_none=True)
    values = {key: row_of(key, usable(CODES[key], case.line), code) for key, code in wanted.items()}
    triage.code_case(case=case, by=person(request), values=values, expected_version=data.version)
    return case_out(request, number)


@router.post("/{number}/charge", response=CaseOut, summary="Decide who pays", tags=["judging"])
def charge(request: HttpRequest, number: str, data: inputs.ChargeIn) -> CaseOut:
    """Fix who bears the cost; a decision against the charge table needs its own reason (SOL-06, SOL-07)."""
    solving.decide_charge(case=case_of(request, number), by=person(request), payer=data.payer, reason=data.reason)
    return case_out(request, number)

"""What the page of a case shows."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from bihuan.core.activity.queries import timeline
from bihuan.core.approvals.queries import for_subject as approvals_of
from bihuan.core.deadlines.models import Deadline
from bihuan.core.deadlines.services import milestones, of_subject
from bihuan.core.documents.queries import for_subject as documents_of
from bihuan.core.documents.registry import forms_of
from bihuan.core.files.queries import attachments_of
from bihuan.core.permissions.services import can
from bihuan.core.workflow.acting import Outcome, available, steps_of
from bihuan.registry.products.models import ProductDocument
from bihuan.registry.products.words import shown
from bihuan.service.desk import case_panels
from bihuan.service.desk import permissions as perm
from bihuan.service.desk.actions import ACTS
from bihuan.service.desk.labels import level_name, name_of
from bihuan.service.desk.models import Case, CaseState, Consultation
from bihuan.service.desk.queries import history_of, warranty_answer
from bihuan.service.desk.recognition import likely_duplicates
from bihuan.service.desk.services.diagnosing import may_answer
from bihuan.service.desk.services.solving import suggest_payer

S = CaseState
STATIONS = (
    S.NEW, S.TRIAGED, S.DIAGNOSING, S.SOLVING, S.CONSENT, S.WORKING, S.CUSTOMER_ACCEPTANCE,
    S.INTERNAL_ACCEPTANCE, S.FOLLOW_UP, S.ARCHIVED,
)  # fmt: skip
JOURNEY = {
    S.NEW: _("Taken in"), S.TRIAGED: _("Handed to an engineer"), S.DIAGNOSING: _("Diagnosis"),
    S.SOLVING: _("Working out a solution"), S.CONSENT: _("Your consent"), S.WORKING: _("Handling"),
    S.CUSTOMER_ACCEPTANCE: _("Your acceptance"), S.INTERNAL_ACCEPTANCE: _("Our own check"),
    S.FOLLOW_UP: _("Follow-up call"), S.ARCHIVED: _("Finished"),
}  # fmt: skip
LATE_STATIONS = {S.CLOSED: S.FOLLOW_UP}
EVERYDAY = {"reply", "note", "work"}
TALKS = Consultation.objects.select_related("convened_by").prefetch_related(
    "opinions__user", "opinions__department", "opinions__given_by"
)
TONES = {1: "grey", 2: "blue", 3: "orange", 4: "red"}


def steps(case: Case) -> list[dict[str, Any]]:
    """The stations of the loop with the one where the case stands."""
    state = S(case.resume_state if case.state == S.WAITING else case.state)
    return steps_of(LATE_STATIONS.get(state, state), STATIONS, over=state in {S.CLOSED, S.ARCHIVED})


def journey(case: Case) -> list[dict[str, Any]]:
    """The same stations in the words of the customer, for whom they are a way and not a queue (SLA-19)."""
    return [{**step, "label": JOURNEY[station]} for station, step in zip(STATIONS, steps(case), strict=True)]


def case_context(case: Case, user: Any, outcome: Outcome | None = None) -> dict[str, Any]:
    """Everything that the page shows; the number of queries does not depend on how much there is."""
    prefetch_related_objects([case], Prefetch("consultations", TALKS))
    bound = {outcome.act.name: outcome.form} if outcome and outcome.form is not None else {}
    acts = available(ACTS, case, user)
    forms = {act.name: act.form(row=case) for act in acts if act.form} | bound
    for name, form in forms.items():
        form.auto_id = f"id_{name}_%s"  # many forms on one page: each label belongs to its own field
    gone = [outcome.act] if outcome and bound and outcome.act not in acts else []
    panels = [
        {"action": act, "form": forms.get(act.name), "open": act.name in bound, "is_gone": act in gone}
        for act in [*gone, *acts]
    ]  # fmt: skip
    own_forms = set(forms_of("desk.case"))
    return {
        "case": case,
        "steps": steps(case),
        **arranged(panels, EVERYDAY | wanted_next(case)),
        "refusal": outcome.refusal if outcome else "",
        "deadlines": deadlines_of(case),
        "talk": list(case.messages.select_related("author").order_by("at")[:200]),
        "timeline": timeline(case),
        "suggestions": list(case.suggestions.filter(decided_at=None)) if can(user, perm.CASE_TRIAGE, case) else [],
        "duplicates": likely_duplicates(case) if case.state in {S.NEW, S.TRIAGED} else [],
        "history": history_of(case),
        "answer": shown(answer) if (answer := warranty_answer(case)) else None,
        "model_documents": model_documents(case),
        "attachments": attachments_of(case),
        "documents": documents_of(case),
        "approvals": approvals_of(case),
        "consultations": case.consultations.all(),
        "asked": asked_of(case, user),
        "diagnoses": list(case.diagnoses.select_related("engineer")),
        "remote_sessions": list(case.remote_sessions.select_related("engineer")),
        "solutions": list(case.solutions.select_related("author", "consent")),
        "work": list(case.work.select_related("by")),
        "acceptances": list(case.acceptances.select_related("signature")),
        "appointment": case.appointments.filter(cycle=case.cycle).select_related("engineer").last(),
        "criteria": [row.name for row in case.policy.criteria if row.code in case.criteria],
        "delays": list(case.delays.select_related("by")),
        "dossiers": list(case.dossiers.select_related("pdf")),
        "words": words_of(case),
        "custom": custom_of(case),
        "payer_hint": suggest_payer(case),
        "forms_of_case": [form for form in case.policy.forms if form.enabled and form.code in own_forms],
        "parts": case_panels.rendered(user, case),
        "may_issue": can(user, "documents.issue", case),
        "may_reveal": can(user, "customers.reveal"),
        "public_links": {"progress": f"{settings.BASE_URL}/c/{case.public_token}/"},
    }


def wanted_next(case: Case) -> set[str]:
    """What must be done before the next step goes through: no case is accepted without its codes (TRI-13)."""
    uncoded = case.symptom_id is None or case.cause_category_id is None
    return {"code"} if case.state == S.INTERNAL_ACCEPTANCE and uncoded else set()


def arranged(panels: list[dict[str, Any]], everyday: Collection[str]) -> dict[str, Any]:
    """What the eye meets first: what was typed for an act that is gone, then the next step, open above the facts; the
    rest waits below them."""
    main = [
        panel for panel in panels
        if panel["is_gone"] or panel["action"].tone == "primary" or panel["action"].name in everyday
    ]  # fmt: skip
    forms = [panel for panel in main if panel["form"]]
    if forms and forms[0]["action"].tone == "primary" and not any(panel["open"] for panel in panels):
        forms[0]["open"] = True
    more = [panel for panel in panels if panel not in main]
    return {
        "main_panels": main, "more_panels": more, "more_open": any(panel["open"] for panel in more),
        "buttons": [panel for panel in main if not panel["is_gone"]],
    }  # fmt: skip


def asked_of(case: Case, user: Any) -> set[int]:
    """The opinions that this person may still give."""
    return {
        opinion.pk
        for row in case.consultations.all() if row.concluded_at is None
        for opinion in row.opinions.all() if opinion.given_at is None and may_answer(opinion, user)
    }  # fmt: skip


def deadlines_of(case: Case) -> list[Deadline]:
    """The milestones of this cycle: open ones first, by their due time."""
    return milestones(of_subject(case).filter(cycle=case.cycle))


def model_documents(case: Case) -> list[ProductDocument]:
    """Drawings and sheets of the model, one click away (CUS-04)."""
    return documents_of_models({case.model_id})


def documents_of_models(models: Collection[int | None]) -> list[ProductDocument]:
    """The sheets in force of some models, read at once."""
    known = {pk for pk in models if pk is not None}
    if not known:
        return []
    return list(ProductDocument.objects.filter(model__in=known, is_current=True).select_related("file"))


def words_of(case: Case) -> dict[str, Any]:
    """The company's words for codes and levels."""
    return {
        **{name: name_of(case, name) for name in ("channel", "service_type", "category")},
        **{name: level_name(case, name) for name in ("urgency", "severity", "impact", "priority", "dispersion")},
        "tone": TONES.get(case.priority or 0, "grey"),
    }


def custom_of(case: Case) -> list[tuple[str, Any]]:
    """The custom facts with their names (D34)."""
    names = {field.code: field.name for field in case.policy.custom_fields}
    return [(names.get(key, key), value) for key, value in case.custom.items()]

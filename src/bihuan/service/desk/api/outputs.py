"""What the API gives of cases."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ninja import Schema

from bihuan.core.deadlines.models import Deadline
from bihuan.service.desk.models import (
    Acceptance,
    Appointment,
    Case,
    CaseMessage,
    Consultation,
    Diagnosis,
    Dossier,
    Opinion,
    RemoteSession,
    Solution,
    Suggestion,
    WorkEntry,
)
from bihuan.service.intake.models import InboundMessage


def name_of(user: Any) -> str | None:
    """The login name of a person."""
    return user.username if user else None


def code_of(row: Any) -> str | None:
    """The code of a row of a catalogue."""
    return row.code if row else None


class CaseOut(Schema):
    """A case as a program sees it."""

    id: int
    number: str
    state: str
    cycle: int
    version: int
    channel: str
    service_type: str
    category: str
    summary: str
    description: str
    customer: str | None
    contact_name: str
    contact_phone: str
    contact_email: str
    line: str | None
    model: str | None
    serial: str
    purchased_on: date | None
    urgency: int | None
    severity: int | None
    impact: int | None
    priority: int | None
    dispersion: int | None
    affected: int | None
    criteria: list[str]
    nature: str
    is_safety: bool
    may_be_danger: bool
    is_risk: bool
    symptom: str | None
    position: str | None
    cause_category: str | None
    mechanism: str | None
    warranty: str
    warranty_until: date | None
    payer: str
    charge_reason: str
    owner: str | None
    duplicate_of: str | None
    follows: str | None
    complained_at: datetime
    registered_at: datetime
    closed_at: datetime | None
    archived_at: datetime | None
    next_due_at: datetime | None
    custom: dict[str, Any]

    @classmethod
    def of(cls, case: Case) -> "CaseOut":
        """Build the view of a case."""
        special: dict[str, Any] = {
            "serial": case.serial_text, "warranty": case.warranty_state, "owner": name_of(case.owner),
            "duplicate_of": case.duplicate_of.number if case.duplicate_of else None,
            "follows": case.follows.number if case.follows else None,
            **{name: code_of(getattr(case, name)) for name in (
                "customer", "line", "model", "symptom", "position", "cause_category", "mechanism")},
        }  # fmt: skip
        return cls(**special, **{name: getattr(case, name) for name in cls.model_fields if name not in special})


class CasePage(Schema):
    """One page of a list; ``next`` is the cursor of the following one."""

    items: list[CaseOut]
    next: str | None


class Made(Schema):
    """The id of what was made."""

    id: int


class MoveOut(Schema):
    """A move that the caller may make; ``refusal`` says why it would be refused yet."""

    move: str
    label: str
    refusal: str | None
    needs_reason: bool


class SuggestionOut(Schema):
    """What the system thinks a field should be."""

    id: int
    field: str
    label: str
    reason: str
    confidence: float

    @classmethod
    def of(cls, row: Suggestion) -> "SuggestionOut":
        """Build the view of a suggestion."""
        return cls(id=row.pk, field=row.field, label=row.label, reason=row.reason, confidence=row.confidence)


class MessageOut(Schema):
    """One message of the conversation."""

    id: int
    direction: str
    channel: str
    author: str
    text: str
    at: datetime

    @classmethod
    def of(cls, row: CaseMessage) -> "MessageOut":
        """Build the view of a message."""
        return cls(id=row.pk, direction=row.direction, channel=row.channel, author=row.author_name, text=row.text,
                   at=row.at)  # fmt: skip


class DeadlineOut(Schema):
    """A milestone of this cycle."""

    code: str
    name: str
    state: str
    starts_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    is_late: bool
    is_paused: bool

    @classmethod
    def of(cls, row: Deadline) -> "DeadlineOut":
        """Build the view of a milestone."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class AppointmentOut(Schema):
    """A time agreed with the customer."""

    id: int
    at: datetime
    engineer: str
    agreed_with: str
    place: str

    @classmethod
    def of(cls, row: Appointment) -> "AppointmentOut":
        """Build the view of an appointment."""
        return cls(id=row.pk, at=row.at, engineer=row.engineer.username, agreed_with=row.agreed_with, place=row.place)


class DelayOut(Schema):
    """A delay that the customer was told of."""

    id: int
    reason: str
    text: str
    expected_at: datetime
    in_time: bool
    at: datetime


class RemoteOut(Schema):
    """A remote support session."""

    id: int
    cycle: int
    means: str
    engineer: str
    began_at: datetime
    minutes: int
    steps: str
    solved: bool
    downtime_minutes: int | None

    @classmethod
    def of(cls, row: RemoteSession) -> "RemoteOut":
        """Build the view of a session."""
        names = [name for name in cls.model_fields if name != "engineer"]
        return cls(engineer=row.engineer.username, **{name: getattr(row, name) for name in names})


class DiagnosisOut(Schema):
    """A diagnosis."""

    id: int
    cycle: int
    engineer: str
    at: datetime
    findings: str
    cause: str
    parts: str
    tools: str
    skills: str
    estimated_hours: Decimal | None
    structural_damage: bool
    endangers_production: bool
    needs_onsite: bool

    @classmethod
    def of(cls, row: Diagnosis) -> "DiagnosisOut":
        """Build the view of a diagnosis."""
        names = [name for name in cls.model_fields if name != "engineer"]
        return cls(engineer=row.engineer.username, **{name: getattr(row, name) for name in names})


class OpinionOut(Schema):
    """An invitation and what was said."""

    id: int
    invited: str
    text: str
    given_by: str | None
    given_at: datetime | None

    @classmethod
    def of(cls, row: Opinion) -> "OpinionOut":
        """Build the view of an opinion."""
        return cls(id=row.pk, invited=str(row), text=row.text, given_by=name_of(row.given_by), given_at=row.given_at)


class ConsultationOut(Schema):
    """A technical consultation with its opinions."""

    id: int
    topic: str
    convened_by: str
    answer_by: datetime
    concluded_at: datetime | None
    causes: str
    conclusion: str
    resources: str
    opinions: list[OpinionOut]

    @classmethod
    def of(cls, row: Consultation) -> "ConsultationOut":
        """Build the view of a consultation."""
        own = {"convened_by", "opinions"}
        return cls(
            convened_by=row.convened_by.username, opinions=[OpinionOut.of(item) for item in row.opinions.all()],
            **{name: getattr(row, name) for name in cls.model_fields if name not in own},
        )  # fmt: skip


class SolutionOut(Schema):
    """A version of the solution with the customer's word on it."""

    id: int
    cycle: int
    revision: int
    state: str
    version: int
    kind: str
    cause: str
    steps: str
    hours: Decimal
    cost: Decimal
    payer: str
    planned_start: datetime | None
    materials: str
    tools: str
    logistics: str
    commitment: str
    is_onsite: bool
    onsite_reason: str
    author: str
    proposed_at: datetime | None
    decision: str | None
    decided_by: str | None

    @classmethod
    def of(cls, row: Solution) -> "SolutionOut":
        """Build the view of a version."""
        consent = getattr(row, "consent", None)
        own: dict[str, Any] = {
            "author": row.author.username, "decision": consent.decision or None if consent else None,
            "decided_by": consent.person or None if consent else None,
        }  # fmt: skip
        return cls(**own, **{name: getattr(row, name) for name in cls.model_fields if name not in own})


class WorkOut(Schema):
    """A step of the work."""

    id: int
    cycle: int
    at: datetime
    by: str
    text: str
    minutes: int
    is_public: bool

    @classmethod
    def of(cls, row: WorkEntry) -> "WorkOut":
        """Build the view of a step."""
        names = [name for name in cls.model_fields if name != "by"]
        return cls(by=row.by.username, **{name: getattr(row, name) for name in names})


class AcceptanceOut(Schema):
    """One try of one stage of acceptance."""

    id: int
    cycle: int
    stage: str
    passed: bool
    person: str
    opinion: str
    run_test: str
    signature: int | None
    at: datetime

    @classmethod
    def of(cls, row: Acceptance) -> "AcceptanceOut":
        """Build the view of an acceptance."""
        names = [name for name in cls.model_fields if name != "signature"]
        return cls(signature=row.signature_id, **{name: getattr(row, name) for name in names})


class DossierOut(Schema):
    """The archived record of one cycle; its PDF is made a moment after the archiving."""

    cycle: int
    archived_at: datetime
    keep_until: date
    has_pdf: bool

    @classmethod
    def of(cls, row: Dossier) -> "DossierOut":
        """Build the view of a dossier."""
        return cls(cycle=row.cycle, archived_at=row.archived_at, keep_until=row.keep_until, has_pdf=bool(row.pdf_id))


class InboxOut(Schema):
    """A message as it came in; ``case`` is the number of the case that it joined."""

    id: int
    source: str
    channel: str
    state: str
    reason: str
    sender_name: str
    sender_address: str
    subject: str
    received_at: datetime
    case: str | None

    @classmethod
    def of(cls, row: InboundMessage, case: str | None) -> "InboxOut":
        """Build the view of a message."""
        own = {"id", "case"}
        return cls(id=row.pk, case=case, **{name: getattr(row, name) for name in cls.model_fields if name not in own})


class InboxMessage(InboxOut):
    """A message with its words."""

    text: str


class InboxPage(Schema):
    """One page of the inbox; ``next`` is the cursor of the following one."""

    items: list[InboxOut]
    next: str | None

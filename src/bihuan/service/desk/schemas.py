"""What the API takes and gives for cases."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

from bihuan.service.desk.models import Case

Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100_000)]
MaybeText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100_000)]


class In(Schema):
    """An input; an unknown field is an error, so that nothing that was sent is silently dropped."""

    model_config = ConfigDict(extra="forbid")


class CaseIn(In):
    """A new case: channel and description are wanted, everything else may follow."""

    channel: Line
    description: Text
    summary: Short = ""
    service_type: Line = ""
    category: Line = ""
    customer_code: Line = ""
    contact_name: Line = ""
    contact_phone: Annotated[str, StringConstraints(max_length=40)] = ""
    contact_email: Annotated[str, StringConstraints(max_length=254)] = ""
    reporter_name: Line = ""
    model_code: Line = ""
    serial: Line = ""
    purchased_on: date | None = None
    position: Annotated[str, StringConstraints(max_length=80)] = ""
    impact: Annotated[str, StringConstraints(max_length=200)] = ""
    complained_at: datetime | None = None
    occurred_at: datetime | None = None
    urgency: int | None = Field(default=None, ge=1, le=9)
    custom: dict[str, str | int | float | bool | None] = {}


class CaseOut(Schema):
    """A case as a program sees it."""

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
    serial: str
    urgency: int | None
    severity: int | None
    impact: int | None
    priority: int | None
    nature: str
    warranty: str
    payer: str
    owner: str | None
    complained_at: datetime
    registered_at: datetime
    next_due_at: datetime | None
    custom: dict[str, Any]

    @staticmethod
    def of(case: Case) -> "CaseOut":
        """Build the view of a case."""
        return CaseOut(
            customer=case.customer.code if case.customer else None,
            serial=case.serial_text,
            warranty=case.warranty_state,
            owner=case.owner.username if case.owner else None,
            **{
                name: getattr(case, name)
                for name in CaseOut.model_fields
                if name not in {"customer", "serial", "warranty", "owner"}
            },
        )


class Page(Schema):
    """One page of a list; ``next`` is the cursor of the following one."""

    items: list[CaseOut]
    next: str | None


class MoveIn(In):
    """A move of the workflow: what it is called, the version that was seen, and its data."""

    move: Line
    version: int
    reason: MaybeText = ""


class TriageIn(In):
    """The judgement of a case."""

    version: int
    nature: Line
    service_type: Line | None = None
    category: Line | None = None
    urgency: int | None = None
    severity: int | None = None
    impact: int | None = None
    owner: Line | None = None
    symptom: Line | None = None
    is_safety: bool | None = None


class ReplyIn(In):
    """A word to the customer."""

    text: Text
    purpose: Line = "answer"
    means: Line = "email"


class NoteIn(In):
    """An internal note."""

    text: Text


class RemoteIn(In):
    """A remote support session."""

    means: Line
    began_at: datetime
    minutes: int = Field(ge=0)
    steps: Text
    solved: bool = False
    downtime_minutes: int | None = Field(default=None, ge=0)


class DiagnosisIn(In):
    """The end of a diagnosis."""

    version: int
    findings: Text
    cause: Text
    parts: MaybeText = ""
    tools: MaybeText = ""
    skills: MaybeText = ""
    estimated_hours: float | None = Field(default=None, ge=0)
    structural_damage: bool = False
    endangers_production: bool = False
    needs_onsite: bool = False


class SolutionIn(In):
    """A version of the solution."""

    kind: Line
    cause: Text
    steps: Text
    hours: float = Field(ge=0)
    cost: float = Field(ge=0)
    payer: Line
    materials: MaybeText = ""
    tools: MaybeText = ""
    is_onsite: bool = False
    onsite_reason: MaybeText = ""
    submit: bool = True


class ConsentIn(In):
    """The customer's decision as told to us."""

    decision: Line
    means: Line = "mail"
    person: Line
    opinion: MaybeText = ""


class WorkIn(In):
    """A step of the work."""

    text: Text
    minutes: int = Field(default=0, ge=0)
    is_public: bool = True


class CustomerAcceptanceIn(In):
    """The customer's acceptance; the signature is the id of a file."""

    version: int
    passed: bool
    person: Line
    demonstrated: bool = False
    site_cleaned: bool = False
    run_test: MaybeText = ""
    opinion: MaybeText = ""
    signature: int | None = None


class InternalAcceptanceIn(In):
    """The internal acceptance: three checks."""

    version: int
    quality_ok: bool
    records_ok: bool
    satisfaction_ok: bool
    opinion: MaybeText = ""


class CodingIn(In):
    """The codes of the fault."""

    version: int
    symptom: Line | None = None
    position: Line | None = None
    cause_category: Line | None = None
    mechanism: Line | None = None


class DelayIn(In):
    """A delay that the customer is told of."""

    reason: Line
    text: Text
    expected_at: datetime

"""What the API takes about cases. Codes of the company are checked against its rules; our own sets stand here."""

from typing import Annotated

from pydantic import Field

from bihuan.core.rest.fields import (
    Code,
    Count,
    Day,
    Email,
    Hours,
    In,
    Level,
    Line,
    MaybeText,
    Moment,
    Money,
    Name,
    Phone,
    Score,
    Text,
    Wide,
    words,
)
from bihuan.service.desk.models import ConsentMeans, Decision, Nature, Payer, RemoteMeans, SolutionKind
from bihuan.service.desk.services.talk import Purpose

Summary = Annotated[str, words(120)]
Custom = dict[Code, str | int | float | bool | None]
Number = Annotated[str, words(30)]
Few = Annotated[list[Code], Field(max_length=50)]


class CaseIn(In):
    """A new case: channel and description are wanted, everything else may follow.

    ``rings`` and ``wait_seconds`` are kept for the connect rate when the channel is a telephone (INT-14).
    """

    channel: Code
    description: Text
    summary: Summary = ""
    service_type: Code = ""
    category: Code = ""
    customer_code: Annotated[str, words(40)] = ""
    contact_name: Line = ""
    contact_phone: Phone = ""
    contact_email: Email = ""
    reporter_name: Line = ""
    line: Code = ""
    model_code: Code = ""
    serial: Line = ""
    purchased_on: Day | None = None
    position: Annotated[str, words(80)] = ""
    impact: Wide = ""
    complained_at: Moment | None = None
    occurred_at: Moment | None = None
    urgency: Level | None = None
    custom: Custom = {}
    rings: Annotated[int, Field(ge=0, le=99)] | None = None
    wait_seconds: Annotated[int, Field(ge=0, le=7200)] | None = None


class FactsIn(In):
    """Facts to correct; what is not named stays as it is."""

    version: Count
    summary: Annotated[str, words(120, 1)] | None = None
    description: MaybeText | None = None
    customer_code: Annotated[str, words(40)] | None = None
    contact_name: Line | None = None
    contact_phone: Phone | None = None
    contact_email: Email | None = None
    reporter_name: Line | None = None
    line: Code | None = None
    model_code: Code | None = None
    unit_serial: Line | None = None
    serial: Line | None = None
    purchased_on: Day | None = None
    position: Annotated[str, words(80)] | None = None
    impact: Wide | None = None
    complained_at: Moment | None = None
    occurred_at: Moment | None = None
    custom: Custom | None = None


class MoveIn(In):
    """A move of the workflow: what it is called, the version that was seen, and its reason where one is wanted."""

    move: Code
    version: Count
    reason: Annotated[str, words(500)] = ""
    duplicate_of: Number = ""


class TriageIn(In):
    """The judgement of a case; what is not named stays as it is (TRI-*)."""

    version: Count
    nature: Nature
    service_type: Code | None = None
    category: Code | None = None
    urgency: Level | None = None
    severity: Level | None = None
    impact: Level | None = None
    dispersion: Level | None = None
    affected: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    criteria: Few | None = None
    owner: Code | None = None
    symptom: Code | None = None
    is_safety: bool | None = None
    is_risk: bool | None = None


class AssignIn(In):
    """Who handles the case."""

    version: Count
    owner: Name
    note: Wide = ""


class SuggestionIn(In):
    """Whether a suggestion is taken over."""

    accept: bool


class ChargeIn(In):
    """Who bears the cost; a decision against the charge table needs its reason."""

    payer: Payer
    reason: Wide = ""


class CodingIn(In):
    """The codes of the fault."""

    version: Count
    symptom: Code | None = None
    position: Code | None = None
    cause_category: Code | None = None
    mechanism: Code | None = None


class ReplyIn(In):
    """A word to the customer; by ``email`` it is sent, by any other means it is recorded as said."""

    text: Annotated[str, words(20_000, 1)]
    purpose: Purpose = Purpose.ANSWER
    means: Code = "email"


class NoteIn(In):
    """An internal note."""

    text: Annotated[str, words(20_000, 1)]


class UploadIn(In):
    """What the files are: evidence, signature or consent; the customer sees what is public."""

    role: Code = "evidence"
    public: bool = False


class AppointmentIn(In):
    """A time agreed with the customer, and who will come."""

    at: Moment
    engineer: Name
    agreed_with: Name
    place: Wide = ""


class DelayIn(In):
    """A delay that the customer is told of."""

    reason: Code
    text: Text
    expected_at: Moment


class RemoteIn(In):
    """A remote support session."""

    means: RemoteMeans
    began_at: Moment
    minutes: Annotated[int, Field(ge=0, le=10_000)]
    steps: Text
    solved: bool = False
    downtime_minutes: Count | None = None


class DiagnosisIn(In):
    """The end of a diagnosis."""

    version: Count
    findings: Text
    cause: Text
    parts: Annotated[str, words(300)] = ""
    tools: Annotated[str, words(300)] = ""
    skills: Annotated[str, words(300)] = ""
    estimated_hours: Hours | None = None
    structural_damage: bool = False
    endangers_production: bool = False
    needs_onsite: bool = False


class ConsultationIn(In):
    """An invitation of departments (codes), people (login names) and outside experts (names)."""

    topic: Annotated[str, words(200, 1)]
    answer_by: Moment
    departments: Few = []
    users: Few = []
    experts: Annotated[list[Name], Field(max_length=50)] = []


class OpinionIn(In):
    """What one thinks."""

    text: Text


class ConclusionIn(In):
    """The end of a consultation."""

    causes: Text
    conclusion: Text
    resources: MaybeText = ""


class SolutionIn(In):
    """A version of the solution; ``submit`` sends it on its way at once."""

    kind: SolutionKind
    cause: Text
    steps: Text
    hours: Hours
    cost: Money
    payer: Payer
    planned_start: Moment | None = None
    materials: MaybeText = ""
    tools: MaybeText = ""
    logistics: Annotated[str, words(300)] = ""
    commitment: Wide = ""
    is_onsite: bool = False
    onsite_reason: Wide = ""
    submit: bool = True


class SubmitIn(In):
    """The version of the draft that was seen."""

    version: Count | None = None


class ConsentIn(In):
    """The customer's decision as told to us; ``evidence`` is the id of a file of the case."""

    decision: Decision
    means: ConsentMeans = ConsentMeans.MAIL
    person: Name
    opinion: MaybeText = ""
    evidence: Count | None = None


class WorkIn(In):
    """A step of the work."""

    text: Text
    minutes: Count = 0
    is_public: bool = True


class CustomerAcceptanceIn(In):
    """The customer's acceptance; the signature is the id of a file of the case."""

    version: Count
    passed: bool
    person: Name
    demonstrated: bool = False
    site_cleaned: bool = False
    run_test: MaybeText = ""
    process_score: Score | None = None
    result_score: Score | None = None
    attitude_score: Score | None = None
    opinion: MaybeText = ""
    signature: Count | None = None


class InternalAcceptanceIn(In):
    """The internal acceptance: three checks."""

    version: Count
    quality_ok: bool
    records_ok: bool
    satisfaction_ok: bool
    opinion: MaybeText = ""


class PaperIn(In):
    """The code of the form to issue, such as F12."""

    form: Annotated[str, words(10, 1)]


class DecisionIn(In):
    """What becomes of a message: ``open`` a case, ``join`` the one of ``number``, or ``dismiss`` with a reason."""

    choice: Code
    number: Number = ""
    reason: Annotated[str, words(300)] = ""

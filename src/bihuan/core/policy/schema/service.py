"""The service loop: channels, types, scales, deadlines, acceptance, charges, follow-up."""

from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import Field

from bihuan.core.policy.schema.base import Code, Condition, FormCode, Level, Named, Part


class ChannelKind(StrEnum):
    """How a message arrives; every channel of a company is one of these (D02)."""

    EMAIL = "email"
    WEB = "web"
    PHONE = "phone"
    WALK_IN = "walk_in"
    LETTER = "letter"
    SALES = "sales"
    CHAT = "chat"
    APP = "app"
    SOCIAL = "social"
    INTERNAL = "internal"


class Channel(Named):
    """A way in, with its own hours, targets and switch (INT-13, INT-14).

    ``published`` ones stand on the public contact page (INT-09); ``guidance`` is how to speak there (INT-36).
    """

    kind: ChannelKind
    enabled: bool = True
    always_open: bool = False
    address: str = ""
    ack_minutes: int | None = Field(default=None, ge=1)
    max_rings: int | None = Field(default=None, ge=1)
    max_wait_seconds: int | None = Field(default=None, ge=1)
    connect_rate_target: float | None = Field(default=None, ge=0, le=1)
    reply_rate_target: float | None = Field(default=None, ge=0, le=1)
    hours: str = ""
    published: bool = True
    guidance: tuple[str, ...] = ()


class Criterion(Named):
    """One of the facts that make a feedback a quality problem, any one being enough (TRI-10)."""

    product_lines: tuple[Code, ...] = ()


class Category(Named):
    """A node of the problem category tree of a product line (D06)."""

    product_lines: tuple[Code, ...] = ()
    parent: Code | None = None
    flags: tuple[Code, ...] = ()


class RemoteFirst(StrEnum):
    """Whether remote help must be tried before a visit (D18)."""

    REQUIRED = "required"
    PREFERRED = "preferred"
    OFF = "off"


class ServiceType(Named):
    """A kind of service a customer may ask for (GEN-12, INT-40)."""

    product_lines: tuple[Code, ...] = ()
    is_fault: bool = True
    is_complaint: bool = False
    remote_first: RemoteFirst = RemoteFirst.PREFERRED


class PriorityCell(Part):
    """One cell of the matrix: severity level by impact level gives a priority level (TRI-05)."""

    severity: int
    impact: int
    priority: int


class Scales(Part):
    """Four separate scales, each with the company's own words (D05)."""

    urgency: tuple[Level, ...]
    severity: tuple[Level, ...]
    impact: tuple[Level, ...]
    priority: tuple[Level, ...]
    dispersion: tuple[Level, ...] = ()
    matrix: tuple[PriorityCell, ...]


class Escalation(Part):
    """Whom to tell when a deadline is late by so many hours (0: at the moment of breach)."""

    after_hours: float = Field(ge=0)
    roles: tuple[Code, ...]


class DeadlineRule(Named):
    """A milestone: what starts and stops its clock, how long it runs, whom lateness reaches (D11-D14, SLA-12).

    ``due_from`` names a time of the subject that people set as the limit itself, such as the required completion
    date of a measure (SLA-14, SLA-15); then the amount is not asked. After a verb of ``asked_again`` the facts may be
    others: a rule that no longer applies falls away, one that applies now begins, from the same start time.
    """

    start: str
    stop: tuple[str, ...]
    asked_again: tuple[str, ...] = ()
    clock_from: Code | None = None
    unit: Literal["hours", "working_hours", "working_days"] = "hours"
    amount: float = Field(default=24, gt=0)
    due_from: Code | None = None
    when: Condition = Condition()
    pause_states: tuple[str, ...] = ()
    warn_share: float = Field(default=0.75, gt=0, lt=1)
    owner_role: Code | None = None
    escalations: tuple[Escalation, ...] = ()

    def asks(self, verb: str) -> bool:
        """Whether what happened decides if this clock runs."""
        return verb == self.start or verb in self.asked_again


class AcceptanceStep(StrEnum):
    """One stage of acceptance (D15)."""

    DEMONSTRATION = "demonstration"
    RUN_TEST = "run_test"
    CUSTOMER = "customer"
    INTERNAL = "internal"


class CloseCondition(StrEnum):
    """When a case counts as closed (D31)."""

    SIGNATURE = "signature"
    SOLVED = "solved"
    FOLLOW_UP = "follow_up"


class LateReply(StrEnum):
    """What a customer's reply to a closed case does."""

    REOPEN = "reopen"
    LINKED = "linked"


class Procedure(Part):
    """How this company runs a case.

    ``archive_waits_for_review``: a bad score is analysed before its case is put away (SUR-15).
    """

    acceptance: tuple[AcceptanceStep, ...]
    completion_form: FormCode = "F24"
    close_when: CloseCondition = CloseCondition.FOLLOW_UP
    onsite_approval: bool = True
    onsite_min_severity: int = 2
    late_reply: LateReply = LateReply.REOPEN
    reopen_days: int = Field(default=30, ge=0)
    progress_interval_hours: int = Field(default=48, ge=1)
    archive_forms: tuple[FormCode, ...] = ()
    intake_form: FormCode = "F09"
    one_archive_form: bool = True
    archive_waits_for_review: bool = True


class ChargeRule(Part):
    """A row of the charge table; the first row whose conditions hold decides (D19, SOL-06, SOL-07).

    ``photograph_and_report``: the damage is photographed and the roles of ``report_to`` are told (SOL-08).
    """

    name: str
    in_warranty: bool | None = None
    user_caused: bool | None = None
    payer: Literal["company", "customer", "shared"]
    price_basis: Literal["free", "market", "agreed"] = "free"
    photograph_and_report: bool = False
    report_to: tuple[Code, ...] = ()


class Questionnaire(Named):
    """The questions of a follow-up call (D03)."""

    dimensions: tuple[Named, ...]
    bad_score: int = Field(default=2, ge=1, le=4)


class FollowUpPlan(Named):
    """When a customer is called after a service, and with which questions (D01, D04)."""

    anchor: Literal["service_end", "installation"] = "service_end"
    offset_hours: int = Field(gt=0)
    channel: ChannelKind = ChannelKind.PHONE
    questionnaire: Code


class Approver(Part):
    """A step of a chain: one of the roles, all of them, or a joint signature (会签)."""

    name: str
    roles: tuple[Code, ...]
    mode: Literal["one", "all", "countersign"] = "one"


class ApprovalChain(Part):
    """A chain for a subject within bounds of level and amount; filing tells people afterwards (备案) (D10)."""

    subject: Code
    min_level: int = 0
    min_amount: Decimal = Decimal(0)
    steps: tuple[Approver, ...]
    file_with: tuple[Code, ...] = ()

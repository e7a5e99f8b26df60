"""What the API of returns shows and takes."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from bihuan.core.rest.fields import (
    Code,
    Count,
    Day,
    In,
    MaybeText,
    Moment,
    Money,
    Name,
    Phone,
    SeenIn,
    Text,
    Wide,
    words,
)
from bihuan.service.parts.api import UsedPartIn
from bihuan.service.returns.models import (
    Degree,
    Direction,
    Fault,
    Means,
    Offer,
    Remedy,
    RepairRecord,
    ReturnOrder,
    ReturnState,
)
from bihuan.service.returns.money import owed_of

Reason = Annotated[str, words(300)]
Short = Annotated[str, words(60)]


class LineOut(Schema):
    """A position of an offer with the market price and its day."""

    kind: str
    name: str
    quantity: Decimal
    price: Decimal
    priced_on: date
    amount: Decimal


class OfferOut(Schema):
    """An offer; ``approved`` null waits for its approval, ``agreed`` null for the customer."""

    revision: int
    remedy: Remedy
    payer: str
    reason: str
    text: str
    total: Decimal
    price_paid: Decimal
    fee: Decimal
    refund: Decimal
    customer_share: int
    borne: Decimal
    approved: bool | None
    agreed: bool | None
    person: str
    opinion: str
    lines: list[LineOut]

    @classmethod
    def of(cls, row: Offer) -> "OfferOut":
        """Build the view of an offer."""
        lines = [LineOut.from_orm(line) for line in row.lines.all()]
        return cls(lines=lines, **{name: getattr(row, name) for name in cls.model_fields if name != "lines"})


class PaymentOut(Schema):
    """Money ``in`` from the customer or ``out`` to him, with the number of its voucher."""

    direction: Direction
    amount: Decimal
    reference: str
    paid_on: date


REPAIRED = (
    "planned_for", "tools", "work", "parts", "main_part", "parts_cost", "material_cost", "labour_hours",
    "labour_cost", "freight_cost", "waited_from", "waited_to", "delay_days", "recorded_at",
)  # fmt: skip


class ReturnRepairOut(Schema):
    """The repair as it is arranged, and as it was written down where ``recorded_at`` says when.

    ``parts_cost`` is the value of the parts from stock by the ledger; ``material_cost`` is other material.
    """

    technician: str
    planned_for: datetime
    tools: str
    work: str
    parts: str
    main_part: str
    parts_cost: Decimal
    material_cost: Decimal
    labour_hours: Decimal
    labour_cost: Decimal
    freight_cost: Decimal
    waited_from: date | None
    waited_to: date | None
    delay_days: int
    recorded_at: datetime | None

    @classmethod
    def of(cls, row: RepairRecord) -> "ReturnRepairOut":
        """Build the view of a repair."""
        return cls(technician=row.technician.username, **{name: getattr(row, name) for name in REPAIRED})


class ReturnOut(Schema):
    """A return; ``entitlements`` is what the customer may ask for by the warranty as the inspection found it.

    ``limits`` are the days that the law gives, where it gives any; ``owed`` is what the customer has still to pay;
    ``loaner`` is the serial of our unit that he has meanwhile.
    """

    number: str
    state: ReturnState
    version: int
    case: str
    source: str
    wish: Remedy
    degree: Degree
    model: str | None
    serial: str
    problem: str
    packed: str
    contact_name: str
    address: str
    route: str
    carrier_in: str
    tracking_in: str
    received_at: datetime | None
    condition: str
    meter: int | None
    fault: str
    finding: str
    cause: str
    user_caused: bool
    exclusion: str
    warranty: str
    entitlements: list[str]
    technician: str | None
    result: str
    replacement: str | None
    carrier_out: str
    tracking_out: str
    taken_by: str
    due_at: datetime | None
    limits: dict[str, int]
    owed: Decimal
    offers: list[OfferOut]
    payments: list[PaymentOut]
    repair: ReturnRepairOut | None
    loaner: str | None

    @classmethod
    def of(cls, row: ReturnOrder) -> "ReturnOut":
        """Build the view of a return."""
        repair = getattr(row, "repair", None)
        lent = [loan.unit.serial for loan in row.loans.all() if loan.returned_at is None]
        own: dict[str, Any] = {
            "repair": ReturnRepairOut.of(repair) if repair else None, "loaner": lent[0] if lent else None,
            "case": row.case.number, "model": row.model.code if row.model else None, "serial": row.serial_text,
            "warranty": row.warranty.get("state", ""), "entitlements": row.warranty.get("codes", []),
            "technician": row.owner.username if row.owner else None, "due_at": row.next_due_at,
            "replacement": row.replacement.serial if row.replacement else None,
            "owed": owed_of(row.offers.all(), row.payments.all()),
            "offers": [OfferOut.of(offer) for offer in row.offers.all()],
            "payments": [PaymentOut.from_orm(payment) for payment in row.payments.all()],
        }  # fmt: skip
        return cls(**own, **{name: getattr(row, name) for name in cls.model_fields if name not in own})


class ReturnPage(Schema):
    """A page of returns."""

    items: list[ReturnOut]
    next: str | None


class RequestIn(In):
    """What comes back, what is wrong, whom to reach."""

    case: Code
    problem: Text
    wish: Remedy = Remedy.REPAIR
    packed: Wide = ""
    contact_name: Name
    contact_phone: Phone = ""
    address: Wide = ""


class ReturnReviewIn(SeenIn):
    """The review; ``reason`` refuses the request, the other fields approve it."""

    approve: bool
    problem_confirmed: bool = False
    conditions_checked: bool = False
    degree: Degree = Degree.SIMPLE
    route: Code = ""
    note: Wide = ""
    reason: Reason = ""


class WayIn(SeenIn):
    """With whom the goods travel."""

    carrier: Name
    tracking: Short = ""


class ReceiptIn(SeenIn):
    """How the goods arrived; photos are uploaded before."""

    condition: Text
    accessories: Wide = ""
    meter: Annotated[int, Field(ge=0, le=100_000_000)] | None = None


class InspectionIn(SeenIn):
    """What was found."""

    fault: Fault
    finding: Text
    cause: MaybeText = ""
    user_caused: bool = False
    exclusion: Code = ""
    degree: Degree | None = None


class FaultCodeIn(SeenIn):
    """Cause and mechanism by their codes."""

    cause_category: Code
    mechanism: Code | None = None


class PositionIn(In):
    """A price of the list, so many times."""

    code: Code
    quantity: Annotated[Decimal, Field(gt=0, max_digits=8, decimal_places=2)] = Decimal(1)


class OfferIn(SeenIn):
    """The remedy with its prices; ``price_paid`` for a refund or an exchange, ``customer_share`` in per cent where both
    bear the price."""

    remedy: Remedy
    payer: Code
    reason: Wide = ""
    text: MaybeText = ""
    positions: Annotated[list[PositionIn], Field(max_length=20)] = []
    price_paid: Money = Decimal(0)
    customer_share: Annotated[int, Field(ge=1, le=99)] | None = None


class WordIn(SeenIn):
    """The customer's word as one of us heard it; ``evidence`` is the id of a file that was uploaded to the return."""

    agreed: bool
    means: Means = Means.MAIL
    person: Name
    opinion: MaybeText = ""
    evidence: Count | None = None


class PaymentIn(SeenIn):
    """What the customer paid; without a day it was today."""

    amount: Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2)]
    reference: Name
    paid_on: Day | None = None


class RepairPlanIn(SeenIn):
    """Who repairs when with what."""

    technician: Name
    planned_for: Moment
    tools: Wide = ""


class RepairIn(SeenIn):
    """The repair record; ``used`` are issued parts, what stands in ``parts`` was not issued and needs
    ``parts_reason``."""

    work: Text
    parts: MaybeText = ""
    parts_reason: Reason = ""
    same_parts: bool = False
    used: Annotated[list[UsedPartIn], Field(max_length=50)] = []
    main_part: Short = ""
    material_cost: Money = Decimal(0)
    labour_hours: Annotated[Decimal, Field(ge=0, max_digits=7, decimal_places=1)] = Decimal(0)
    labour_cost: Money = Decimal(0)
    freight_cost: Money = Decimal(0)
    waited_from: Day | None = None
    waited_to: Day | None = None
    delay_days: Annotated[int, Field(ge=0, le=999)] = 0


class JudgedIn(In):
    """One criterion."""

    code: Code
    value: Wide = ""
    passed: bool | None = None


class EvaluationIn(SeenIn):
    """The judgement of the repaired goods."""

    passed: bool
    results: Annotated[list[JudgedIn], Field(max_length=50)] = []
    remark: MaybeText = ""


class LoanIn(SeenIn):
    """A unit by its serial and how it looks; without a serial the lent one is back."""

    serial: Short = ""
    condition: Wide


class SettleIn(SeenIn):
    """What ends the matter: exchange (serial), give_back, refund (reference), scrap (text), close (text: who has it),
    or cancel (text: the reason)."""

    step: Code
    serial: Short = ""
    reference: Short = ""
    text: Reason = ""

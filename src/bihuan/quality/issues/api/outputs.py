"""What the API gives of quality issues."""

from datetime import date, datetime
from typing import Any

from ninja import Schema

from bihuan.core.deadlines.models import Deadline
from bihuan.quality.issues.models import Cause, EffectCheck, Issue, Measure, Signal


def name_of(user: Any) -> str | None:
    """The login name of a person."""
    return user.username if user else None


def code_of(row: Any) -> str | None:
    """The code of a row of a catalogue."""
    return row.code if row else None


class IssueOut(Schema):
    """A quality issue as a program sees it."""

    id: int
    number: str
    state: str
    cycle: int
    version: int
    source: str
    title: str
    description: str
    place: str
    quantity: int | None
    supplier_name: str
    line: str | None
    model: str | None
    batch: str | None
    mechanism: str | None
    symptom: str | None
    reporter: str | None
    owner: str | None
    department: str | None
    responsible: str | None
    grade: int | None
    dispersion: int | None
    criteria: list[str]
    is_serious: bool
    is_safety: bool
    is_stopped: bool
    wants_8d: bool
    responsibility: str
    result: str
    breakpoint_kind: str
    breakpoint_on: date | None
    breakpoint_serial: str
    complained_at: datetime
    registered_at: datetime
    closed_at: datetime | None
    next_due_at: datetime | None

    @classmethod
    def of(cls, row: Issue) -> "IssueOut":
        """Build the view of an issue."""
        own: dict[str, Any] = {
            **{name: code_of(getattr(row, name)) for name in ("line", "model", "mechanism", "symptom", "department")},
            **{name: name_of(getattr(row, name)) for name in ("reporter", "owner", "responsible")},
            "batch": row.batch.number if row.batch else None,
        }  # fmt: skip
        return cls(**own, **{name: getattr(row, name) for name in cls.model_fields if name not in own})


class ReportedOut(Schema):
    """The number under which a report is kept."""

    number: str


class IssuePage(Schema):
    """A page of issues; ``next`` is the cursor of the one after it."""

    items: list[IssueOut]
    next: str | None


class IssueMoveOut(Schema):
    """A move of the table; ``refusal`` says why it is refused yet."""

    move: str
    label: str
    refusal: str | None
    needs_reason: bool


class FieldOut(Schema):
    """A field of an act; ``choices`` are the values it takes, at most a hundred."""

    name: str
    label: str
    required: bool
    many: bool
    choices: list[tuple[str, str]] | None


class ActOut(Schema):
    """An act that the caller may take now, with its fields."""

    act: str
    label: str
    fields: list[FieldOut]


class SignalOut(Schema):
    """What the monitor said: whole counts."""

    alarm: int | None
    rule: str
    form: str
    count: int
    exposure: int
    repeats: int
    latest_count: int
    latest_exposure: int
    sank: bool
    at: datetime

    @classmethod
    def of(cls, row: Signal) -> "SignalOut":
        """Build the view of a signal."""
        own: dict[str, Any] = {"alarm": row.alarm_id, "form": row.form_code}
        return cls(**own, **{name: getattr(row, name) for name in cls.model_fields if name not in own})


class CauseOut(Schema):
    """A cause with its judgement."""

    id: int
    parent: int | None
    bone: str
    kind: str
    text: str
    state: str
    evidence: str

    @classmethod
    def of(cls, row: Cause) -> "CauseOut":
        """Build the view of a cause."""
        own: dict[str, Any] = {"parent": row.parent_id}
        return cls(**own, **{name: getattr(row, name) for name in cls.model_fields if name not in own})


class MeasureOut(Schema):
    """A measure with its responsible person, limit and result."""

    id: int
    kind: str
    means: str
    text: str
    goal: str
    owner: str
    due_at: datetime
    state: str
    progress: int
    result: str
    adopted_as: str

    @classmethod
    def of(cls, row: Measure) -> "MeasureOut":
        """Build the view of a measure."""
        own: dict[str, Any] = {"owner": row.owner.username}
        return cls(**own, **{name: getattr(row, name) for name in cls.model_fields if name not in own})


class CheckOut(Schema):
    """A judgement of the effect: whole counts, the limits of the interval as shares."""

    verdict: str
    count: int
    exposure: int
    mature: int
    needed: int
    undated: int
    low: float
    high: float
    breakpoint: str
    at: datetime

    @classmethod
    def of(cls, row: EffectCheck) -> "CheckOut":
        """Build the view of a check."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class LimitOut(Schema):
    """A milestone of an issue."""

    code: str
    name: str
    state: str
    starts_at: datetime
    due_at: datetime | None
    ended_at: datetime | None

    @classmethod
    def of(cls, row: Deadline) -> "LimitOut":
        """Build the view of a milestone."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})

"""Registering a case, on whatever channel it came (INT-08, INT-20, INT-22)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from bihuan.core.activity.services import Entry, record_many
from bihuan.core.deadlines.services import foresee
from bihuan.core.jobs.services import enqueue
from bihuan.core.numbering.services import next_number
from bihuan.core.policy import queries as policy
from bihuan.core.policy.models import PolicyVersion
from bihuan.core.policy.schema.service import ChannelKind
from bihuan.core.rows.services import insert
from bihuan.registry.customers.models import Customer
from bihuan.registry.products.models import ProductLine, ProductModel, Unit
from bihuan.service.desk.index import index_case
from bihuan.service.desk.models import Case
from bihuan.service.intake.services import log_call

SPOKEN = {ChannelKind.PHONE, ChannelKind.WALK_IN, ChannelKind.SALES, ChannelKind.INTERNAL}
SUMMARY_LENGTH = 60


@dataclass(frozen=True)
class Report:
    """What is known when a case is registered; everything but the words may still be missing."""

    channel: str
    description: str
    summary: str = ""
    service_type: str = ""
    category: str = ""
    customer: Customer | None = None
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    reporter_name: str = ""
    reporter: AbstractBaseUser | None = None
    line: ProductLine | None = None
    model: ProductModel | None = None
    unit: Unit | None = None
    serial_text: str = ""
    purchased_on: date | None = None
    position_text: str = ""
    impact_text: str = ""
    complained_at: datetime | None = None
    occurred_at: datetime | None = None
    urgency: int | None = None
    client_key: str | None = None
    follows: Case | None = None
    custom: Mapping[str, Any] = field(default_factory=dict)


def first_line(text: str) -> str:
    """Make a summary of a description: its first sentence, cut at a fixed length."""
    line = next((part.strip() for part in text.splitlines() if part.strip()), "")
    for mark in "。！？!?；":
        head, found, _rest = line.partition(mark)
        if found and len(head) >= 6:
            line = head
            break
    return line if len(line) <= SUMMARY_LENGTH else line[: SUMMARY_LENGTH - 1] + "…"


@transaction.atomic
def register_case(*, report: Report, by: AbstractBaseUser | None, at: datetime | None = None) -> Case:
    """Open a case at once, with its number, deadlines, journal, search entry and the work that follows.

    The same ``client_key`` again returns the case that it made the first time, and changes nothing.
    """
    if report.client_key:
        before = Case.objects.filter(client_key=report.client_key).first()
        if before is not None:
            return before
    now = at or timezone.now()
    unit, model, line = _product(report)
    version = policy_for(line)
    case = _build(report, version, now, unit, model, line)
    entries = _registration(case, by, version)
    foresee(case, entries, now)
    insert([case])
    record_many(entries=entries, by=by, at=now, new_subjects=True)
    index_case(case, new=True)
    enqueue("desk.after_registration", {"case": case.pk})
    return case


@transaction.atomic
def register_reported(
    *, report: Report, by: AbstractBaseUser, rings: int | None = None, wait_seconds: int | None = None
) -> Case:
    """Open a case that a person or a program of ours was told: sales name the relayer, calls are logged (INT-14)."""
    channel = policy.parsed(policy_for(report.line or _product(report)[2])).channel(report.channel)
    if channel and channel.kind == ChannelKind.SALES:
        report = replace(report, reporter=by)
    case = register_case(report=report, by=by)
    if channel and channel.kind == ChannelKind.PHONE:
        log_call(channel=channel.code, by=by, caller=report.contact_phone, rings=rings, wait_seconds=wait_seconds)
    return case


def policy_for(line: ProductLine | None) -> PolicyVersion:
    """Return the rules in force for a product line (D34)."""
    code = line.profile.code if line and line.profile else None
    return policy.current(code)


def _product(report: Report) -> tuple[Unit | None, ProductModel | None, ProductLine | None]:
    unit = report.unit
    model = report.model or (unit.model if unit else None)
    line = report.line or (model.line if model else None)
    return unit, model, line


def _build(
    report: Report,
    version: PolicyVersion,
    now: datetime,
    unit: Unit | None,
    model: ProductModel | None,
    line: ProductLine | None,
) -> Case:
    rules = policy.parsed(version)
    customer = report.customer or (unit.customer if unit else None)
    reporter = report.reporter
    return Case(
        number=next_number("case", rules.numbering["case"], at=now),
        policy_version_id=version.pk,
        client_key=report.client_key,
        channel=report.channel,
        service_type=report.service_type or rules.service_types[0].code,
        category=report.category,
        summary=(report.summary.strip() or first_line(report.description) or report.channel)[:120],
        description=report.description,
        position_text=report.position_text,
        impact_text=report.impact_text,
        custom=dict(report.custom),
        complained_at=min(report.complained_at or now, now),
        occurred_at=report.occurred_at,
        registered_at=now,
        customer=customer,
        contact_name=report.contact_name,
        contact_phone=report.contact_phone,
        contact_email=report.contact_email,
        reporter_name=report.reporter_name or (str(reporter) if reporter else ""),
        reporter_id=reporter.pk if reporter else None,
        line=line,
        model=model,
        unit=unit,
        serial_text=report.serial_text or (unit.serial if unit else ""),
        purchased_on=report.purchased_on or (unit.invoiced_on if unit else None),
        region_id=customer.region_id if customer else None,
        urgency=report.urgency,
        follows=report.follows,
    )


def _registration(case: Case, by: AbstractBaseUser | None, version: PolicyVersion) -> list[Entry]:
    """What the journal will say of a new case.

    A caller whom a person answers is acknowledged in the same moment; others get a message (INT-30).
    """
    channel = policy.parsed(version).channel(case.channel)
    data = {"to": case.state, "channel": case.channel, "summary": case.summary}
    entries = [Entry(case, "case.registered", data)]
    if by is not None and channel is not None and channel.kind in SPOKEN:
        entries.append(Entry(case, "case.acknowledged", {"means": channel.kind.value}))
    return entries

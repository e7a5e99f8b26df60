"""Reading messages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from bihuan.core.permissions.services import can
from bihuan.core.policy.schema.service import Channel, ChannelKind
from bihuan.service.intake import permissions as perm
from bihuan.service.intake.models import CallOutcome, InboundMessage, MessageState, PhoneCall

AT_HAND = [MessageState.WAITING, MessageState.QUARANTINED, MessageState.STORED]


def visible_to(user: Any) -> QuerySet[InboundMessage]:
    """Messages, for those who keep the inbox."""
    rows = InboundMessage.objects.defer("raw", "html", "text")
    return rows if can(user, perm.INBOX_VIEW) else rows.none()


def waiting(user: Any) -> int:
    """How many wait for a person, counted to a hundred."""
    return visible_to(user).filter(state__in=[MessageState.WAITING, MessageState.QUARANTINED]).order_by()[:100].count()


@dataclass(frozen=True)
class Calls:
    """Calls of a channel: all, those answered, of these the ones whose rings or time was noted, and the quick ones."""

    total: int = 0
    answered: int = 0
    noted: int = 0
    quick: int = 0


def call_counts(channels: Iterable[Channel], since: datetime) -> dict[str, Calls]:
    """Count each channel's calls since a moment against its rings and waiting time, in one query (INT-14, KPI-06)."""
    answered, noted, quick = Q(outcome=CallOutcome.ANSWERED), Q(pk__in=[]), Q(pk__in=[])
    phones = [row for row in channels if row.kind == ChannelKind.PHONE]
    for row in phones:
        told, within = Q(pk__in=[]), Q()
        for name, most in (("rings", row.max_rings), ("wait_seconds", row.max_wait_seconds)):
            if most:
                told |= Q(**{f"{name}__isnull": False})
                within &= Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__lte": most})
        noted |= Q(channel=row.code) & told
        quick |= Q(channel=row.code) & told & within
    rows = PhoneCall.objects.filter(channel__in=[row.code for row in phones], began_at__gte=since).values("channel")
    counted = rows.annotate(
        total=Count("pk"), answered=Count("pk", filter=answered), noted=Count("pk", filter=answered & noted),
        quick=Count("pk", filter=answered & quick),
    )  # fmt: skip
    return {row.pop("channel"): Calls(**row) for row in counted.order_by()}

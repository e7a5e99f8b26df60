"""How well the company is reached, channel by channel: calls taken and first replies against the policy's targets.

A reply is what a person of the house said to the customer, and it counts from the customer's words on; the automatic
acknowledgement is none. Where a channel is not always open, its limit runs in working time (INT-13, INT-14, KPI-06).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from fractions import Fraction
from typing import Any

from django.db import models
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.core.activity.models import Activity
from bihuan.core.calendar.arithmetic import Piece
from bihuan.core.calendar.queries import default_data
from bihuan.core.policy import queries as policy
from bihuan.core.policy.schema.service import Channel, ChannelKind
from bihuan.service.desk.models import Case, CaseState
from bihuan.service.desk.queries import ANSWERS, visible_to
from bihuan.service.desk.services.registration import SPOKEN
from bihuan.service.intake.queries import Calls, call_counts
from bihuan.ui.templatetags.bihuan import in_words, span

PERIODS = (7, 30)
LONGEST = max(PERIODS)


class Reply(models.TextChoices):
    """What became of the first reply to a contact."""

    IN_TIME = "in_time", gettext_lazy("Replied in time")
    LATE = "late", gettext_lazy("Late or unanswered")
    WAITING = "waiting", gettext_lazy("Still in time")
    NONE = "none", gettext_lazy("Cancelled")


@dataclass(frozen=True)
class Rate:
    """A share with its target; nothing to count is no share."""

    part: int
    whole: int
    target: float | None = None

    @property
    def percent(self) -> str:
        """For people: cut, never rounded up to a target that was missed."""
        return f"{self.part * 1000 // self.whole / 10:.1f} %" if self.whole else "—"

    @property
    def aim(self) -> str:
        """The target for people."""
        return "" if self.target is None else f"{float(Fraction(str(self.target)) * 100):g} %"

    @property
    def is_met(self) -> bool | None:
        """Whether the target is reached, exactly; None without a target or without anything to count."""
        if self.target is None or not self.whole:
            return None
        return Fraction(self.part, self.whole) >= Fraction(str(self.target))


@dataclass(frozen=True)
class ChannelRow:
    """One channel in a period; a rate that its kind does not have is None."""

    channel: Channel
    contacts: int
    calls: Calls
    replies: Counter[str]

    @property
    def is_shown(self) -> bool:
        """Whether customers know of it or somebody used it."""
        return bool((self.channel.enabled and self.channel.published) or self.contacts or self.calls.total)

    @property
    def limit(self) -> timedelta | None:
        """How soon a contact is to be answered."""
        return limit_of(self.channel)

    @property
    def within(self) -> str:
        """That limit for people."""
        if self.limit is None:
            return ""
        minutes, seconds = divmod(int(self.limit.total_seconds()), 60)
        told = span(60 * minutes + seconds) if seconds else in_words(minutes)
        return _("within %(span)s") % {"span": told}

    @property
    def ringing(self) -> str:
        """How long a caller may wait, for people."""
        rings, wait = self.channel.max_rings, self.channel.max_wait_seconds
        parts = [_("%(rings)s rings") % {"rings": rings}] if rings else []
        return " / ".join([*parts, *([span(wait)] if wait else [])])

    @property
    def connected(self) -> Rate | None:
        """Calls taken of all calls."""
        if self.channel.kind != ChannelKind.PHONE:
            return None
        return Rate(self.calls.answered, self.calls.total, self.channel.connect_rate_target)

    @property
    def quick(self) -> Rate | None:
        """Calls taken within the rings and the waiting time of the policy, of those whose rings or time was noted."""
        has_limit = self.channel.max_rings or self.channel.max_wait_seconds
        return Rate(self.calls.quick, self.calls.noted) if self.connected and has_limit else None

    @property
    def replied(self) -> Rate | None:
        """First replies within the limit, of the contacts whose reply has come or is due; a talk is its own reply."""
        if self.channel.kind in SPOKEN and self.limit is None:
            return None
        done = self.replies[Reply.IN_TIME]
        due = done + self.replies[Reply.WAITING if self.limit is None else Reply.LATE]
        return Rate(done, due, self.channel.reply_rate_target)

    @property
    def late(self) -> int:
        """Contacts whose reply came too late or has not come in time."""
        return self.replies[Reply.LATE]

    @property
    def waiting(self) -> int:
        """Contacts without a reply, still in time."""
        return self.replies[Reply.WAITING]


def limit_of(channel: Channel) -> timedelta | None:
    """How soon a contact is to be answered there; a call that rings is not answered by a reply."""
    if channel.ack_minutes:
        return timedelta(minutes=channel.ack_minutes)
    if channel.max_wait_seconds and channel.kind != ChannelKind.PHONE:
        return timedelta(seconds=channel.max_wait_seconds)
    return None


def period_start(days: int) -> datetime:
    """The beginning of the first of so many days, of which today is the last."""
    day = timezone.localdate() - timedelta(days=days - 1)
    return timezone.make_aware(datetime.combine(day, time()))


def channel_rows(user: Any, days: int) -> list[ChannelRow]:
    """The channels that customers know of or that were used, in the order of the policy; a fixed number of queries."""
    since, now = period_start(days), timezone.now()
    channels = list(policy.default().channels)
    cases = judged(visible_to(user).filter(complained_at__gte=since), channels, since, now).order_by()
    found: dict[str, Counter[str]] = {row.code: Counter() for row in channels}
    for code, reply, count in cases.values_list("channel", "reply").annotate(count=Count("pk")):
        found.setdefault(code, Counter())[reply] = count
    gone = sorted(found.keys() - {row.code for row in channels})
    channels += [Channel(code=code, name=code, kind=ChannelKind.INTERNAL, enabled=False) for code in gone]
    calls = call_counts(channels, since)
    rows = [ChannelRow(row, found[row.code].total(), calls.get(row.code, Calls()), found[row.code]) for row in channels]
    return [row for row in rows if row.is_shown]


def judged(cases: QuerySet[Case], channels: Iterable[Channel], since: datetime, now: datetime) -> QuerySet[Any]:
    """Cases since a moment with ``reply``, what became of the first reply to each; the database works it out."""
    words = Activity.objects.filter(
        subject_type="desk.case", subject_id=OuterRef("pk"), verb__in=ANSWERS, actor__isnull=False
    )
    first = Subquery(words.order_by("at").values("at")[:1], output_field=models.DateTimeField())
    dues = [When(channel=row.code, then=due) for row in channels if (due := _due(row, since, now)) is not None]
    return cases.annotate(
        replied_at=first,
        reply_due=models.Case(*dues, default=Value(None), output_field=models.DateTimeField()),
        reply=models.Case(
            When(state=CaseState.CANCELLED, then=Value(Reply.NONE.value)),
            When(Q(reply_due__lt=Coalesce(F("replied_at"), Value(now))), then=Value(Reply.LATE.value)),
            When(replied_at__isnull=True, then=Value(Reply.WAITING.value)),
            default=Value(Reply.IN_TIME.value),
            output_field=models.CharField(),
        ),
    )


def _due(channel: Channel, since: datetime, now: datetime) -> Any:
    """When a contact of a channel is to be answered at the latest, for every contact of the period."""
    limit = limit_of(channel)
    if limit is None:
        return None
    if channel.always_open:
        return F("complained_at") + limit
    pieces = default_data().working_pieces(limit, since, now)
    return models.Case(
        *(When(complained_at__lte=piece.until, then=_end(piece)) for piece in pieces),
        output_field=models.DateTimeField(),
    )


def _end(piece: Piece) -> Any:
    return Value(piece.ends) if piece.ends else F("complained_at") + piece.shift

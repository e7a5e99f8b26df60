"""Who can be sent, who cannot and why, and who suits best (KNO-05, WO-18, WO-32)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.registry.people.queries import with_permission
from bihuan.service.desk.models import Case
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.models import Absence, Qualification, Visit
from bihuan.service.visits.places import Places, Way, travel_of
from bihuan.service.visits.queries import BOOKED
from bihuan.ui.templatetags.bihuan import in_words

AT_THE_CUSTOMER, NEAR, NOTHING_ELSE, ELSEWHERE = range(4)


def day_of(moment: datetime) -> tuple[datetime, datetime]:
    """The local day in which a moment lies."""
    start = timezone.make_aware(datetime.combine(timezone.localtime(moment).date(), time.min))
    return start, start + timedelta(days=1)


@dataclass(frozen=True)
class Candidate:
    """Somebody who might go: what forbids it, what warns of it, what speaks for him, and his place in the order."""

    user: Any
    obstacles: tuple[str, ...]
    warnings: tuple[str, ...]
    reasons: tuple[str, ...]
    rank: tuple[int, ...]

    @property
    def fits(self) -> bool:
        """Whether nothing forbids it."""
        return not self.obstacles


@dataclass
class Roster:
    """What is known of some people around a span of time: read once, asked for each of them."""

    case: Case
    start: datetime
    end: datetime
    but: int | None = None
    passed: dict[int, list[Qualification]] = field(default_factory=lambda: defaultdict(list))
    away: dict[int, list[Absence]] = field(default_factory=lambda: defaultdict(list))
    booked: dict[int, list[Visit]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, case: Case, users: Iterable[Any], start: datetime, end: datetime, but: int | None = None) -> "Roster":
        """Read qualifications, absences and visits of these people on the days of the span."""
        roster, ids = cls(case, start, end, but), [user.pk for user in users]
        first, last = timezone.localtime(start).date(), timezone.localtime(end).date()
        line = {"line": case.line_id} if case.line_id else {}
        for passed in Qualification.objects.filter(user__in=ids, **line):
            roster.passed[passed.user_id].append(passed)
        for away in Absence.objects.filter(user__in=ids, starts_on__lte=last, ends_on__gte=first):
            roster.away[away.user_id].append(away)
        seats = Q(engineer__in=ids) | Q(helpers__in=ids)
        span = Q(starts_at__lt=max(end, day_of(start)[1]), ends_at__gt=min(start, day_of(start)[0]))
        rows = Visit.objects.filter(seats & span, state__in=BOOKED).exclude(pk=but or 0).distinct()
        for visit in rows.select_related("case", "region").prefetch_related("helpers").order_by("starts_at"):
            for pk in {visit.engineer_id, *(helper.pk for helper in visit.helpers.all())}:
                roster.booked[pk].append(visit)
        return roster

    def obstacles(self, user: Any, *, leads: bool = True) -> list[str]:
        """Why he cannot go; who only accompanies needs no qualification of his own."""
        found = [_("%(name)s no longer works here.") % {"name": user}] if not user.is_active else []
        if leads and (text := self.unqualified(user)):
            found.append(text)
        for row in self.away[user.pk]:
            values = {"name": user, "reason": row.reason, "until": f"{row.ends_on:%Y-%m-%d}"}
            found.append(_("%(name)s is absent until %(until)s: %(reason)s.") % values)
        for visit in self.booked[user.pk]:
            if visit.starts_at < self.end and visit.ends_at > self.start:
                hours = f"{timezone.localtime(visit.starts_at):%m-%d %H:%M}–{timezone.localtime(visit.ends_at):%H:%M}"
                values = {"name": user, "hours": hours, "number": visit.number}
                found.append(_("%(name)s is on visit %(number)s then (%(hours)s).") % values)
        return found

    def unqualified(self, user: Any) -> str:
        """Why he may not lead a visit to this product line; empty when he may (KNO-05).

        Where the line is not known yet any training that holds will do; who has none is not sent anywhere.
        """
        if not self.case.policy.visits.needs_qualification:
            return ""
        rows, day = self.passed[user.pk], timezone.localtime(self.end).date()
        values = {"name": user, "line": self.case.line or _("any product line")}
        if not rows:
            return _("%(name)s has not passed the training for %(line)s.") % values
        if all(row.valid_until and row.valid_until < day for row in rows):
            last = max(row.valid_until for row in rows if row.valid_until)
            return _("The qualification of %(name)s for %(line)s ended on %(day)s.") % {
                **values, "day": f"{last:%Y-%m-%d}",
            }  # fmt: skip
        return ""

    def candidate(self, user: Any, region_id: int | None) -> Candidate:
        """Somebody with what speaks for and against him."""
        obstacles = tuple(self.obstacles(user))
        travel, words = self._travel(user, region_id)
        is_home = region_id is not None and user.region_id == region_id
        late = self._too_far(user, region_id)
        reasons = [_("Responsible for this region") if is_home else _("Of another region"), words]
        load = self.booked[user.pk]
        hours = sum((row.ends_at - row.starts_at).total_seconds() for row in load) / 3600
        if load:
            reasons.append(_("%(count)s visits that day, %(hours)s h") % {"count": len(load), "hours": f"{hours:g}"})
        if self.passed[user.pk]:
            reasons.insert(0, _("Qualified: %(training)s") % {"training": self.passed[user.pk][-1].training})
        rank = (
            len(obstacles) > 0,
            len(late) > 0,
            travel != AT_THE_CUSTOMER,
            not is_home,
            travel,
            round(hours * 60),
            user.pk,
        )
        return Candidate(user, obstacles, tuple(late), tuple(reasons), tuple(int(part) for part in rank))

    @cached_property
    def places(self) -> Places:
        """Where everything is, read when somebody asks for ways."""
        return Places()

    def _too_far(self, user: Any, region_id: int | None) -> list[str]:
        """The ways from the visit before and to the one after that the time between does not suffice for.

        The planner is told, not refused (``Way``).
        """
        here, found = self.places.of(self.case.customer_id, region_id), list[str]()
        ways = travel_of(self.case.policy)
        before = [row for row in self.booked[user.pk] if row.ends_at <= self.start][-1:]
        after = [row for row in self.booked[user.pk] if row.starts_at >= self.end][:1]
        for row in (*before, *after):
            minutes = ways.minutes(self.places.of(row.case.customer_id, row.region_id), here)
            span = (row.ends_at, self.start) if row in before else (self.end, row.starts_at)
            way = Way.between(minutes, *span)
            if way.is_tight:
                text = _("The way to visit %(number)s takes about %(way)s, the time between is %(gap)s.")
                found.append(text % {"number": row.number, "way": in_words(minutes), "gap": in_words(way.gap)})
        return found

    def _travel(self, user: Any, region_id: int | None) -> tuple[int, str]:
        """How far he comes from on that day, as far as customers and regions tell it."""
        rows: Sequence[Visit] = self.booked[user.pk]
        if not rows:
            return NOTHING_ELSE, _("No other journey that day")
        if any(row.case.customer_id and row.case.customer_id == self.case.customer_id for row in rows):
            return AT_THE_CUSTOMER, _("Is at this customer that day anyway")
        if all(row.region_id == region_id for row in rows):
            return NEAR, _("Is in this region that day")
        places = "、".join(sorted({str(row.region) for row in rows if row.region}))
        return ELSEWHERE, _("Is elsewhere that day: %(places)s") % {"places": places or "—"}


def suggest(case: Case, start: datetime, end: datetime, but: int | None = None) -> list[Candidate]:
    """Everybody who goes on visits, the one who suits best first, those who cannot go last with the reason."""
    users = with_permission(perm.VISITS_WORK, case)
    roster = Roster.of(case, users, start, end, but)
    region = region_of(case)
    return sorted((roster.candidate(user, region) for user in users), key=lambda one: one.rank)


def region_of(case: Case) -> int | None:
    """Where the customer is."""
    return case.region_id or (case.customer.region_id if case.customer else None)

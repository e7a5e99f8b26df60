"""How far a recall is: every rate with its numerator and its denominator."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.db.models import Sum
from django.utils import timezone
from pydantic import BaseModel, ConfigDict

from bihuan.quality.recall.models import AffectedState, Recall, Remedy

A = AffectedState


class Figures(BaseModel):
    """Units by state and measure; they add up to the total."""

    model_config = ConfigDict(frozen=True)

    total: int
    frozen: int
    added: int
    states: dict[str, int]
    measures: dict[str, int]
    identified: int

    @property
    def done(self) -> int:
        """Units whose measure is done: the numerator of the completion rate."""
        return self.states[A.DONE]

    @property
    def told(self) -> int:
        """Units whose owner knows."""
        return self.total - self.states[A.WAITING]

    @property
    def open(self) -> int:
        """Units about which nothing final is known."""
        return self.states[A.WAITING] + self.states[A.TOLD] + self.states[A.ANSWERED]


def figures_of(recall: Recall) -> Figures:
    """The figures of now, with a fixed number of queries."""
    rows = recall.affected.values_list("state", "measure", "is_addition").annotate(n=Sum("quantity")).order_by()
    states = dict.fromkeys((str(value) for value in A.values), 0)
    measures = dict.fromkeys((str(value) for value in Remedy.values), 0)
    added = 0
    for state, measure, is_addition, number in rows:
        states[state] += number
        added += number if is_addition else 0
        if measure:
            measures[measure] += number
    total = sum(states.values())
    known = recall.affected.exclude(serial="").count()
    return Figures(
        total=total, frozen=total - added, added=added, states=states, measures=measures, identified=known
    )  # fmt: skip


def percent(part: int, whole: int) -> str:
    """A share for people, cut and never rounded up to a hundred."""
    return f"{part * 1000 // whole / 10:.1f} %" if whole else "—"


class Point(BaseModel):
    """The end of a week: how many were done of how many."""

    model_config = ConfigDict(frozen=True)

    day: date
    done: int
    total: int

    @property
    def percent(self) -> str:
        """The completion rate at that day."""
        return percent(self.done, self.total)


MOST_POINTS = 60


def progress_of(recall: Recall, until: datetime | None = None) -> list[Point]:
    """Done and total at the end of each week since the decision, the last point now; long recalls in longer steps."""
    if recall.frozen_at is None:
        return []
    start = timezone.localdate(recall.frozen_at)
    end = timezone.localdate(until or recall.closed_at or timezone.now())
    came: dict[date, int] = defaultdict(int)
    done: dict[date, int] = defaultdict(int)
    rows = recall.affected.values_list("is_addition", "added_at", "state", "ended_at", "quantity")
    for is_addition, added_at, state, ended_at, quantity in rows.iterator():
        came[timezone.localdate(added_at) if is_addition else start] += quantity
        if state == A.DONE and ended_at:
            done[timezone.localdate(ended_at)] += quantity
    step = max(7, -(-(end - start).days // MOST_POINTS))
    days = [start + timedelta(days=step * index) for index in range((end - start).days // step + 1)]
    days = days if days[-1] == end else [*days, end]
    return [Point(day=day, done=_until(done, day), total=_until(came, day)) for day in days]


def _until(numbers: dict[date, int], day: date) -> int:
    return sum(number for at, number in numbers.items() if at <= day)

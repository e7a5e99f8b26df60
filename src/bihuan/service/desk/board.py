"""What is late and what is about to be: open deadlines of cases by their due time."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from bihuan.core.deadlines.models import Deadline, DeadlineState
from bihuan.core.listing.paging import capped
from bihuan.core.permissions.services import can
from bihuan.service.desk.models import Case, CaseState, Opinion
from bihuan.service.desk.permissions import CASE_EDIT
from bihuan.service.desk.queries import for_list, visible_to, wanted_opinions

MOST = 60
SOON = timedelta(hours=8)
AT_REST = [CaseState.CLOSED, CaseState.ARCHIVED, CaseState.CANCELLED]


@dataclass(frozen=True)
class BoardRow:
    """A deadline with its case."""

    deadline: Deadline
    case: Case


@dataclass(frozen=True)
class Board:
    """Late ones, the oldest first, and those due within a working day."""

    late: list[BoardRow]
    soon: list[BoardRow]
    counts: dict[str, str]


def board_rows(user: Any) -> Board:
    """Read the board with a fixed number of queries."""
    now = timezone.now()
    visible = visible_to(user)
    rows = Deadline.objects.filter(
        subject_type="desk.case", state=DeadlineState.OPEN, due_at__isnull=False, subject_id__in=visible.values("pk")
    )
    late = list(rows.filter(due_at__lte=now).order_by("due_at")[:MOST])
    soon = list(rows.filter(due_at__gt=now, due_at__lte=now + SOON).order_by("due_at")[:MOST])
    cases = for_list(user).in_bulk({row.subject_id for row in [*late, *soon]})
    counts = {
        "late": capped(rows.filter(due_at__lte=now)),
        "soon": capped(rows.filter(due_at__gt=now, due_at__lte=now + SOON)),
        "unassigned": capped(visible.filter(owner__isnull=True).exclude(state__in=AT_REST)),
        "new": capped(visible.filter(state=CaseState.NEW)),
    }
    return Board(_pairs(late, cases), _pairs(soon, cases), counts)


def _pairs(rows: list[Deadline], cases: dict[int, Case]) -> list[BoardRow]:
    return [BoardRow(row, cases[row.subject_id]) for row in rows if row.subject_id in cases]


@dataclass(frozen=True)
class Day:
    """My work today; what may be dangerous stands before everything else."""

    danger: list[Case]
    late: list[Case]
    soon: list[Case]
    mine: list[Case]
    new: list[Case]
    waiting: str
    opinions: list[Opinion]
    relayed: list[Case]


def my_day(user: Any) -> Day:
    """What I have to do: my late cases, those due soon, the rest, what nobody has judged yet if I work on cases, and
    what became of the cases that I relayed for a customer (INT-06)."""
    now = timezone.now()
    mine = list(for_list(user).filter(owner=user.pk).exclude(state__in=AT_REST).order_by("next_due_at", "id")[:100])
    late = [case for case in mine if case.next_due_at and case.next_due_at <= now]
    soon = [case for case in mine if case.next_due_at and now < case.next_due_at <= now + timedelta(hours=24)]
    rest = [case for case in mine if case not in late and case not in soon]
    untouched = for_list(user).filter(state=CaseState.NEW) if can(user, CASE_EDIT) else Case.objects.none()
    new = list(untouched.filter(may_be_danger=False).order_by("next_due_at", "id")[:10])
    danger = list(for_list(user).filter(may_be_danger=True).order_by("next_due_at", "id")[:MOST])
    waiting = capped(untouched.order_by()) if new or danger else "0"
    told = for_list(user).filter(reporter=user.pk).exclude(owner=user.pk).exclude(state__in=AT_REST)
    relayed = list(told.order_by("-id")[:10])
    return Day(danger, late, soon, rest[:10], new, waiting, wanted_opinions(user), relayed)

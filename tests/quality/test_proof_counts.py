"""What stands behind the proof of an effect: which failures and which units carry the remedy."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from bihuan.core.activity.services import record
from bihuan.quality.issues.counting import Counts, effect_counts
from bihuan.quality.issues.models import Issue
from bihuan.quality.issues.services import proving
from bihuan.registry.products.models import Shipment
from bihuan.registry.products.services import create_unit
from tests.quality.story import Quality, coded, made, shipped

pytestmark = pytest.mark.django_db
FIRST = date(2026, 3, 1)
BEFORE = FIRST - timedelta(days=1)


def after(issue: Issue, kind: str, value: Any, **more: Any) -> Counts:
    """What counts after a breakpoint."""
    issue.breakpoint_kind = kind
    setattr(issue, {"date": "breakpoint_on", "serial": "breakpoint_serial"}[kind], value)
    return effect_counts(issue, **more)


def loose(q: Quality, number: str, on: date, quantity: int) -> None:
    """A delivery note that names no batch."""
    row = Shipment.objects.create(number=f"FH-{number}", model=q.cast.model, shipped_on=on, quantity=quantity)
    record(subject=row, verb="shipment.created", by=None)


def test_the_day_of_the_breakpoint_is_the_first_with_the_remedy(q: Quality) -> None:
    """CAP-08: by the unit's own day, else its batch's; a note without a batch counts by its own day."""
    issue = q.issue(mechanism=q.mechanism)
    old, new = shipped(q, "OLD", BEFORE, 500), shipped(q, "NEW", FIRST, 400)
    loose(q, "A", BEFORE, 70)
    loose(q, "B", FIRST, 30)
    later = create_unit(serial="O2", model=q.cast.model, by=None, batch=old, produced_on=FIRST)
    earlier = create_unit(serial="N2", model=q.cast.model, by=None, batch=new, produced_on=BEFORE)
    for unit in (made(q, "O1", old), made(q, "N1", new), later, earlier):
        coded(q, unit)
    found = after(issue, "date", FIRST)
    assert (found.count, found.exposure, found.undated) == (2, 430, 0)


def test_a_longer_serial_is_a_later_one(q: Quality) -> None:
    """CAP-08: 1000 comes after 999, and the serial of the breakpoint is the first with the remedy."""
    issue = q.issue(mechanism=q.mechanism)
    for serial in ("998", "999", "1000"):
        coded(q, create_unit(serial=serial, model=q.cast.model, by=None, shipped_on=FIRST))
    found = after(issue, "serial", "999")
    assert (found.count, found.exposure) == (2, 2)


def test_a_failure_counts_from_the_day_of_its_complaint(q: Quality) -> None:
    """CAP-08: counted as of an earlier day it was not known yet, nor was what was shipped afterwards."""
    issue, today = q.issue(mechanism=q.mechanism), timezone.localdate()
    coded(q, made(q, "N1", shipped(q, "NEW", today - timedelta(days=10), 400)))
    loose(q, "C", today, 30)
    start = today - timedelta(days=20)
    now, yesterday = after(issue, "date", start), after(issue, "date", start, on=today - timedelta(days=1))
    assert [(found.count, found.exposure) for found in (now, yesterday)] == [(1, 430), (0, 400)]


def test_nobody_asks_for_less_than_a_proof_needs(q: Quality) -> None:
    """CAP-08: more units than the numbers need may be asked for, never fewer."""
    issue = q.issue(mechanism=q.mechanism)
    Issue.objects.filter(pk=issue.pk).update(state="implementing")
    issue.refresh_from_db()
    least = proving.needed_exposure(issue.policy.issues.proof)
    for asked, kept in ((5, least), (None, least), (least + 1, least + 1)):
        values = {"breakpoint_kind": "date", "breakpoint_on": FIRST, "needed_exposure": asked}
        assert proving.choose_break_point(issue=issue, by=q.quentin, values=values).needed_exposure == kept

"""Inspected lots as the units behind the rates: by batch, by production month, corrected, and in the proof."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from bihuan.core.activity.services import record
from bihuan.core.jobs.relay import run_due
from bihuan.quality.issues.counting import effect_counts
from bihuan.quality.issues.models import Issue
from bihuan.quality.monitor.models import Alarm, Exposure, Source
from bihuan.quality.monitor.recount import differences
from bihuan.registry.products.models import Batch, InspectedLot
from tests.cast import Cast
from tests.quality import shop
from tests.quality.story import Quality

pytestmark = pytest.mark.django_db


def lot(cast: Cast, number: str, quantity: int, batch: Batch | None = None, on: date | None = None) -> InspectedLot:
    """An inspected lot, journalled as every entry of the table is."""
    day = on or shop.months_ago(1)
    row = InspectedLot.objects.create(number=number, model=cast.model, quantity=quantity, batch=batch, inspected_on=day)
    return noted(row, "created")


def noted(row: InspectedLot, verb: str) -> InspectedLot:
    row.save()
    record(subject=row, verb=f"inspected_lot.{verb}", by=None)
    run_due()
    return row


def behind(scope: str) -> int:
    """The pieces inspected behind a scope, by the day of the inspection."""
    rows = Exposure.objects.filter(source=Source.INSPECTED, scope=scope, kind="start")
    return sum(rows.values_list("quantity", flat=True))


def batch_of(cast: Cast, number: str, months: int) -> Batch:
    return Batch.objects.create(model=cast.model, number=number, produced_on=shop.months_ago(months), quantity=1000)


def test_a_lot_counts_for_its_batch_model_and_line_and_follows_its_correction(cast: Cast) -> None:
    """QIS-16: one lot, three levels; a lot that belongs to another batch after all moves there whole."""
    first, second = batch_of(cast, "B-1", 2), batch_of(cast, "B-2", 2)
    row = lot(cast, "JY-1", 300, first)
    lot(cast, "JY-2", 40)
    scopes = (f"batch:{first.pk}", f"batch:{second.pk}", f"model:{cast.model.pk}", f"line:{cast.model.line_id}")
    assert [behind(scope) for scope in scopes] == [300, 0, 340, 340]
    row.batch = second
    noted(row, "changed")
    assert [behind(scope) for scope in scopes] == [0, 300, 340, 340]
    assert list(differences()) == []


def test_inspected_pieces_are_judged_by_the_month_of_their_batch(cast: Cast) -> None:
    """QIS-16: by production month a lot stands in the month in which its batch was made; without one, in its own."""
    old, new = batch_of(cast, "B-OLD", 20), batch_of(cast, "B-NEW", 2)
    for batch, quantity in ((old, 500), (new, 60), (None, 7)):
        lot(cast, f"JY-{quantity}", quantity, batch)
    shop.coded(cast, unit=shop.unit(cast, "S-NEW", batch=new))
    window = {"basis": "production_month", "length": 12, "age": 12}
    shop.policy(denominator="inspected", window=window)
    assert (shop.cell().count, shop.cell().exposure) == (1, 67)
    shop.policy(denominator="inspected", window={**window, "length": 24})
    assert shop.cell().exposure == 567


def test_a_rate_of_inspected_pieces_crosses_the_line_by_more_than_it(cast: Cast) -> None:
    """QIS-01, QIS-04: one of a hundred inspected is not more than 1 per cent, one of ninety-nine is."""
    shop.policy(denominator="inspected")
    row = lot(cast, "JY-1", 100)
    shop.coded(cast)
    assert not Alarm.objects.filter(rule="percent").exists()
    row.quantity = 99
    noted(row, "changed")
    assert Alarm.objects.filter(rule="percent").count() == 1
    row.quantity = 98
    noted(row, "changed")
    assert Alarm.objects.filter(rule="percent").count() == 1


def test_the_proof_counts_the_inspected_pieces_made_with_the_remedy(q: Quality) -> None:
    """CAP-08: a lot by the day of its batch; one of no batch, or of one without a date, by its own day."""
    shop.policy(denominator="inspected")
    today = timezone.localdate()
    day = today - timedelta(days=30)
    issue = q.issue(mechanism=q.mechanism)
    Issue.objects.filter(pk=issue.pk).update(breakpoint_kind="date", breakpoint_on=day)
    issue.refresh_from_db()
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    for number, produced, quantity in (("OLD", before, 1000), ("NEW", day, 200), ("WHEN", None, 30)):
        batch = Batch.objects.create(model=q.cast.model, number=number, produced_on=produced, quantity=quantity)
        lot(q.cast, f"JY-{number}", quantity, batch, after)
    lot(q.cast, "JY-LOOSE-1", 4000, None, before)
    lot(q.cast, "JY-LOOSE-2", 5, None, day)
    shop.ship(q.cast, 70000, on=after)
    assert effect_counts(issue).exposure == 200 + 30 + 5

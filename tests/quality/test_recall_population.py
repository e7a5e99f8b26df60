"""The population of a recall: nothing is lost, nothing counts twice, whatever is shipped, known or split."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.core.activity.services import record
from bihuan.core.jobs.relay import run_due
from bihuan.quality.recall.figures import figures_of
from bihuan.quality.recall.population import Known, Sent, digest, population, total
from bihuan.quality.recall.services import owners
from bihuan.quality.recall.services.population import missing
from tests.quality.recall_story import decided, published, ship, unit
from tests.quality.story import Quality

DAY = date(2026, 1, 1)
days = st.integers(0, 3).map(lambda n: DAY + timedelta(days=n))
some = st.integers(1, 3)


@st.composite
def shipped(draw: Any) -> list[Sent]:
    count = draw(st.integers(0, 6))
    return [
        Sent(
            pk=place + 1, note=f"N{place}", model=draw(st.integers(1, 2)), batch=draw(st.none() | some),
            customer=draw(st.none() | some), region=None, shipped_on=draw(days), quantity=draw(st.integers(1, 5)),
        )
        for place in range(count)
    ]  # fmt: skip


@st.composite
def registered(draw: Any) -> list[Known]:
    count = draw(st.integers(0, 12))
    return [
        Known(
            pk=place + 1, serial=f"S{place:02d}", model=draw(st.integers(1, 2)), batch=draw(st.none() | some),
            customer=draw(st.none() | some), region=None, shipped_on=draw(st.none() | days),
        )
        for place in range(count)
    ]  # fmt: skip


@given(shipped(), registered(), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_every_unit_counts_once_and_the_order_of_the_records_is_of_no_matter(
    sent: list[Sent], known: list[Known], mixed: Any
) -> None:
    """QIS-12: per model and batch the greater of shipped and known; reproducible to the hash."""
    found = population(sent, known)
    groups = {(row.model, row.batch) for row in [*sent, *known]}
    expected = sum(
        max(
            sum(row.quantity for row in sent if (row.model, row.batch) == group),
            sum((row.model, row.batch) == group for row in known),
        )
        for group in groups
    )
    assert total(found) == expected
    assert sorted(row.unit for row in found if row.unit) == [row.pk for row in known]
    for note in sent:
        assert sum(row.quantity for row in found if row.shipment == note.pk) == note.quantity
    again_sent, again_known = list(sent), list(known)
    mixed.shuffle(again_sent)
    mixed.shuffle(again_known)
    assert population(again_sent, again_known) == found
    assert digest(population(again_sent + again_sent, again_known)) == digest(found)


STEPS = st.lists(
    st.tuples(st.sampled_from(["ship", "unit", "done", "owner", "refund", "grow"]), st.integers(1, 6)), max_size=8
)


@pytest.mark.django_db
def test_whatever_happens_the_sum_is_shipped_and_each_unit_has_one_state(q: Quality) -> None:
    """QIS-12: later shipments are added, known serials are recognised, parts are split; the sum is what was shipped."""
    recall = published(q, decided(q))
    number = {"next": 0}
    sent = {"all": 20}

    @given(STEPS)
    @settings(max_examples=12, deadline=None)
    def walk(story: list[tuple[str, int]]) -> None:
        for what, count in story:
            number["next"] += 1
            act(what, count, f"{number['next']:04d}")
            run_due()
        figures = figures_of(recall)
        assert figures.total == sent["all"] == sum(figures.states.values())
        assert missing(recall) == []
        serials = list(recall.affected.exclude(serial="").values_list("serial", flat=True))
        assert len(serials) == len(set(serials))
        assert figures.frozen == 20

    def act(what: str, count: int, mark: str) -> None:
        rest = recall.affected.filter(serial="", state="told").order_by("id").first()
        if what == "ship":
            ship(q, count, number=f"FH-{mark}")
            sent["all"] += count
        elif what == "grow":
            row = ship(q, count, number=f"FG-{mark}")
            row.quantity += 1
            row.save()
            record(subject=row, verb="shipment.changed", by=None)
            sent["all"] += count + 1
        elif rest is None:
            return
        elif what == "unit":
            unit(q, f"KN{mark}")
        elif what == "owner":
            owners.register_owner(recall=recall, by=q.cast.alice, serial=f"OW{mark}")
        else:
            measure = "refund" if what == "refund" else "repair"
            quantity = min(count, rest.quantity)
            owners.record_measure(row=rest, by=q.cast.alice, measure=measure, quantity=quantity)

    walk()

"""Pages by key: every row once, in the order of sorted(), forwards and backwards, with equal values and without any."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.core.listing.keyset import Order, cut, walk
from bihuan.core.listing.paging import page_of
from bihuan.registry.customers.models import Customer
from bihuan.registry.products.models import Unit
from tests.cast import Cast

FIRST_DAY = date(2026, 1, 1)
days = st.lists(st.one_of(st.none(), st.integers(0, 4)), max_size=25)
names = st.lists(st.sampled_from(["甲", "乙", "a", "A", "", "é", "a b"]), max_size=25)
relaxed = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def forwards(rows: QuerySet[Any], order: Order, size: int) -> list[list[int]]:
    pages, after = [], ""
    while True:
        page = cut(rows, order, after=after, size=size)
        pages.append([row.pk for row in page.rows])
        if not page.after:
            return pages
        after = page.after


def backwards(rows: QuerySet[Any], order: Order, size: int) -> list[list[int]]:
    """From the last page, which is reached forwards, to the first."""
    page = cut(rows, order, size=size)
    while page.after:
        page = cut(rows, order, after=page.after, size=size)
    pages = [[row.pk for row in page.rows]]
    while page.before:
        page = cut(rows, order, before=page.before, size=size)
        pages.append([row.pk for row in page.rows])
    return pages[::-1]


def expected(rows: QuerySet[Any], order: Order) -> list[int]:
    """What sorted() says: by value and key in one direction, whatever has no value at the end."""
    found = [(getattr(row, order.field), row.pk) for row in rows]
    valued = sorted((pair for pair in found if pair[0] is not None), reverse=order.descending)
    empty = sorted((pair[1] for pair in found if pair[0] is None), reverse=order.descending)
    return [pk for _value, pk in valued] + empty


def check(rows: QuerySet[Any], order: Order, size: int) -> None:
    wanted = expected(rows, order)
    ahead = forwards(rows, order, size)
    assert [pk for page in ahead for pk in page] == wanted
    assert all(len(page) == size for page in ahead[:-1])
    assert backwards(rows, order, size) == ahead
    assert [row.pk for chunk in walk(rows, order, size=size) for row in chunk] == wanted


@pytest.mark.django_db
@relaxed
@given(days=days, size=st.integers(1, 7), descending=st.booleans())
def test_pages_by_a_day_that_may_be_missing(cast: Cast, days: list[int | None], size: int, descending: bool) -> None:
    Unit.objects.all().delete()
    Unit.objects.bulk_create(
        Unit(
            serial=f"S{place}", model=cast.model, public_token=f"t{place}",
            installed_on=None if day is None else FIRST_DAY + timedelta(days=day),
        )
        for place, day in enumerate(days)
    )  # fmt: skip
    check(Unit.objects.all(), Order("installed_on", descending), size)


@pytest.mark.django_db
@relaxed
@given(names=names, size=st.integers(1, 7), descending=st.booleans())
def test_pages_by_a_name_that_several_have(cast: Cast, names: list[str], size: int, descending: bool) -> None:
    Unit.objects.all().delete()
    Customer.objects.all().delete()
    Customer.objects.bulk_create(Customer(code=f"K{place}", name=name) for place, name in enumerate(names))
    check(Customer.objects.all(), Order("name", descending), size)
    check(Customer.objects.all(), Order("pk", descending), size)


@pytest.mark.django_db
def test_rows_that_come_in_between_are_neither_lost_nor_shown_twice(cast: Cast) -> None:
    Customer.objects.bulk_create(Customer(code=f"K{place}", name=f"n{place}") for place in range(0, 10, 2))
    rows, order = Customer.objects.filter(code__startswith="K"), Order("name", descending=False)
    rows = rows.exclude(pk=cast.customer.pk)
    page = cut(rows, order, size=2)
    assert [row.name for row in page.rows] == ["n0", "n2"]
    Customer.objects.bulk_create([Customer(code="K1", name="n1"), Customer(code="K3", name="n3")])
    assert [row.name for row in cut(rows, order, after=page.after, size=2).rows] == ["n3", "n4"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["x", "-1", "1.v", "1.vnot-a-day", "1.q", "1", ".v2026-01-01", "9" * 30, "1.v2026-01-01\x00", "²", "1.v9999-99-99"],
)
def test_a_place_that_nobody_gave_out_is_the_first_page(cast: Cast, text: str) -> None:
    page = cut(Unit.objects.all(), Order("installed_on"), after=text, size=5)
    assert [row.pk for row in page.rows] == [cast.unit.pk]


@pytest.mark.django_db
def test_the_newest_first_is_the_order_of_lists_that_say_nothing(cast: Cast) -> None:
    Customer.objects.bulk_create(Customer(code=f"K{place}", name=f"n{place}") for place in range(5))
    rows = Customer.objects.filter(name__startswith="n")
    page = page_of(rows, QueryDict(), size=2)
    assert ([row.name for row in page.rows], page.before) == (["n4", "n3"], "")
    following = page_of(rows, QueryDict(f"after={page.after}"), size=2)
    assert [row.name for row in following.rows] == ["n2", "n1"]
    assert [row.name for row in page_of(rows, QueryDict(f"before={following.before}"), size=2).rows] == ["n4", "n3"]

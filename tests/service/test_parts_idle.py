"""Stock that lies idle, and the way from there to the scrapping."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bihuan.core.listing.keyset import Page, cut, walk
from bihuan.core.permissions.services import Refused
from bihuan.service.parts.idle import days_of, idle_stock, reasons_of, totals
from bihuan.service.parts.idle_listing import IDLE
from bihuan.service.parts.models import Scrap, Stock
from bihuan.service.parts.services import keeping, purchasing, scrapping
from tests.caller import Caller
from tests.cast import Cast
from tests.service.stocking import decide, keeper, lying, numbers, opened, part, place
from tests.service.test_parts_ledger import browser, refused
from tests.service.test_parts_requisitions import approved, asked, issued

pytestmark = pytest.mark.django_db


def ago(days: int, more: timedelta = timedelta()) -> Any:
    """So many days ago."""
    return time_machine.travel(timezone.now() - timedelta(days=days) + more, tick=False)


def levels(row: Any, minimum: int, maximum: int) -> None:
    """Set the levels of a part."""
    stock = Stock.objects.get(part=row)
    purchasing.set_levels(stock=stock, by=keeper(), safety=minimum, minimum=minimum, maximum=maximum)


def why(user: Any, **asked_for: Any) -> dict[str, list[str]]:
    """The parts on the list with their reasons."""
    return {row.part.code: [one.value for one in reasons_of(row)] for row in idle_stock(user, **asked_for)}


def test_stock_lies_idle_for_one_of_four_reasons(cast: Cast) -> None:
    """PRT-05: 长期积压、超储、淘汰、损坏: each by its own rule, some for several, and what is in use for none."""
    old, young, much, gone, bad, fine = (part(code) for code in ("OLD", "YOUNG", "MUCH", "GONE", "BAD", "FINE"))
    with ago(366):
        for row in (old, young):
            opened(row, 2, "20.00")
    with ago(364):
        opened(fine, 2, "2")
    with ago(30):
        keeping.transfer(part=old, by=keeper(), source=place(), destination=place("two"), quantity=2)
        issued(approved(cast, asked(cast, (young, 1))), 1)
    opened(much, 12, "120.00")
    levels(much, 2, 8)
    opened(gone, 1, "5.00")
    gone.replaced_by = fine
    gone.save()
    opened(bad, 1, "7.00")
    keeping.found_damaged(part=bad, by=keeper(), place=place(), quantity=1, reason="锈")
    assert why(cast.bob) == {"OLD": ["unmoved"], "MUCH": ["over"], "GONE": ["obsolete"], "BAD": ["defective"]}
    assert why(cast.bob, days=364) == {**why(cast.bob), "FINE": ["unmoved"]}
    assert why(cast.bob, days=29)["YOUNG"] == ["unmoved"]
    assert "YOUNG" not in why(cast.bob, days=31)
    assert why(cast.bob, why="over") == {"MUCH": ["over"]}
    sums = {one.why.value: (one.parts, one.value) for one in totals(cast.bob)}
    assert sums == {"unmoved": (1, 2000), "over": (1, 4000), "obsolete": (1, 500), "defective": (1, 0)}
    assert days_of(idle_stock(cast.bob, "unmoved").get().moved_at) == 366
    keeping.found_damaged(part=gone, by=keeper(), place=place(), quantity=1, reason="锈")
    opened(gone, 2, "6.00")
    assert {one.why.value: one.value for one in totals(cast.bob)} == {
        "unmoved": 2000, "over": 4000, "obsolete": 600, "defective": 0}  # fmt: skip
    gone.replaced_by, gone.is_active = None, False
    gone.save()
    assert why(cast.bob)["GONE"] == ["obsolete", "defective"]
    levels(much, 2, 12)
    assert "MUCH" not in why(cast.bob)
    assert why(cast.charlie) == {}


def test_the_policy_says_from_when_stock_is_long_unmoved(cast: Cast) -> None:
    """PRT-05: a day less than the company's days is none, the day itself is one."""
    with ago(365, timedelta(minutes=5)):
        opened(part("ALMOST"), 1, "1")
    with ago(365):
        opened(part("JUST"), 1, "1")
    assert why(cast.bob) == {"JUST": ["unmoved"]}


def test_what_may_go_keeps_what_the_company_wants_to_keep(cast: Cast) -> None:
    """PRT-05: above the maximum, without what is promised; what waits for approval is not asked for twice."""
    row, shelf = part(), place("bin")
    opened(row, 6, "60.00")
    opened(row, 5, "50.00", shelf)
    levels(row, 2, 4)
    approved(cast, asked(cast, (row, 1)))
    stock = Stock.objects.select_related("part").get(part=row)
    assert (scrapping.may_go(stock, "overstocked"), scrapping.may_go(stock, "damaged")) == (6, 0)
    assert scrapping.may_go(stock, "obsolete") == 0

    def ask(ground: str = "overstocked", by: Any = None) -> list[Scrap]:
        return scrapping.scrap_idle(stock=stock, by=by or keeper(), ground=ground, finding="三年未领用")

    with pytest.raises(Refused):
        ask(by=cast.erik)
    assert "不良品" in refused(lambda: ask("damaged"), "ground")
    assert "档案" in refused(lambda: ask("obsolete"), "ground")
    refused(lambda: scrapping.scrap_idle(stock=stock, by=keeper(), ground="overstocked", finding=" "), "finding")
    made = ask()
    assert [(one.place.code, one.quantity) for one in made] == [("main", 6)]
    assert "定额" in refused(ask, "ground")
    more: dict[str, Any] = {"part": row, "by": keeper(), "ground": "obsolete", "finding": "x", "condition": "good"}
    assert "6 件" in refused(lambda: scrapping.ask_scrap(**more, place=place(), quantity=1), "quantity")
    decide(made[0], cast.bob)
    assert (lying(row, place()), lying(row, shelf), numbers(row)) == (0, 5, (5, 5, 1, 0, 5000))
    levels(row, 0, 1)
    stock.refresh_from_db()
    assert [(one.place.code, one.quantity) for one in ask()] == [("bin", 3)]


def test_all_that_is_defective_goes_place_by_place(cast: Cast) -> None:
    """PRT-05: one paper a place, the fullest first; an obsolete part goes altogether."""
    row, shelf = part(), place("bin")
    opened(row, 3, "3")
    opened(row, 2, "2", shelf)
    for where, count in ((place(), 1), (shelf, 2)):
        keeping.found_damaged(part=row, by=keeper(), place=where, quantity=count, reason="锈")
    stock = Stock.objects.select_related("part").get(part=row)
    made = scrapping.scrap_idle(stock=stock, by=keeper(), ground="damaged", finding="锈蚀")
    assert [(one.place.code, one.quantity, one.condition) for one in made] == [
        ("bin", 2, "defective"), ("main", 1, "defective")]  # fmt: skip
    keeping.transfer(part=row, by=keeper(), source=place(), destination=cast.erik, quantity=1)
    opened(row, 1, "1", place("third"))
    keeping.transfer(part=row, by=keeper(), source=place("third"), destination=cast.erik, quantity=1)
    row.is_active = False
    row.save()
    stock = Stock.objects.select_related("part").get(part=row)
    made = scrapping.scrap_idle(stock=stock, by=keeper(), ground="obsolete", finding="停产")
    assert [(one.place.code, one.quantity, one.condition) for one in made] == [("main", 1, "good")]


def test_the_list_leads_to_the_scrapping(cast: Cast) -> None:
    """PRT-05: 报废手续: rows are chosen, the ground and the finding given once, each part has its papers to be approved."""
    client = browser(keeper())
    page = client.get(reverse("parts:idle")).content.decode()
    assert "没有呆滞库存" in page
    first, second = part(), part("B-1")
    with ago(400):
        opened(first, 5, "50.00")
        opened(second, 4, "8.00")
    levels(second, 2, 4)
    page = client.get(reverse("parts:idle"), {"why": "unmoved", "days": "365"}).content.decode()
    assert "长期未动" in page
    assert "50.00" not in page
    assert "50.00" in browser(cast.bob).get(reverse("parts:idle")).content.decode()
    assert "7014C" not in client.get(reverse("parts:idle"), {"days": "730"}).content.decode()
    ids = [str(one.stock.pk) for one in (first, second)]
    address = reverse("listing:bulk", args=["idle-parts"])
    asked_first = client.post(address, {"action": "scrap", "ids": ids})
    assert "超过最高库存" in asked_first.content.decode()
    assert '<span class="muted">主轴轴承' not in asked_first.content.decode()
    assert "：5 件</div>" in asked_first.content.decode()
    assert "没有可报废的数量" in asked_first.content.decode()
    seen = browser(cast.bob).post(address, {"action": "scrap", "ids": ids}).content.decode()
    assert "：5 件，¥50.00</div>" in seen
    wrong = client.post(address, {"action": "scrap", "ids": ids, "sure": "1", "ground": "overstocked", "finding": ""})
    assert (wrong.status_code, Scrap.objects.count()) == (422, 0)
    told = {"action": "scrap", "ids": ids, "sure": "1", "ground": "overstocked", "finding": "一年未领用"}
    assert browser(cast.erik).post(address, told).status_code == 403
    done = client.post(address, told).content.decode()
    assert "请先调低库存定额" in done
    assert [(row.part.code, row.quantity, row.state) for row in Scrap.objects.all()] == [("7014C", 5, "asked")]
    assert browser(cast.charlie).get(reverse("parts:idle")).status_code == 403


def test_the_list_is_sorted_by_what_is_bound_and_by_the_last_move(cast: Cast) -> None:
    """PRT-05: page by page in both directions; what never moved comes last."""
    for number, days in enumerate((900, 500, 700), 1):
        with ago(days):
            opened(part(f"P-{number}"), 1, f"{number}0.00")
    never = part("P-4")
    keeping.open_stock(part=never, by=keeper(), place=place(), quantity=1, amount=Decimal(5))
    keeping.found_damaged(part=never, by=keeper(), place=place(), quantity=1, reason="锈")
    listing, rows = IDLE, idle_stock(cast.bob)

    def walked(sort: str) -> list[str]:
        order = listing.order_of(sort)
        codes = [row.part.code for chunk in walk(rows, order, size=1) for row in chunk]
        page, seen = cut(rows, order, size=1), []
        while page.rows:
            seen += [row.part.code for row in page.rows]
            page = cut(rows, order, after=page.after, size=1) if page.after else Page([])
        assert seen == codes
        return codes

    assert walked("-bound") == ["P-3", "P-2", "P-1", "P-4"]
    assert walked("moved")[:3] == ["P-1", "P-3", "P-2"]
    assert walked("-moved")[0] == "P-4"
    content = browser(cast.bob).get(reverse("parts:idle"), {"sort": "-bound"}).content.decode()
    assert content.index("P-3") < content.index("P-2") < content.index("P-1")


def test_programs_read_what_lies_idle(cast: Cast) -> None:
    """PRT-05: the same list over HTTP; what is bound in it for those who may see money."""
    with ago(400):
        opened(part(), 5, "50.00")
    hugo, bob = Caller(keeper()), Caller(cast.bob)
    row = hugo.get("/parts/idle?why=unmoved").json()["items"][0]
    assert (row["code"], row["why"], row["days"], row["bound"]) == ("7014C", ["unmoved"], 400, None)
    assert bob.get("/parts/idle").json()["items"][0]["bound"] == "50.00"
    assert bob.get("/parts/idle?days=401").json()["items"] == []
    assert bob.get("/parts/idle?why=odd").status_code == 422
    assert bob.get("/parts/idle?days=0").status_code == 422
    assert Caller(cast.charlie).get("/parts/idle").status_code == 403


def test_asking_once_more_costs_the_same_for_few_parts_and_for_many(cast: Cast) -> None:
    """PRT-05: what would be scrapped of each chosen part is read for all of them at once."""
    rows = [part(f"Q-{number}") for number in range(12)]
    for row in rows:
        opened(row, 3, "30.00")
        keeping.found_damaged(part=row, by=keeper(), place=place(), quantity=1, reason="锈")
    client, address = browser(keeper()), reverse("listing:bulk", args=["idle-parts"])
    costs = []
    for chosen in (rows[:2], rows[:2], rows):
        ids = [str(row.stock.pk) for row in chosen]
        with CaptureQueriesContext(connection) as queries:
            page = client.post(address, {"action": "scrap", "ids": ids}).content.decode()
        assert page.count("：1 件") == len(chosen)
        costs.append(len(queries))
    assert costs[1] == costs[2]

"""Counts, scrappings and discrepancies for programs: the same services as the pages, the same refusals."""

import pytest

from bihuan.service.parts.models import Count, Discrepancy, Place, Scrap
from bihuan.service.parts.services import keeping
from tests.caller import Caller
from tests.cast import Cast
from tests.service.stocking import decide, keeper, lying, numbers, opened, part, place, unissued
from tests.service.test_parts_requisitions import approved, asked, issued

pytestmark = pytest.mark.django_db


def test_programs_finish_a_count(cast: Cast) -> None:
    """PRT-04: blind until all is counted, then each difference needs its cause, then the head decides."""
    row, other = part(), part("B-1")
    opened(row, 5, "50.00")
    opened(other, 2, "2.00")
    hugo, erik = Caller(keeper()), Caller(cast.erik)
    count = hugo.post("/parts/counts", {"kind": "month", "place": "main", "freezes": True}).json()
    address = f"/parts/counts/{count['number']}"
    hugo.post(f"{address}/lines", {"part": "7014C", "counted": 3})
    assert hugo.get(f"{address}/differences").status_code == 409
    assert hugo.post(f"{address}/completion", {}).status_code == 409
    hugo.post(f"{address}/lines", {"part": "B-1", "counted": 2})
    assert erik.get(f"{address}/differences").status_code == 403
    found = hugo.get(f"{address}/differences").json()
    assert [(one["part"], one["expected"], one["counted"]) for one in found] == [("7014C", 5, 3)]
    assert hugo.post(f"{address}/completion", {}).status_code == 409
    cause = {"causes": [{"part": "7014C", "cause": "发放漏登"}]}
    assert hugo.post(f"{address}/completion", {"causes": [{"part": "none", "cause": "x"}]}).status_code == 422
    assert hugo.post(f"{address}/completion", {**cause, "version": 99}).status_code == 409
    assert erik.post(f"{address}/completion", cause).status_code == 403
    assert Count.objects.get().state == "open"
    made = hugo.post(f"{address}/completion", cause).json()
    assert (made["state"], made["lines"][0]["expected"], made["lines"][0]["cause"]) == ("asked", 5, "发放漏登")
    decide(Count.objects.get(), cast.bob)
    assert (lying(row, place()), numbers(row)[4]) == (3, 3000)


def test_programs_call_a_count_off(cast: Cast) -> None:
    """PRT-04: with a reason, by who keeps the stock; the place moves again."""
    opened(part(), 1, "1")
    hugo = Caller(keeper())
    count = hugo.post("/parts/counts", {"kind": "cycle", "place": "main", "freezes": True}).json()
    address = f"/parts/counts/{count['number']}/cancellation"
    assert hugo.post(address, {"reason": " "}).status_code == 422
    assert Caller(cast.erik).post(address, {"reason": "改期"}).status_code == 403
    assert Place.objects.get(code="main").is_frozen
    assert hugo.post(address, {"reason": "改期"}).json()["state"] == "cancelled"
    assert not Place.objects.get(code="main").is_frozen
    assert hugo.post(address, {"reason": "改期"}).status_code == 409


def test_programs_ask_to_scrap(cast: Cast) -> None:
    """PRT-05: what lies there, on a ground, with a finding; the amount is for those who may see money."""
    row = part()
    opened(row, 4, "40.00")
    keeping.found_damaged(part=row, by=keeper(), place=place(), quantity=1, reason="锈")
    hugo, erik, bob = Caller(keeper()), Caller(cast.erik), Caller(cast.bob)
    wanted = {"part": "7014C", "place": "main", "quantity": 2, "condition": "good", "ground": "obsolete",
              "finding": "型号已停产"}  # fmt: skip
    assert erik.post("/parts/scraps", wanted).status_code == 403
    for wrong in ({"finding": ""}, {"ground": "whim"}, {"place": "none"}, {"part": "none"}, {"condition": "odd"}):
        assert hugo.post("/parts/scraps", {**wanted, **wrong}).status_code == 422
    assert hugo.post("/parts/scraps", {**wanted, "quantity": 4}).status_code == 409
    assert not Scrap.objects.exists()
    made = hugo.post("/parts/scraps", wanted)
    assert (made.status_code, made.json()["state"], made.json()["amount"]) == (201, "asked", None)
    decide(Scrap.objects.get(), cast.bob)
    address = f"/parts/scraps/{made.json()['number']}"
    assert (hugo.get(address).json()["amount"], bob.get(address).json()["amount"]) == (None, "20.00")
    assert [one["number"] for one in bob.get("/parts/scraps?state=done").json()["items"]] == [made.json()["number"]]
    assert bob.get("/parts/scraps?state=asked").json()["items"] == []
    assert Caller(cast.charlie).get(address).status_code == 404


def test_programs_settle_a_discrepancy(cast: Cast) -> None:
    """PRT-18: booked from what the engineer holds and settled so, or settled with a finding where nothing was ours."""
    row = part()
    opened(row, 5, "50.00")
    hugo, erik = Caller(keeper()), Caller(cast.erik)
    first, second = unissued(cast), unissued(cast)
    paper = issued(approved(cast, asked(cast, (row, 2))), 2)
    address = f"/parts/discrepancies/{first.number}"
    booked = {"line": paper.lines.get().pk, "quantity": 2}
    assert hugo.post(f"{address}/settlement", {"settlement": "booked"}).status_code == 409
    assert hugo.post(f"{address}/booking", {**booked, "line": 0}).status_code == 422
    assert hugo.post(f"{address}/booking", {**booked, "line": 99_999, "part": "7014C"}).status_code == 422
    assert hugo.post(f"{address}/booking", {**booked, "quantity": 3}).status_code == 409
    assert erik.post(f"{address}/booking", booked).status_code == 403
    assert hugo.post(f"{address}/booking", booked).status_code == 200
    assert hugo.post(f"{address}/settlement", {"settlement": "bought", "finding": "x"}).status_code == 409
    assert hugo.post(f"{address}/settlement", {"settlement": "booked"}).json()["state"] == "settled"
    address = f"/parts/discrepancies/{second.number}"
    assert hugo.post(f"{address}/settlement", {"settlement": "whim"}).status_code == 422
    assert hugo.post(f"{address}/settlement", {"settlement": "bought"}).status_code == 409
    assert hugo.get(address).json()["state"] == "open"
    done = hugo.post(f"{address}/settlement", {"settlement": "bought", "finding": "五金店购买"}).json()
    assert (done["settlement"], done["finding"]) == ("bought", "五金店购买")
    assert set(Discrepancy.objects.values_list("state", flat=True)) == {"settled"}
    assert Caller(cast.charlie).get(address).status_code == 404

"""Moving parts without a requisition: between places, into and out of an engineer's hands."""

from typing import Any

import pytest
from django.urls import reverse

from bihuan.core.permissions.services import Refused
from bihuan.registry.spares.models import Tracking
from bihuan.service.parts.models import Balance, Condition, Move, Place, Stock
from bihuan.service.parts.services import keeping, requisitions
from bihuan.service.parts.services.ledger import place_of
from tests.caller import Caller
from tests.cast import Cast
from tests.service.stocking import keeper, lying, numbers, opened, part, place
from tests.service.test_parts_ledger import browser, refused
from tests.service.test_parts_requisitions import approved, asked, counts, issued

pytestmark = pytest.mark.django_db


def test_an_engineers_stock_is_filled_and_emptied_by_the_keeper(cast: Cast) -> None:
    """PRT-13: into his hands and back, with its value; what he does not have does not come back."""
    row, main = part(), place()
    opened(row, 5, "50.00")
    keeping.transfer(part=row, by=keeper(), source=main, destination=cast.erik, quantity=3)
    own = Place.objects.get(user=cast.erik)
    assert (lying(row, main), lying(row, own), numbers(row)) == (2, 3, (5, 2, 0, 0, 5000))
    refused(lambda: keeping.transfer(part=row, by=keeper(), source=own, destination=main, quantity=4), "source")
    keeping.transfer(part=row, by=keeper(), source=own, destination=cast.alice, quantity=1)
    keeping.transfer(part=row, by=keeper(), source=own, destination=main, quantity=2)
    assert (lying(row, main), lying(row, own), numbers(row)) == (4, 0, (5, 4, 0, 0, 5000))
    with pytest.raises(Refused):
        keeping.transfer(part=row, by=cast.erik, source=main, destination=cast.erik, quantity=1)
    assert set(Move.objects.filter(kind="transfer").values_list("by__username", flat=True)) == {keeper().username}


def test_what_was_issued_on_a_requisition_comes_back_on_it(cast: Cast) -> None:
    """PRT-13, PRT-18: beside the requisition nothing of it is moved or found damaged; what he has besides is free."""
    row, main = part(), place()
    opened(row, 6, "60.00")
    paper = issued(approved(cast, asked(cast, (row, 2))), 2)
    own = place_of(cast.erik)

    def back(count: int) -> Move:
        return keeping.transfer(part=row, by=keeper(), source=own, destination=main, quantity=count)

    assert "2 " in refused(lambda: back(1), "source")
    refused(lambda: keeping.found_damaged(part=row, by=keeper(), place=own, quantity=1, reason="x"), "place")
    keeping.transfer(part=row, by=keeper(), source=main, destination=own, quantity=1)
    refused(lambda: back(2), "source")
    assert back(1).quantity == 1
    line = paper.lines.select_related("part", "wanted").get()
    requisitions.give_back(row=paper, by=keeper(), line=line, quantity=1, place=main)
    refused(lambda: back(1), "source")
    assert (counts(paper), lying(row, own)) == ((2, 0, 2, 0, 1, 0), 1)


def test_the_store_alone_hands_out_and_takes_back(cast: Cast) -> None:
    """PRT-13: not out of the hands of another engineer, and not into them."""
    row, main = part(), place()
    opened(row, 4, "4")
    keeping.transfer(part=row, by=keeper(), source=main, destination=cast.alice, quantity=1)
    hers = place_of(cast.alice)
    paper = approved(cast, asked(cast, (row, 2)))
    line = paper.lines.select_related("part", "wanted").get()
    refused(lambda: issued(paper, 1, hers), f"p_{line.pk}")
    issued(paper, 2)
    line.refresh_from_db()
    refused(lambda: requisitions.give_back(row=paper, by=keeper(), line=line, quantity=1, place=hers), "place")


def test_defective_parts_are_moved_too_and_who_waits_gets_what_comes_back(cast: Cast) -> None:
    """PRT-13, PRT-16: to the cage for defective ones without value; from an engineer to whom has waited longest."""
    row, main, cage = part(), place(), place("cage")
    opened(row, 4, "40.00")
    keeping.found_damaged(part=row, by=keeper(), place=main, quantity=1, reason="锈")
    keeping.transfer(part=row, by=keeper(), source=main, destination=cage, quantity=1, condition="defective")
    assert (lying(row, cage, Condition.DEFECTIVE), numbers(row)) == (1, (3, 3, 0, 1, 3000))
    keeping.transfer(part=row, by=keeper(), source=main, destination=cast.alice, quantity=3)
    waiting = approved(cast, asked(cast, (row, 2)))
    assert counts(waiting)[1] == 0
    keeping.transfer(part=row, by=keeper(), source=place_of(cast.alice), destination=main, quantity=3)
    assert counts(waiting)[1] == 2
    other = part("N-1")
    early = approved(cast, asked(cast, (other, 1)))
    opened(other, 1, "1")
    assert counts(early)[1] == 1


def test_a_keeper_moves_parts_on_the_page_of_the_part(cast: Cast) -> None:
    """PRT-13: the form names where it lies and how many; one destination, a place or a person."""
    row, client = part(), browser(keeper())
    opened(row, 4, "40.00")
    address = reverse("parts:act", args=[row.code, "transfer"])
    page = client.get(reverse("parts:part", args=[row.code]), {"do": "transfer"}).content.decode()
    assert "仓库 main (4)" in page
    place("leer")
    scrap = client.get(reverse("parts:part", args=[row.code]), {"do": "scrap"}).content.decode()
    assert "仓库 main (4)" in scrap
    assert "仓库 leer" not in scrap
    typed: dict[str, Any] = {"source": place().pk, "quantity": 2, "condition": "good"}
    assert client.post(address, typed).status_code == 422
    both = client.post(address, {**typed, "destination": place("two").pk, "engineer": cast.erik.pk})
    assert both.status_code == 422
    assert "请选择一个库位或一名工程师" in both.content.decode()
    assert client.post(address, {**typed, "engineer": cast.charlie.pk}).status_code == 422
    assert client.post(address, {**typed, "engineer": cast.erik.pk}).status_code == 302
    assert lying(row, place_of(cast.erik)) == 2
    assert client.post(address, {**typed, "quantity": 3, "engineer": cast.erik.pk}).status_code == 409
    assert browser(cast.erik).post(address, {**typed, "engineer": cast.erik.pk}).status_code == 403


def test_programs_move_parts(cast: Cast) -> None:
    """PRT-13: the same over HTTP, with the same refusals."""
    row, board = part(), part("PCB", tracking=Tracking.SERIAL)
    opened(row, 4, "40.00")
    opened(board, 1, "5", lot="S1")
    place("two")
    hugo, erik = Caller(keeper()), Caller(cast.erik)
    wanted = {"part": "7014C", "source": "main", "destination": "two", "quantity": 3}
    assert erik.post("/parts/transfers", wanted).status_code == 403
    made = hugo.post("/parts/transfers", wanted)
    assert made.status_code == 201
    assert (made.json()["source"], made.json()["destination"], made.json()["quantity"]) == ("main", "two", 3)
    assert hugo.post("/parts/transfers", wanted).status_code == 409
    for wrong in ({"destination": "none"}, {"receiver": "erik"}, {"destination": ""}, {"condition": "odd"}):
        assert hugo.post("/parts/transfers", {**wanted, **wrong}).status_code == 422
    carried = {"part": "PCB", "source": "main", "receiver": cast.erik.username, "quantity": 1, "lot": "S1"}
    assert hugo.post("/parts/transfers", carried).json()["destination"] == f"engineer-{cast.erik.pk}"
    assert Balance.objects.get(lot="S1", quantity=1).place.user == cast.erik
    assert Stock.objects.get(part=row).stored == 4

"""Pages of goods and costs ask the database a fixed number of times, and the check of an installation knows the ledger."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.config.checking import check
from bihuan.config.cli import build_parser
from bihuan.quality.cost.models import Posting
from bihuan.quality.nonconformity.services import disposing
from tests.quality import goods, money
from tests.quality.story import Quality

pytestmark = pytest.mark.django_db
LISTS = ("/nonconformities/", "/costs/", "/costs/?sort=-total", "/costs/lines/", "/costs/ledger/")


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_lists_cost_the_same_for_few_rows_and_for_many(q: Quality, client: Client) -> None:
    """NCR-18, CST-01: whatever the tables hold."""
    q.olga.grants.create(role="admin")
    client.force_login(q.olga)

    def grow(count: int) -> None:
        for _index in range(count):
            goods.found(q)
            money.posted(q, money.transfer(q, money.lossy(q), ("production", "60"), ("quality", "40")))

    grow(2)
    few = {address: queries(client, address) for address in LISTS}
    grow(4)
    assert {address: queries(client, address) for address in LISTS} == few
    assert max(few.values()) <= 40


def test_a_page_costs_the_same_for_a_short_and_for_a_long_story(q: Quality, client: Client) -> None:
    """NCR-18, CST-01: dispositions, costs and shares are read at once."""
    client.force_login(q.quentin)
    sheet = goods.reviewed(q, goods.taken(q, goods.found(q, quantity=60)))
    disposing.dispose(sheet=sheet, by=q.quentin, kind="scrap", quantity=1, owner=q.paul)
    issue = money.lossy(q, "1.00")
    voucher = money.transfer(q, issue, ("production", "100"))
    pages = [
        reverse("nonconformity:sheet", args=[sheet.number]), reverse("cost:voucher", args=[voucher.number]),
        reverse("issues:issue", args=[issue.number]),
    ]  # fmt: skip
    few = [queries(client, page) for page in pages]
    for _index in range(8):
        disposing.dispose(sheet=sheet, by=q.quentin, kind="rework", quantity=2, owner=q.paul)
        money.cost(q, issue, "2.00")
        money.cost(q, sheet, "3.00")
    assert [queries(client, page) for page in pages] == few
    assert max(few) <= 70


def test_the_check_of_an_installation_compares_the_ledger_with_every_paper(
    q: Quality, capsys: pytest.CaptureFixture[str]
) -> None:
    """CST-01: the command names what differs."""
    money.cost(q, q.issue(), "12.34")
    asked = build_parser().parse_args(["check", "--costs"])
    assert check(asked) == 0
    Posting.objects.filter(account="loss").update(amount="12.33")
    assert check(asked) == 1
    assert "12.33" in capsys.readouterr().out

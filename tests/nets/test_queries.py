"""Pages ask the database a fixed number of times, whatever it holds."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bihuan.registry.customers.services import create_customer
from bihuan.registry.products.services import create_unit
from bihuan.service.desk.services import closing, talk
from bihuan.service.desk.services.registration import register_case
from bihuan.service.parts.services import requisitions
from tests.cast import Cast
from tests.service import stocking
from tests.service.story import accepted, agreed, diagnosed, proposed, triaged

LISTS = ["/", "/cases/", "/cases/?state=new", "/cases/board/", "/cases/board/channels/", "/inbox/", "/follow-up/",
         "/customers/", "/customers/?sort=name", "/products/units/", "/exports/", "/notices/mails/",
         "/cases/?sort=-priority",
         "/products/models/", "/people/", "/notices/", "/search/?q=%E5%BC%82%E5%93%8D", "/approvals/",
         "/approvals/delegation/", "/parts/", "/parts/ledger/", "/parts/requisitions/",
         "/parts/idle/?days=90"]  # fmt: skip


def grow(cast: Cast, count: int) -> None:
    for index in range(count):
        create_customer(name=f"客户 {index}", by=None)
        create_unit(serial=f"GROW{index:05d}", model=cast.model, by=None, customer=cast.customer)
        case = register_case(report=replace(cast.report(), contact_phone=f"1390000{index:04d}"), by=cast.alice)
        triaged(cast, case, owner=cast.bob)
        accepted(cast, agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case())))))


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.django_db
def test_lists_cost_the_same_for_few_rows_and_for_many(cast: Cast) -> None:
    client = Client()
    boss = cast.bob
    boss.grants.create(role="admin")
    client.force_login(boss)
    grow(cast, 3)
    parts(cast, 0, 3)
    few = {address: queries(client, address) for address in LISTS}
    grow_more(cast)
    parts(cast, 3, 12)
    many = {address: queries(client, address) for address in LISTS}
    assert many == few
    assert many.pop("/") <= 44, "the first page asks every part of the house what waits for me"
    assert max(many.values()) <= 40


def parts(cast: Cast, first: int, last: int) -> None:
    for index in range(first, last):
        row = stocking.part(f"Q-{index}")
        stocking.opened(row, 5, "5")
        requisitions.ask(by=cast.erik, lines=[(row, 1)], purpose="更换")


def grow_more(cast: Cast) -> None:
    for index in range(3, 12):
        create_customer(name=f"客户 {index}", by=None)
        create_unit(serial=f"GROW{index:05d}", model=cast.model, by=None, customer=cast.customer)
        case = register_case(report=replace(cast.report(), contact_phone=f"1390000{index:04d}"), by=cast.alice)
        triaged(cast, case, owner=cast.bob)
    for _index in range(3):
        accepted(cast, agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case())))))


@pytest.mark.django_db
def test_the_page_of_a_case_costs_the_same_for_a_short_and_for_a_long_story(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.bob)
    case = agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case()))))
    closing.add_work(case=case, by=cast.erik, text="第一步")
    talk.add_note(case=case, by=cast.bob, text="备注")
    talk.reply(case=case, by=cast.alice, text="您好", means="phone")
    few = queries(client, f"/cases/{case.number}/")
    for index in range(10):
        closing.add_work(case=case, by=cast.erik, text=f"步骤 {index}")
        talk.add_note(case=case, by=cast.bob, text=f"备注 {index}")
        talk.reply(case=case, by=cast.alice, text="您好", means="phone")
    assert queries(client, f"/cases/{case.number}/") == few
    assert few <= 61

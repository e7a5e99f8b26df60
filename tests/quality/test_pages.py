"""The pages of the monitor as people of several roles see them."""

import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from bihuan.quality.monitor.models import Alarm, Cell
from bihuan.registry.people.services import create_user
from tests.cast import PASSWORD, Cast
from tests.quality import shop

pytestmark = pytest.mark.django_db


def client(cast: Cast, role: str) -> Client:
    """A signed-in person of a role."""
    user = create_user(username=f"q-{role}", name=role, password=PASSWORD, roles=[role])
    found = Client()
    found.force_login(user)
    return found


def test_the_board_shows_rate_interval_rules_and_remark(cast: Cast) -> None:
    """QIS-01, QIS-16."""
    shop.ship(cast, 50)
    shop.coded(cast)
    text = client(cast, "quality_engineer").get("/quality/monitor/").content.decode()
    for words in ("SC-7 触控主机", "机理 wear", "20.00‰", "0.51 – 106.47", "同种机理超过 1%", "样本量小"):
        assert words in text


def test_empty_pages_say_what_to_do(cast: Cast) -> None:
    person = client(cast, "quality_engineer")
    for name, words in (
        ("board", "还没有计入的不良"),
        ("alarms", "这里没有预警"),
        ("shipments", "没有发货"),
        ("what_if", "不会触发"),
    ):
        answer = person.get(reverse(f"monitor:{name}"))
        assert answer.status_code == 200
        assert words in answer.content.decode()


def test_the_cell_links_to_its_cases(cast: Cast) -> None:
    """QIS-16: from the rate to the cases behind it, within what a person may see."""
    shop.ship(cast, 50)
    case = shop.coded(cast)
    page = reverse("monitor:cell", args=[shop.cell().pk])
    assert f"/cases/{case.number}/" in client(cast, "quality_engineer").get(page).content.decode()


def test_what_may_not_be_seen_does_not_exist(cast: Cast) -> None:
    """GEN-13: a seller who has no right to the monitor is refused, whoever has no role too."""
    shop.ship(cast, 50)
    shop.coded(cast)
    page = reverse("monitor:cell", args=[shop.cell().pk])
    assert [client(cast, role).get(page).status_code for role in ("sales", "finance")] == [403, 403]


def test_a_board_is_taken_away_as_a_table(cast: Cast) -> None:
    """QIS-16."""
    shop.ship(cast, 50)
    shop.coded(cast)
    answer = client(cast, "quality_engineer").get(reverse("monitor:export"))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0][:4] == ["产品", "故障", "不良台数", "台数"]
    assert rows[1][:5] == ["SC-7 触控主机", "机理 wear", 1, 50, 20]


def test_the_number_above_the_lines_is_that_of_the_list_it_leads_to(cast: Cast) -> None:
    """QIS-16: one mechanism of one model is above the line at several levels, and one row of each."""
    shop.ship(cast, 100)
    shop.coded(cast)
    person, board = client(cast, "quality_engineer"), reverse("monitor:board")
    for level in ("model", "line"):
        shown = person.get(board, {"level": level, "above": "1"}).context
        assert (shown["figures"]["above"], len(shown["rows"])) == (1, 1)


def test_closing_from_the_page(cast: Cast) -> None:
    """GEN-13: without a reason nothing happens and what was typed stays; an old page is told who was faster."""
    shop.ship(cast, 100)
    shop.coded(cast)
    alarm = Alarm.objects.get(rule="per_mille")
    page = reverse("monitor:alarm", args=[alarm.pk])
    person = client(cast, "quality_engineer")
    assert person.post(page, {"reason": " ", "version": alarm.version}).status_code == 422
    assert person.post(page, {"reason": "偶然", "version": alarm.version + 1}).status_code == 409
    assert client(cast, "technical_engineer").post(page, {"reason": "x", "version": alarm.version}).status_code == 403
    assert Alarm.objects.get(pk=alarm.pk).state == "joined"
    assert person.post(page, {"reason": "偶然", "version": alarm.version}).status_code == 302
    assert Alarm.objects.get(pk=alarm.pk).state == "closed"


def test_what_if_refuses_nonsense_next_to_the_field(cast: Cast) -> None:
    person = client(cast, "quality_engineer")
    values = {
        "level": "model",
        "numerator": "-1",
        "per": "1000",
        "basis": "ship_month",
        "length": "999",
        "age": "1",
        "denominator": "shipped",
    }
    answer = person.get(reverse("monitor:what_if"), values)
    assert answer.status_code == 422
    assert "最多 120 个月" in answer.content.decode()
    shop.ship(cast, 1000)
    shop.many(cast, 2)
    good = {**values, "numerator": "1", "length": "24"}
    assert "SC-7" in person.get(reverse("monitor:what_if"), good).content.decode()
    ageless = {name: value for name, value in good.items() if name != "age"}
    assert "SC-7" in person.get(reverse("monitor:what_if"), ageless).content.decode()
    answer = person.get(reverse("monitor:what_if"), {**ageless, "basis": "service_age"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["age"])


def test_pages_cost_the_same_for_few_cells_and_for_many(cast: Cast) -> None:
    person = client(cast, "quality_engineer")

    def cost() -> list[int]:
        pages = ["/quality/monitor/", "/quality/monitor/?level=line", "/quality/monitor/alarms/", "/quality/monitor/shipments/",
                 "/quality/monitor/what-if/", reverse("monitor:cell", args=[Cell.objects.filter(mechanism__code="m0", level="model").get().pk])]  # fmt: skip
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as captured:
                assert person.get(page).status_code == 200
            found.append(len(captured))
        return found

    shop.ship(cast, 100)
    for index in range(2):
        shop.coded(cast, f"m{index}")
    few = cost()
    for index in range(2, 12):
        shop.coded(cast, f"m{index}")
        shop.coded(cast, "m0")
    assert cost() == few
    assert max(few) <= 32

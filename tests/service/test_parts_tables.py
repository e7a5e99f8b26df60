"""Parts that come from tables, and what finance takes out: the values of the ledger are the stock to the cent."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from bihuan.core.activity.models import Activity
from bihuan.core.importing.models import ImportRun
from bihuan.core.listing.spec import Reader
from bihuan.registry.products.models import ProductModel
from bihuan.registry.spares.models import Part, PartClass
from bihuan.service.parts.listing import LEDGER, STOCK
from bihuan.service.parts.models import Place, Stock
from bihuan.service.parts.services import counting, keeping, requisitions, using
from tests.cast import Cast
from tests.core.test_importing import take, xlsx
from tests.service.stocking import decide, keeper, opened, part, place, supplier, to_scrap
from tests.service.test_parts_ledger import browser
from tests.service.test_parts_requisitions import approved, asked, issued

pytestmark = pytest.mark.django_db
HEADS = ["配件编号", "名称", "型号", "规格", "功能类别", "关键配件", "替代件", "供应商", "适用型号", "安全库存", "最低库存",
         "最高库存", "追溯方式"]  # fmt: skip


def row(code: str, **cells: Any) -> list[Any]:
    """A row of the table."""
    values = {"名称": "主控板", "型号": "MB-7", "规格": "V3.2", **cells, "配件编号": code}
    return [values.get(head, "") for head in HEADS]


def loaded(*rows: list[Any], dry: bool = False) -> ImportRun:
    return take("parts", xlsx([HEADS, *rows]), dry=dry, by=keeper())


def test_records_come_with_models_successors_and_levels(cast: Cast) -> None:
    """PRT-01, PRT-02: looked at first, loaded once; a second time changes nothing."""
    PartClass.objects.create(code="electric", name="电气件")
    supplier()
    new = row("MB-7S")
    old = row("MB-7", 功能类别="电气件", 关键配件="是", 供应商="洛阳轴承厂", 适用型号="SC-7", 最低库存=4, 最高库存="12")
    assert loaded(new, old, dry=True).created == 2
    assert Part.objects.count() == 0
    assert loaded(new, old).created == 2
    found = Part.objects.get(code="MB-7")
    assert (found.part_class.name if found.part_class else "", found.is_critical, found.supplier.code if found.supplier else "") == (
        "电气件", True, "ly")  # fmt: skip
    assert list(found.fits.values_list("code", flat=True)) == ["SC-7"]
    assert Stock.objects.filter(part=found).values_list("safety", "minimum", "maximum").get() == (0, 4, 12)
    assert loaded(row("MB-7", 替代件="MB-7S", 安全库存=2)).changed == 1
    stock = Stock.objects.select_related("part__replaced_by").get(part=found)
    assert (stock.part.replaced_by and stock.part.replaced_by.code, stock.safety, stock.maximum) == ("MB-7S", 2, 12)
    again = loaded(row("MB-7", 替代件="MB-7S", 安全库存=2, 适用型号="SC-7"))
    assert (again.created, again.changed, again.refused) == (0, 0, 0)
    assert Activity.objects.filter(verb="part.levels_set", subject_id=found.pk).count() == 2


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"适用型号": "XX-1"}, "XX-1"), ({"功能类别": "没有"}, "没有"), ({"供应商": "没有"}, "没有"),
        ({"替代件": "NO-1"}, "NO-1"), ({"替代件": "A-2"}, "自身"), ({"最低库存": 5, "最高库存": 4}, "依次"),
        ({"追溯方式": "每件序列号"}, "追溯"), ({"关键配件": "也许"}, "是"),
    ],
)  # fmt: skip
def test_a_row_that_does_not_fit_is_refused_and_nothing_of_it_stays(
    cast: Cast, cells: dict[str, Any], reason: str
) -> None:  # fmt: skip
    """PRT-01: each refused row says why; the others are taken."""
    first = part("A-1", model="X")
    part("A-2", replaced_by=first)
    run = loaded(row("A-1", **cells), row("A-3"))
    assert (run.created, run.changed, run.refused) == (1, 0, 1)
    first.refresh_from_db()
    assert (first.model, first.replaced_by, Stock.objects.get(part=first).maximum) == ("X", None, 0)


def test_what_the_ledger_moved_is_what_the_stock_is_worth(cast: Cast) -> None:
    """PRT-03, PRT-11: for finance each move says by how much it changes the value; the sum is the stock to the cent."""
    bearing, other = part(), part("B-2")
    opened(bearing, 7, "100.00")
    opened(other, 3, "10.00")
    paper = issued(approved(cast, asked(cast, (bearing, 3))), 3)
    line = paper.lines.select_related("part", "wanted").get()
    using.use_now(row=paper, by=cast.erik, line=line, quantity=2)
    requisitions.give_back(row=paper, by=keeper(), line=line, quantity=1, place=place())
    requisitions.take_old(row=paper, by=keeper(), line=line, quantity=1, place=place())
    keeping.found_damaged(part=other, by=keeper(), place=place(), quantity=1, reason="跌落")
    decide(to_scrap(bearing), cast.bob)
    count = counting.open_count(by=keeper(), kind="month", place=place())
    for one in list(count.lines.select_related("part")):
        counting.enter(count=count, by=keeper(), line=one, counted=one.expected + (one.part == bearing))
    causes = {one.pk: "漏登" for one in counting.differing(count)}
    counting.finish_count(count=count, by=cast.bob, causes=causes)
    reader, change = Reader(cast.bob), LEDGER.column("change")
    assert change is not None
    total = sum(
        Decimal(str(change.value(move, reader)).replace(",", "")) for move in LEDGER.rows(cast.bob, LEDGER.nothing())
    )
    worth = sum(Stock.objects.values_list("value", flat=True))
    assert total == Decimal(worth) / 100
    assert total > 0
    assert change.value(LEDGER.rows(cast.bob, LEDGER.nothing())[0], Reader(cast.erik)) == ""


def test_parts_stand_in_the_order_of_their_numbers(cast: Cast) -> None:
    """PRT-01: the list, and the places with their labels; a label leads to its place."""
    for code in ("C-1", "A-1", "B-1"):
        opened(part(code), 1)
    bin_ = place("main-a01", parent=place())
    client = browser(keeper())
    page = client.get(reverse("parts:stock")).content.decode()
    assert page.index("A-1") < page.index("B-1") < page.index("C-1")
    assert STOCK.order.field == "code"
    labels = client.get(reverse("parts:labels"), {"of": "main"}).content.decode()
    assert labels.count("data:image/svg") == 2
    found = client.get(reverse("parts:place", args=["main"])).content.decode()
    assert found.index("A-1") < found.index("C-1")
    assert reverse("parts:count_new") in found
    assert (
        client.get(reverse("parts:count_new"), {"place": bin_.pk}).content.decode().count(f'value="{bin_.pk}" selected')
    )
    Place.objects.filter(pk=bin_.pk).update(is_active=False)
    assert client.get(reverse("parts:place", args=["main-a01"])).status_code == 404
    assert browser(cast.charlie).get(reverse("parts:place", args=["main"])).status_code == 404
    assert ProductModel.objects.exists()


def test_the_ledger_and_the_suppliers_are_printed(cast: Cast) -> None:
    """PRT-03, PRT-08: F26 ends with what lies there, F28 names those who may supply with their contract."""
    from bihuan.core.documents.services import draft
    from bihuan.core.workflow.table import MoveRefused
    from bihuan.registry.suppliers.services import issue_list
    from tests.service.stocking import buyer

    bearing = part()
    opened(bearing, 5, "50.00")
    paper = issued(approved(cast, asked(cast, (bearing, 2))), 2)
    line = paper.lines.select_related("part", "wanted").get()
    using.use_now(row=paper, by=cast.erik, line=line, quantity=1)
    table: Any = draft("F26", bearing).sections[1]
    assert [cells[4:7] for cells in table.rows] == [
        ("", "", "0"),
        ("5", "", "5"),
        ("（2）", "（2）", "5"),
        ("", "1", "4"),
    ]
    client = browser(keeper())
    assert client.post(reverse("parts:act", args=[bearing.code, "card"]), {}).status_code == 302
    assert "配件库存台账" in client.get(reverse("parts:part", args=[bearing.code])).content.decode()
    with pytest.raises(MoveRefused):
        issue_list(by=buyer())
    supplier()
    assert browser(keeper()).post(reverse("suppliers:issue_list")).status_code == 403
    answer = browser(buyer()).post(reverse("suppliers:issue_list"))
    assert answer.status_code == 302
    shown = client.get(answer.headers["Location"]).content.decode()
    assert "合格配件供应商名录" in shown
    assert "合格配件供应商名录" in client.get(reverse("suppliers:list")).content.decode()

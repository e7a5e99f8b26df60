"""Labels: the same on the screen and on paper, each page of the PDF as large as what it is printed on."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from weasyprint import HTML

from bihuan.core.documents.labels import FOR_PARCELS, SHEETS, Label, Sheet, to_html
from bihuan.service.parts.models import Place, PlaceKind
from tests.cast import Cast
from tests.service import returning as story
from tests.service.stocking import keeper, opened, part, place

LONG = "高精度角接触球轴承（配对安装，含密封与润滑）"
MILLIMETRE = 96 / 25.4


def printed(labels: list[Label], sheet: Sheet) -> list[tuple[int, int]]:
    """The pages of the PDF with their size in millimetres."""
    pages = HTML(string=to_html(labels, sheet, "标签")).render().pages
    return [(round(page.width / MILLIMETRE), round(page.height / MILLIMETRE)) for page in pages]


@pytest.mark.parametrize(
    ("sheet", "count", "pages"),
    [
        (SHEETS["a4"], 21, [(210, 297)]), (SHEETS["a4"], 22, [(210, 297)] * 2),
        (SHEETS["roll"], 3, [(70, 40)] * 3), (FOR_PARCELS["roll"], 2, [(100, 80)] * 2),
        (FOR_PARCELS["a4"], 6, [(210, 297)]), (FOR_PARCELS["a4"], 7, [(210, 297)] * 2),
    ],
)  # fmt: skip
def test_a_page_takes_as_many_labels_as_its_paper_has(sheet: Sheet, count: int, pages: Any) -> None:
    """PRT-01, RET-02: long names push no label from its place; a roll has one label a page."""
    labels = [Label(f"P-{n}", f"code {n}", "", (LONG * 4, LONG), below=(("收件人", LONG * 5),)) for n in range(count)]
    assert printed(labels, sheet) == pages
    assert to_html(labels, sheet, "").count("data:image/svg") == count


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["labels", "label", "return", "public", "unit"])
@pytest.mark.parametrize("paper", ["a4", "roll"])
def test_every_label_is_printed_from_its_page(cast: Cast, name: str, paper: str) -> None:
    """PRT-01, RET-02, INT-11: places, parts, returns and units have their labels as PDF, for whoever sees them."""
    opened(part(), 1)
    place("main-a01", parent=place())
    order = story.approved(cast)
    address = {
        "labels": reverse("parts:labels"), "label": reverse("parts:label", args=["7014C"]),
        "return": reverse("returns:label", args=[order.number]), "public": reverse("return:label", args=[order.token]),
        "unit": reverse("products:label", args=[cast.unit.pk]),
    }[name]  # fmt: skip
    client = Client()
    if name != "public":
        client.force_login(keeper() if name.startswith("label") else cast.bob)
    page = client.get(address).content.decode()
    assert f"?paper={paper}" in page
    answer = client.get(address, {"paper": paper})
    assert (answer.status_code, answer["Content-Type"], answer.content[:4]) == (200, "application/pdf", b"%PDF")
    assert answer["Content-Disposition"].startswith("inline")
    assert client.get(address, {"paper": "none"})["Content-Type"].startswith("text/html")


@pytest.mark.django_db
def test_the_labels_of_one_warehouse_stay_the_ones_that_are_printed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PRT-01: the way to the PDF keeps the choice of the page; what does not fit is said."""
    place("main-a01", parent=place())
    Place.objects.create(code="other", name="分库", kind=PlaceKind.STORE)
    client = Client()
    client.force_login(keeper())
    assert "?of=main&amp;paper=a4" in client.get(reverse("parts:labels"), {"of": "main"}).content.decode()
    monkeypatch.setattr("bihuan.service.parts.place_views.MOST_LABELS", 1)
    assert "另有 2 个未列出" in client.get(reverse("parts:labels")).content.decode()

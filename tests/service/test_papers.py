"""Every named form as a printed page: nothing runs over the edge, every page is numbered, the company stands on top."""

import io
import zipfile
from typing import Any

import pytest
from weasyprint import HTML

from bihuan.core.documents.registry import builders
from bihuan.core.documents.rendering import to_html, to_pdf, to_word
from bihuan.core.documents.services import draft
from bihuan.core.policy.services import read_file, save_version
from bihuan.registry.products.services import register_card
from tests.cast import Cast
from tests.service.story import whole_story

pytestmark = pytest.mark.django_db
FORMS = sorted({code for code, kind in builders if kind == "desk.case"})
LONG = "非常长的问题描述，没有任何标点也没有空格的一段文字" * 60


def too_wide(paper: Any) -> list[str]:
    """Boxes of the laid-out pages that reach over the right margin."""
    found = []
    for page in HTML(string=to_html([paper])).render().pages:
        box = page._page_box
        edge = box.margin_left + box.width + 1
        found += [
            f"{child.element_tag}: {child.position_x + child.width:.0f} > {edge:.0f}"
            for child in box.descendants()
            if child.element_tag in {"table", "td", "th", "div", "h1"} and child.position_x + child.width > edge
        ]
    return found


@pytest.fixture
def case(cast: Cast) -> Any:
    rules = read_file("general")
    known = {form["code"] for form in rules["forms"]}
    extra = [{"code": code, "title": code} for code in FORMS if code not in known]
    save_version(data={**rules, "forms": [*rules["forms"], *extra]}, by=None)
    return whole_story(cast, cast.case(description=LONG, impact_text="A" * 200))


@pytest.mark.parametrize("code", FORMS)
def test_nothing_runs_over_the_edge_of_the_paper(cast: Cast, case: Any, code: str) -> None:
    """D29: each form fits A4 with whatever is written into it."""
    assert too_wide(draft(code, case)) == []


def test_the_check_of_the_edge_can_fail(cast: Cast, case: Any) -> None:
    paper = draft("F09", case)
    html = to_html([paper]).replace("* { box-sizing: border-box }", "")
    page = HTML(string=html).render().pages[0]._page_box
    edge = page.margin_left + page.width + 1
    assert any(box.position_x + box.width > edge for box in page.descendants() if box.element_tag == "td")


def test_the_service_card_fits_its_paper(cast: Cast) -> None:
    """F16: the card of an installed product."""
    register_card(unit=cast.unit, customer=cast.customer, installed_on=cast.customer.created_at.date(), by=cast.bob)
    assert too_wide(draft("F16", cast.unit)) == []


def test_pdf_and_word_say_the_same(cast: Cast, case: Any) -> None:
    """ACC-04: both renderings come from the one frozen paper."""
    paper = draft("F24", case, number="F24-1")
    assert to_pdf([paper]).startswith(b"%PDF")
    with zipfile.ZipFile(io.BytesIO(to_word(paper))) as archive:
        text = archive.read("word/document.xml").decode()
    for word in ("服务验收单", "F24-1", "王工", "更换轴承并调整预紧"):
        assert word in text

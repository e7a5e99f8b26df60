"""Every named form as a printed page: nothing runs over the edge, every page is numbered, the company stands on top."""

import io
import zipfile
from typing import Any

import pytest
from django.utils import timezone
from django.utils.html import strip_tags
from weasyprint import HTML

from bihuan.core.activity.models import Activity
from bihuan.core.documents.paper import Paper, Signature, Signatures, Table
from bihuan.core.documents.registry import builders
from bihuan.core.documents.rendering import to_html, to_pdf, to_word
from bihuan.core.documents.services import draft
from bihuan.core.documents.templatetags.papers import fitting
from bihuan.core.files.services import attach, store
from bihuan.core.policy.services import read_file, save_version
from bihuan.registry.products.services import register_card
from bihuan.service.desk import dossier
from tests.cast import Cast
from tests.service.story import png, whole_story

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


@pytest.mark.once
def test_nothing_runs_over_the_edge_of_the_paper(cast: Cast, case: Any) -> None:
    """Each form fits A4 with whatever is written into it."""
    assert {code: wide for code in FORMS if (wide := too_wide(draft(code, case)))} == {}


def test_the_check_of_the_edge_can_fail(cast: Cast, case: Any) -> None:
    paper = draft("F09", case)
    html = to_html([paper]).replace("table { width: 100%", "table { width: 130%")
    page = HTML(string=html).render().pages[0]._page_box
    edge = page.margin_left + page.width + 1
    assert any(box.position_x + box.width > edge for box in page.descendants() if box.element_tag == "td")


def test_every_page_says_whose_it_is_and_the_signatures_never_stand_alone(cast: Cast) -> None:
    """D29: number and title from the second page on, who made the form and the count on each; a loose sheet is found again."""
    rows = tuple((str(place), "拧紧枪校准", "2026-06-24", "丁一鸣", "1,250.00") for place in range(1, 61))
    columns = ("序号", "措施", "日期", "责任人", "金额（元）")
    signed = Signatures(
        title="签署", items=(Signature(label="编制"), Signature(label="批准", name="陈志远", date="2026-06-30"))
    )
    for count in (24, 60):
        paper = Paper(
            form_code="F05", title="质量专题报告", company="星原", number="F05-1", approved_by="陈志远", issued_on="2026-06-30",
            sections=(Table(title="措施", columns=columns, rows=rows[:count]), signed),
        )  # fmt: skip
        pages = [text_of(page) for page in HTML(string=to_html([paper])).render().pages]
        for place, text in enumerate(pages, 1):
            for word in (f"第 {place} 页 / 共 {len(pages)} 页", "批准：陈志远", "日期：2026-06-30"):
                assert word in text
            assert ("质量专题报告　F05-1" in text) == (place > 1)
        assert "2026-06-24" in pages[-1]


def text_of(page: Any) -> str:
    return "".join(getattr(box, "text", "") for box in page._page_box.descendants())


def test_amounts_stand_to_the_right_and_days_in_one_line() -> None:
    """D29: a column of amounts is read by its cents."""
    assert [fitting(text) for text in ("-1,250.00", "3.50", "2026-06-24", "丁一鸣", "拧紧枪每班校准", "F05-202611-0001")] == [
        "num", "num", "one", "one", "", "one"
    ]  # fmt: skip
    assert (fitting("金额（元）", "head"), fitting("不良数/基数", "head")) == ("one", "")


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


def test_a_signature_is_no_photo_and_the_first_answer_has_its_time(cast: Cast) -> None:
    """F21: the record form tells when the customer was answered first; a signature stands in its own field alone."""
    case = cast.case()
    attach(subject=case, file=store(data=png(), name="签字.png", by=None), role="signature")
    assert "照片" not in words("F09", case)
    attach(subject=case, file=store(data=png(), name="现场.png", by=None), role="evidence")
    assert "照片" in words("F09", case)
    at = Activity.objects.get(subject_id=case.pk, verb="case.acknowledged").at
    assert f"首次响应时间 {timezone.localtime(at):%Y-%m-%d %H:%M}" in words("F21", case)


def test_the_archive_form_stands_in_the_dossier_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """ACC-09: one PDF with all parts, each of them once."""
    case = whole_story(cast, cast.case(line=cast.lines["appliance"]))
    made: list[Any] = []

    def keep(papers: list[Any]) -> bytes:
        made.extend(papers)
        return to_pdf(papers[:1])

    monkeypatch.setattr(dossier, "to_pdf", keep)
    row = case.dossiers.get()
    row.pdf = None
    dossier.make_dossier(row)
    codes = [paper.form_code for paper in made]
    assert "F18" in codes
    assert sorted(codes) == sorted(set(codes))


def words(code: str, case: Any) -> str:
    """What stands on a paper, without its tags."""
    return " ".join(strip_tags(to_html([draft(code, case)])).split())


def test_a_paper_has_room_for_those_who_sign_in_this_procedure(cast: Cast) -> None:
    """D15: where nobody accepts internally, no empty box asks for his signature."""
    labels = {}
    for line in ("general", "door"):
        sections = draft("F14", cast.case(line=cast.lines[line], unit=None)).sections
        labels[line] = [item.label for part in sections if part.kind == "signatures" for item in part.items]
    assert labels == {"general": ["客户签字", "服务人员", "内部验收"], "door": ["客户签字", "服务人员"]}

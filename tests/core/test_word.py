"""A paper as a Word file: laid out as on the PDF, and signed at the same place."""

import io
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from bihuan.core.documents.layout import in_pairs, widths
from bihuan.core.documents.paper import Checks, Facts, Paper, Signature, Signatures, Table, Text
from bihuan.core.documents.word import to_word

LONG = "拧紧枪未按周期校准，扭矩低于下限，轴承预紧力不足，早期磨损后异响"
ROWS = tuple((f"F-{place:04d}", "2026-06-24", "1,250.00", LONG) for place in range(60))


@pytest.fixture(scope="module")
def word() -> Any:
    """A paper with every kind of section, opened again."""
    paper = Paper(
        form_code="F01", title="市场质量异常反馈单", company="示例制造有限公司", number="F01-202611-0001",
        form_number="Q/SPT-RGS-8001", revision="A/0", drafted_by="吴倩", approved_by="总工程师", issued_on="2026-11-21",
        sections=(
            Facts(rows=(("主送", "生产部"), ("抄送", "质量部"), ("说明", LONG))),
            Table(title="费用", columns=("单号", "日期", "金额（元）", "说明"), rows=ROWS),
            Table(title="空表", columns=("甲", "乙"), rows=()),
            Checks(rows=(("绝缘", True, ""), ("外观", None, "未检"))),
            Text(title="陈述", body=""),
            Signatures(items=(Signature(label="编制", name="吴倩", date="2026-11-20"), Signature(label="批准"))),
        ),
    )  # fmt: skip
    return Document(io.BytesIO(to_word(paper)))


def cells(table: Any, row: int) -> list[str]:
    return [cell.text for cell in table.rows[row].cells]


def test_word_has_the_tables_of_the_pdf(word: Any) -> None:
    """NCR-11: two facts on a line and a long one alone, amounts to the right, an empty table says so."""
    facts, costs, empty, checks, text, signed = word.tables
    assert (cells(facts, 0), cells(facts, 1)) == (["主送", "生产部", "抄送", "质量部"], ["说明", LONG, LONG, LONG])
    assert (len(costs.rows), costs.rows[1].cells[2].paragraphs[0].alignment) == (61, 2)
    assert (cells(empty, 1), cells(checks, 2), cells(text, 0)) == (["无", "无"], ["外观", "—", "未检"], ["—"])
    assert cells(signed, 0) == ["编制：\n\n吴倩　2026-11-20", "批准：\n\n\n　　年　　月　　日"]


def test_word_repeats_heads_counts_pages_and_names_the_makers(word: Any) -> None:
    """NCR-11: drafted, reviewed, approved, date and page on every page; the head of a long table stands on each."""
    page = word.sections[0]
    for foot in (page.first_page_footer, page.footer):
        assert "制定：吴倩　审核：　　　　批准：总工程师　日期：2026-11-21" in foot.paragraphs[0].text
        fields = [node.get(qn("w:instr")) for node in foot._element.iter(qn("w:fldSimple"))]
        assert fields == ["PAGE", "NUMPAGES"]
    assert page.header.paragraphs[0].text == "市场质量异常反馈单　F01-202611-0001"
    heads = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in word.tables[1].rows]
    assert heads == [True, *[False] * 60]
    assert round(sum(column.width.mm for column in word.tables[1].columns)) == 178


def test_columns_share_the_width_by_what_stands_in_them() -> None:
    """NCR-11: numbers and days are not broken in two, long texts get what is left."""
    number, day, amount, told = widths(("单号", "日期", "金额（元）", "说明"), ROWS, 178.0)
    assert (number < amount < told, day > 20, round(number + day + amount + told, 6)) == (True, True, 178.0)
    assert widths((), (), 178.0) == []
    assert in_pairs([("a", "1"), ("b", "2"), ("c", "x" * 30), ("d", "4")]) == [
        [("a", "1"), ("b", "2")], [("c", "x" * 30)], [("d", "4")],
    ]  # fmt: skip


def test_word_is_a_chinese_file_of_the_company(word: Any) -> None:
    """NCR-11: Chinese faces and commas wherever it is opened; the file names its paper and its company, no tool."""
    languages = {node.get(qn("w:eastAsia")) for node in word.styles.element.iter(qn("w:lang"))}
    theme = {node.get(qn("w:eastAsia")) for node in word.settings.element.iter(qn("w:themeFontLang"))}
    assert (languages, theme) == ({"zh-CN"}, {"zh-CN"})
    about = word.core_properties
    assert (about.title, about.author, about.comments) == (
        "市场质量异常反馈单 F01-202611-0001", "示例制造有限公司", "",
    )  # fmt: skip
    assert about.created.year >= 2026

"""Papers as Word files that people may edit further; they look like the PDF."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from docx import Document as WordDocument
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.image.exceptions import UnrecognizedImageError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt

from bihuan.core.documents.layout import in_pairs, is_money, widths
from bihuan.core.documents.paper import Checks, Facts, Paper, Photos, Signatures, Table, Text
from bihuan.core.files.models import StoredFile
from bihuan.core.files.services import read

FONT, LANGUAGE = "SimSun", "zh-CN"
SHADE = "F1F3F6"
BODY, SMALL, TITLE = Pt(9.5), Pt(8), Pt(17)
WHOLE = 178.0
"""Millimetres between the margins of A4."""
MARKS = {True: "√ 合格", False: "× 不合格", None: "—"}
BLANK_DAY = "　　年　　月　　日"
PHOTOS_IN_A_ROW, PHOTO = 3, Mm(54)


def to_word(paper: Paper) -> bytes:
    """Render a paper as a Word file."""
    word = WordDocument()
    _style(word)
    _about(word, paper)
    _page(word, paper)
    word.add_paragraph(paper.company).alignment = WD_ALIGN_PARAGRAPH.CENTER
    heading = word.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = heading.add_run(paper.title)
    run.bold, run.font.size = True, TITLE
    codes = f"编号：{paper.number or '（草稿）'}\t表单号：{paper.form_number or '—'}　版次：{paper.revision}"
    _to_the_right(word.add_paragraph(codes))
    for section in paper.sections:
        if section.title:
            title = word.add_paragraph()
            title.paragraph_format.space_before, title.paragraph_format.space_after = Mm(3), Mm(1)
            title.paragraph_format.keep_with_next = True
            title.add_run(section.title).bold = True
        elif word.element.body[-2].tag == qn("w:tbl"):
            _gap(word)
        _section(word, section)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _style(word: Any) -> None:
    style = word.styles["Normal"]
    style.font.name, style.font.size = FONT, BODY
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
    style.paragraph_format.line_spacing = 1.15
    for node in word.styles.element.iter(qn("w:lang")):  # which face of a sign, which commas, which spelling
        node.set(qn("w:val"), LANGUAGE)
        node.set(qn("w:eastAsia"), LANGUAGE)
    for node in word.settings.element.iter(qn("w:themeFontLang")):
        node.set(qn("w:eastAsia"), LANGUAGE)


def _about(word: Any, paper: Paper) -> None:
    """What a file manager shows of the file."""
    about = word.core_properties
    about.title, about.author, about.comments = f"{paper.title} {paper.number}".strip(), paper.company, ""
    about.created = about.modified = datetime.now(UTC)


def _page(word: Any, paper: Paper) -> None:
    """A4 with the margins of the PDF; the foot says who made the form and counts the pages.

    From the second page on the head names the paper, so that loose sheets find back to it.
    """
    page = word.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(16)
    page.top_margin, page.bottom_margin = Mm(18), Mm(20)
    page.header_distance = page.footer_distance = Mm(9)
    page.different_first_page_header_footer = True
    made = (("依据", paper.standard), ("制定", paper.drafted_by), ("审核", paper.reviewed_by),
            ("批准", paper.approved_by), ("日期", paper.issued_on))  # fmt: skip
    line = "　".join(f"{label}：{value or '　　　'}" for label, value in made if value or label != "依据")
    for footer in (page.first_page_footer, page.footer):
        _foot(footer, line)
    head = page.header.paragraphs[0]
    head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    head.add_run(f"{paper.title}　{paper.number}").font.size = SMALL


def _foot(footer: Any, line: str) -> None:
    made = footer.paragraphs[0]
    made.add_run(line)
    count = footer.add_paragraph()
    count.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for text, field in (("第 ", "PAGE"), (" 页 / 共 ", "NUMPAGES"), (" 页", "")):
        count.add_run(text)
        if field:
            _field(count, field)
    for run in (*made.runs, *count.runs):
        run.font.size = SMALL


def _field(paragraph: Any, name: str) -> None:
    """A number that Word works out itself."""
    field, run = OxmlElement("w:fldSimple"), OxmlElement("w:r")
    field.set(qn("w:instr"), name)
    look, half_points, text = OxmlElement("w:rPr"), OxmlElement("w:sz"), OxmlElement("w:t")
    half_points.set(qn("w:val"), str(int(SMALL.pt * 2)))
    text.text = "1"
    look.append(half_points)
    run.extend([look, text])
    field.append(run)
    paragraph._p.append(field)


def _to_the_right(paragraph: Any) -> None:
    """What follows the tab stands at the right margin."""
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(WHOLE), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.paragraph_format.space_after = Mm(1.5)
    for run in paragraph.runs:
        run.font.size = Pt(8.5)


def _gap(word: Any) -> None:
    """Two tables that follow each other would grow together."""
    word.add_paragraph().paragraph_format.line_spacing = Mm(1.5)


def _section(word: Any, section: Any) -> None:
    match section:
        case Facts():
            _facts(word, section.rows)
        case Table():
            _list(word, section.columns, section.rows)
        case Checks():
            _list(word, ("项目", "结果", "说明"), [(name, MARKS[passed], told) for name, passed, told in section.rows])
        case Text():
            table = _table(word, [WHOLE])
            row = table.add_row()
            row.height, row.height_rule = Mm(10), WD_ROW_HEIGHT_RULE.AT_LEAST
            _write(row.cells[0], section.body or "—")
        case Photos():
            _photos(word, section.files)
        case Signatures():
            _signatures(word, section.items)


def _table(word: Any, columns: Sequence[float], style: str = "Table Grid") -> Any:
    """An empty table of so many columns, each so many millimetres wide."""
    table = word.add_table(rows=0, cols=len(columns))
    table.style, table.autofit, table.alignment = style, False, WD_TABLE_ALIGNMENT.CENTER
    room = OxmlElement("w:tblCellMar")
    for side, points in (("top", 2.5), ("bottom", 2.5)):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(int(points * 20)))
        edge.set(qn("w:type"), "dxa")
        room.append(edge)
    table._tbl.tblPr.append(room)
    for column, width in zip(table.columns, columns, strict=True):
        column.width = Mm(width)
    return table


def _row(table: Any) -> Any:
    """One more row, which no page break cuts in two."""
    row = table.add_row()
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return row


def _write(cell: Any, text: str, *, shaded: bool = False) -> None:
    cell.text = str(text)
    if is_money(cell.text):
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if shaded:
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
            shade.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(shade)


def _facts(word: Any, rows: Sequence[tuple[str, str]]) -> None:
    """Two facts on a line, as on the PDF."""
    table = _table(word, [WHOLE * share for share in (0.15, 0.35, 0.15, 0.35)])
    for pair in in_pairs(rows):
        cells = _row(table).cells
        for place, (label, value) in enumerate(pair):
            _write(cells[2 * place], label, shaded=True)
            room = cells[1] if place == 0 else cells[3]
            _write(room.merge(cells[3]) if len(pair) == 1 else room, value or "—")


def _list(word: Any, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table whose head stands on every page again."""
    if not columns:
        return
    table = _table(word, widths(columns, rows, WHOLE))
    head = _row(table)
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell, name in zip(head.cells, columns, strict=True):
        _write(cell, name, shaded=True)
    for values in rows:
        for cell, value in zip(_row(table).cells, values, strict=True):
            _write(cell, value or "—")
    if not rows:
        cells = _row(table).cells
        _write(cells[0].merge(cells[-1]), "无")


def _photos(word: Any, files: Sequence[tuple[int, str]]) -> None:
    """The pictures with their captions, three on a line."""
    for start in range(0, len(files), PHOTOS_IN_A_ROW):
        part = files[start : start + PHOTOS_IN_A_ROW]
        table = _table(word, [WHOLE / PHOTOS_IN_A_ROW] * PHOTOS_IN_A_ROW, "Normal Table")
        for cell, (file_id, caption) in zip(_row(table).cells, part, strict=False):
            _picture(cell.paragraphs[0], file_id, PHOTO)
            cell.add_paragraph().add_run(caption).font.size = SMALL


def _picture(paragraph: Any, file_id: int | None, width: Length) -> None:
    """A stored picture; of a kind that Word cannot show only its name."""
    file = StoredFile.objects.filter(pk=file_id).first() if file_id else None
    if file is None or not file.is_image:
        return
    try:
        paragraph.add_run().add_picture(io.BytesIO(read(file)), width=width)
    except UnrecognizedImageError:
        paragraph.add_run(f"附图：{file.name}（见 PDF）")


def _signatures(word: Any, items: Sequence[Any]) -> None:
    """A place to sign for each, in one row that stays together."""
    table = _table(word, [WHOLE / len(items)] * len(items))
    row = _row(table)
    row.height, row.height_rule = Mm(18), WD_ROW_HEIGHT_RULE.AT_LEAST
    for cell, item in zip(row.cells, items, strict=True):
        _write(cell, f"{item.label}：")
        _picture(cell.add_paragraph(), item.file, Mm(32))
        cell.add_paragraph("　".join(filter(None, (item.name, item.date))))
        if not item.date:
            day = cell.add_paragraph(BLANK_DAY)
            day.alignment = WD_ALIGN_PARAGRAPH.RIGHT

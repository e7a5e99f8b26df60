"""Papers as PDF and Word."""

import base64
import io
from collections.abc import Iterable
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from docx import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.image.exceptions import UnrecognizedImageError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from bihuan.core.documents.paper import Paper
from bihuan.core.files.models import StoredFile
from bihuan.core.files.services import read

FONT = "SimSun"


class RenderError(RuntimeError):
    """The machine cannot make PDF files; the message says what is missing."""


def picture(file_id: int) -> str:
    """Return a stored picture as a data address, so that nothing is loaded from anywhere."""
    file = StoredFile.objects.filter(pk=file_id).first()
    if file is None or not file.is_image:
        return ""
    return f"data:{file.content_type};base64,{base64.b64encode(read(file)).decode()}"


def to_html(papers: Iterable[Paper]) -> str:
    """Return the page of one or many papers."""
    with translation.override("zh-hans"):
        return render_to_string("documents/paper.html", {"papers": list(papers)})


def to_pdf(papers: Iterable[Paper]) -> bytes:
    """Render papers as one PDF. Raises RenderError when the libraries of the system are missing."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as error:
        raise RenderError(f"PDF needs Pango: {error}") from error
    # Papers hold all they need: nothing but data addresses is ever fetched.
    fetcher = URLFetcher(allowed_protocols={"data"})
    pdf: bytes = HTML(string=to_html(papers), url_fetcher=fetcher).write_pdf()
    return pdf


def to_word(paper: Paper) -> bytes:
    """Render a paper as a Word file that people may edit further."""
    word = WordDocument()
    _word_page(word, paper)
    style = word.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(10.5)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    word.add_paragraph(paper.company).alignment = WD_ALIGN_PARAGRAPH.CENTER
    heading = word.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = heading.add_run(paper.title)
    run.bold, run.font.size = True, Pt(16)
    word.add_paragraph(
        f"编号：{paper.number}　表单号：{paper.form_number}　版次：{paper.revision}"
    ).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for section in paper.sections:
        _word_section(word, section)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _word_page(word: Any, paper: Paper) -> None:
    """A4 with the margins of the PDF; the foot says who made the form and counts the pages."""
    page = word.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(16)
    page.top_margin, page.bottom_margin = Mm(18), Mm(20)
    foot = page.footer.paragraphs[0]
    made = (("依据", paper.standard), ("制定", paper.drafted_by), ("审核", paper.reviewed_by),
            ("批准", paper.approved_by), ("日期", paper.issued_on))  # fmt: skip
    foot.add_run("　".join(f"{label}：{value or '　　　'}" for label, value in made if value or label != "依据"))
    count = page.footer.add_paragraph()
    count.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, field in (("第 ", "PAGE"), (" 页 / 共 ", "NUMPAGES"), (" 页", "")):
        count.add_run(text)
        if field:
            _word_field(count, field)
    for run in (*foot.runs, *count.runs):
        run.font.size = Pt(8)


def _word_field(paragraph: Any, name: str) -> None:
    """A number that Word works out itself."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    paragraph._p.append(field)


def _word_photos(word: Any, files: Any) -> None:
    """The pictures with their captions."""
    for file_id, caption in files:
        file = StoredFile.objects.filter(pk=file_id).first()
        if file is not None and file.is_image:
            try:
                word.add_picture(io.BytesIO(read(file)), width=Mm(80))
            except UnrecognizedImageError:
                word.add_paragraph(f"附图：{file.name}（见 PDF）")
            word.add_paragraph(caption)


def _word_section(word: Any, section: Any) -> None:
    if section.title:
        word.add_paragraph().add_run(section.title).bold = True
    match section.kind:
        case "facts":
            _word_table(word, [], section.rows)
        case "table":
            _word_table(word, section.columns, section.rows)
        case "checks":
            marks = {True: "合格", False: "不合格", None: "—"}
            _word_table(word, ["项目", "结果", "说明"], [(a, marks[b], c) for a, b, c in section.rows])
        case "text":
            word.add_paragraph(section.body)
        case "photos":
            _word_photos(word, section.files)
        case "signatures":
            rows = [(i.label, i.name, i.date or "　　年　　月　　日") for i in section.items]
            _word_table(word, ["签字", "姓名", "日期"], rows)


def _word_table(word: Any, columns: Any, rows: Any) -> None:
    width = len(columns) or len(rows[0]) if rows else len(columns)
    if not width:
        return
    table = word.add_table(rows=0, cols=width)
    table.style = "Table Grid"
    for row in ([columns] if columns else []) + list(rows):
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = str(value)

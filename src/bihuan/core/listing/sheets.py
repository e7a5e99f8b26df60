"""A table to take away: one sheet of a workbook, made at once for what a page can show."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from django.utils.http import content_disposition_header

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST = 20_000


def sheet(name: str, heading: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """Answer with a workbook; text that looks like a formula stays text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet()
    page.write_row(0, 0, [str(item) for item in heading], book.add_format({"bold": True}))
    page.freeze_panes(1, 0)
    for place, row in enumerate(rows, start=1):
        if place > MOST:
            break
        page.write_row(place, 0, [item if isinstance(item, int | float) else str(item) for item in row])
    book.close()
    answer = HttpResponse(out.getvalue(), content_type=TYPE)
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx") or "attachment"
    return answer

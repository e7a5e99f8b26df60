"""Writing tables that a spreadsheet opens without running anything in them."""

import csv
import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.exporting.models import ExportFormat
from bihuan.core.listing.spec import Column

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # fmt: skip
LONGEST_CELL = 32_767
ROWS_A_SHEET = 1_000_000
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might take this text for a formula."""
    return text.lstrip(" ").startswith(FORMULA)


def plain(value: Any) -> Any:
    """A value as a table holds it: words, numbers, days and local times."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None or isinstance(value, int | float | Decimal):
        return value
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0) if timezone.is_aware(value) else value
    return value if isinstance(value, date) else str(value)


class Table(Protocol):
    """A file that takes row after row and keeps none in memory."""

    def add(self, values: Sequence[Any]) -> None: ...

    def close(self) -> None: ...


class CsvTable:
    """Comma separated, with the mark by which Excel recognises UTF-8; what looks like a formula gets an apostrophe."""

    def __init__(self, path: Path, title: str, columns: Sequence[Column[Any]]) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self.add([str(column.label) for column in columns])

    def add(self, values: Sequence[Any]) -> None:
        """Write one row."""
        self._writer.writerow([self._cell(plain(value)) for value in values])

    def _cell(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return f"{value:%Y-%m-%d %H:%M}"
        return f"'{value}" if isinstance(value, str) and is_formula(value) else value

    def close(self) -> None:
        """End the file."""
        self._file.close()


class XlsxTable:
    """A workbook; texts are written as texts, and what looks like a formula stays one when somebody edits the cell."""

    def __init__(self, path: Path, title: str, columns: Sequence[Column[Any]]) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(path, options)
        self._title, self._columns = NOT_IN_NAMES.sub(" ", title)[:25] or "1", columns
        self._bold = self._book.add_format({"bold": True, "bg_color": "#E8EEF7"})
        self._quoted = self._book.add_format({"quote_prefix": True})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._time = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._sheets = 0
        self._next_sheet()

    def _next_sheet(self) -> None:
        self._sheets += 1
        self._sheet = self._book.add_worksheet(self._title + (f" ({self._sheets})" if self._sheets > 1 else ""))
        self._row = 0
        for place, column in enumerate(self._columns):
            self._sheet.set_column(place, place, column.width)
            self._sheet.write_string(0, place, str(column.label), self._bold)
        self._sheet.freeze_panes(1, 0)

    def add(self, values: Sequence[Any]) -> None:
        """Write one row; a full sheet is followed by another."""
        if self._row >= ROWS_A_SHEET:
            self._next_sheet()
        self._row += 1
        for place, value in enumerate(values):
            self._write(place, plain(value))

    def _write(self, place: int, value: Any) -> None:
        if isinstance(value, datetime):
            self._sheet.write_datetime(self._row, place, value, self._time)
        elif isinstance(value, date):
            self._sheet.write_datetime(self._row, place, value, self._day)
        elif isinstance(value, str):
            style = (self._quoted,) if is_formula(value) else ()
            self._sheet.write_string(self._row, place, value[:LONGEST_CELL], *style)
        elif value is not None:
            self._sheet.write_number(self._row, place, value)

    def close(self) -> None:
        """End the file."""
        self._book.close()


KINDS: dict[str, tuple[type[CsvTable] | type[XlsxTable], str]] = {
    ExportFormat.CSV: (CsvTable, "text/csv; charset=utf-8"),
    ExportFormat.XLSX: (XlsxTable, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}

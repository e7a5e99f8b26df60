"""Reading tables: xlsx and other spreadsheets, csv in UTF-8 or GB18030."""

import csv
import io
from collections.abc import Iterator
from typing import IO, Any

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from bihuan.core.files.models import FileKind, StoredFile
from bihuan.core.importing.values import plain

MOST_COLUMNS = 200
SAMPLE = 65536


class Unreadable(ValueError):
    """A file that holds no table; the reason is for people."""


def open_table(file: StoredFile) -> tuple[list[str], Iterator[list[Any]]]:
    """Return the heading and the rows below it, as they are asked for; raises Unreadable."""
    with default_storage.open(file.path) as handle:
        content = handle.read()
    rows = _csv(content) if file.kind == FileKind.TEXT else _sheet(io.BytesIO(content))
    heading = next((row for row in rows if any(plain(cell) for cell in row)), None)
    if heading is None:
        raise Unreadable(_("The file is empty."))
    if len(heading) > MOST_COLUMNS:
        raise Unreadable(_("The file has more than %(most)s columns.") % {"most": MOST_COLUMNS})
    return [plain(cell).lstrip("\ufeff") for cell in heading], rows


def _sheet(handle: IO[bytes]) -> Iterator[list[Any]]:
    try:
        sheet = CalamineWorkbook.from_filelike(handle).get_sheet_by_index(0)
    except (CalamineError, IndexError, ValueError) as error:
        raise Unreadable(_("The spreadsheet cannot be read.")) from error
    # Leading empty rows are left out by the reader; row numbers shown to people must still fit the file.
    for _number in range(sheet.start[0] if sheet.start else 0):
        yield []
    yield from sheet.iter_rows()


def _csv(content: bytes) -> Iterator[list[Any]]:
    for charset in ("utf-8-sig", "gb18030"):
        try:
            words = content.decode(charset)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Unreadable(_("The text is neither UTF-8 nor GB18030."))
    first = words[:SAMPLE].split("\n", 1)[0]
    delimiter = max(",;\t，", key=first.count)
    try:
        yield from csv.reader(io.StringIO(words, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise Unreadable(_("The table is damaged: %(problem)s") % {"problem": error}) from error

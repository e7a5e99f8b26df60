"""A small table that a page has worked out already, handed out at once as a file; lists are exported by a job."""

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.http import content_disposition_header

from bihuan.core.exporting.models import ExportFormat
from bihuan.core.exporting.tables import KINDS
from bihuan.core.listing.spec import Column


def download(
    *, title: str, heads: Sequence[str | Promise], rows: Iterable[Sequence[Any]], file_format: str = ExportFormat.XLSX
) -> HttpResponse:
    """The rows below their heads, written as every other export writes them (``file_format`` is one of KINDS)."""
    make_table, content_type = KINDS[file_format]
    columns: list[Column[Any]] = [
        Column(str(place), head, lambda row, _reader: row) for place, head in enumerate(heads)
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        table = make_table(path, title, columns)
        for row in rows:
            table.add(row)
        table.close()
        answer = HttpResponse(path.read_bytes(), content_type=content_type)
    disposition = content_disposition_header(as_attachment=True, filename=f"{title}.{file_format}")
    answer["Content-Disposition"] = disposition or "attachment"
    return answer

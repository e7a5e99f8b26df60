"""Ordering an export, and making its file."""

import tempfile
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.exporting.models import Export, ExportFormat, ExportState
from bihuan.core.exporting.tables import KINDS, Table
from bihuan.core.files.models import FileKind, StoredFile
from bihuan.core.files.services import attach, discard, keep
from bihuan.core.jobs.services import GiveUp, enqueue
from bihuan.core.listing import spec
from bihuan.core.listing.asked import Asked, put
from bihuan.core.listing.keyset import walk
from bihuan.core.listing.spec import FilterProblem, Reader
from bihuan.core.notify.models import Level
from bihuan.core.notify.services import tell
from bihuan.core.permissions.services import can

CHUNK = 1000
Report = Callable[[int, int], None]


@transaction.atomic
def order_export(
    *, asked: Asked, by: Any, file_format: ExportFormat, chosen: Sequence[int] | None = None
) -> Export:  # fmt: skip
    """Write down what is wanted, and the job that makes it; the journal keeps who took out what.

    Raises FilterProblem when what was asked for cannot be searched.
    """
    asked.base()
    export = Export.objects.create(
        by=by, listing=asked.listing.code, title=str(asked.listing.label), format=file_format, query=asked.query(),
        columns=asked.columns, chosen=None if chosen is None else list(chosen),
        language=translation.get_language() or "",
    )  # fmt: skip
    export.job = enqueue("exporting.write", {"export": export.pk}, by=by)
    export.save(update_fields=["job"])
    data = {
        "list": export.listing, "format": export.format, "query": export.query, "columns": export.columns,
        "chosen": export.chosen,
    }  # fmt: skip
    record(subject=export, verb="export.ordered", by=by, data=data)
    return export


def make(*, export: Export, report: Report) -> None:
    """Write the file with the rights that its owner has now; may be begun anew at any time, and ends once.

    The rows are read in chunks by key, so that no transaction stays open and nothing is read twice.
    """
    listing = spec.get(export.listing)
    with translation.override(export.language or None):
        if listing is None:
            raise GiveUp(_("This list does not exist any more."))
        if not can(export.by, listing.permission):
            raise GiveUp(_("You do not have the right to do this."))
        asked = put(listing, export.by, export.query, export.columns)
        try:
            rows = asked.rows()
        except FilterProblem as problem:
            raise GiveUp(str(problem)) from problem
        if export.chosen is not None:
            rows = rows.filter(pk__in=export.chosen)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table"
            count = _write(export, asked, rows, path, report)
            _finish(export, path, count)


def _write(export: Export, asked: Asked, rows: QuerySet[Any], path: Path, report: Report) -> int:
    """Write every row; the total, for the progress alone, is counted once."""
    columns, reader = asked.shown(), Reader(export.by)
    make_table, _content_type = KINDS[export.format]
    total, done = rows.order_by().count(), 0
    table: Table = make_table(path, export.title, columns)
    try:
        for chunk in walk(rows, asked.order, size=CHUNK):
            for row in chunk:
                table.add([column.value(row, reader) for column in columns])
            done += len(chunk)
            report(done, max(total, done))
    finally:
        table.close()
    return done


def _finish(export: Export, path: Path, count: int) -> None:
    """Keep the file, which takes its time, and then say so."""
    kind = FileKind.TEXT if export.format == ExportFormat.CSV else FileKind.DOCUMENT
    name = f"{export.title}-{timezone.localtime():%Y%m%d-%H%M}.{export.format}"
    file = keep(path=path, name=name, content_type=KINDS[export.format][1], kind=kind, by=export.by)
    _hand_over(export, file, count)


@transaction.atomic
def _hand_over(export: Export, file: StoredFile, count: int) -> None:
    """Give the file to its owner; a second worker that comes to its end as well changes nothing."""
    waiting = Export.objects.filter(pk=export.pk, state=ExportState.WAITING)
    if not waiting.update(state=ExportState.DONE, rows=count, file=file, finished_at=timezone.now()):
        return
    attach(subject=export, file=file, role="export", by=export.by)
    record(subject=export, verb="export.made", by=None, data={"rows": count, "sha256": file.sha256})
    title = _("The export is ready: %(list)s, %(count)s rows") % {"list": export.title, "count": count}
    tell(users=[export.by], title=title, subject=export, verb="export.made", thread_key=f"export:{export.pk}")


@transaction.atomic
def note_failure(*, export: Export, reason: str) -> None:
    """Say that the file could not be made, on the page and in the inbox."""
    failed = Export.objects.filter(pk=export.pk, state=ExportState.WAITING)
    if failed.update(state=ExportState.FAILED, problem=reason[:300], finished_at=timezone.now()):
        record(subject=export, verb="export.failed", by=None, data={"reason": reason[:300]})
        with translation.override(export.language or None):
            title = _("The export failed: %(list)s") % {"list": export.title}
        tell(users=[export.by], title=title, subject=export, level=Level.WARN, thread_key=f"export:{export.pk}")


def expire() -> int:
    """Throw away files that have lain long enough: they hold personal data, and nobody else looks after them.

    Who took out what stays in the journal.
    """
    before = timezone.now() - timedelta(days=settings.EXPORT_DAYS)
    old = Export.objects.filter(state=ExportState.DONE, finished_at__lt=before).select_related("file")
    return sum(_throw_away(export) for export in old.iterator())


@transaction.atomic
def _throw_away(export: Export) -> bool:
    file = export.file
    rows = Export.objects.filter(pk=export.pk, state=ExportState.DONE)
    if not rows.update(state=ExportState.EXPIRED, file=None):
        return False
    if file is not None:
        discard(file=file)
    record(subject=export, verb="export.expired", by=None)
    return True

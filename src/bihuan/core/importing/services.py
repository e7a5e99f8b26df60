"""Taking tables in: look first, then load; a second run of the same file changes nothing."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.files.models import FileKind, StoredFile
from bihuan.core.files.services import store
from bihuan.core.importing import registry
from bihuan.core.importing.mapping import guess, missing
from bihuan.core.importing.models import ImportRun, RunState
from bihuan.core.importing.reading import Unreadable, open_table
from bihuan.core.importing.registry import ImportKind, Row, chunks
from bihuan.core.importing.values import plain
from bihuan.core.jobs.services import GiveUp, enqueue
from bihuan.core.policy.queries import one_look

CHUNK = 1000
SHOWN = 50
CREATED, CHANGED, SAME = "created", "changed", "same"
TABLES: Final = frozenset({FileKind.DOCUMENT, FileKind.TEXT})
Report = Callable[[int, int], None]


class NotPossible(ValueError):
    """What was asked cannot be done with this file now; the reason is for people."""


@dataclass
class Tally:
    """What became of the rows."""

    rows: int = 0
    outcomes: dict[str, int] = field(default_factory=lambda: {CREATED: 0, CHANGED: 0, SAME: 0})
    refused: list[Row] = field(default_factory=list)

    def add(self, part: Sequence[Row]) -> None:
        """Count a part."""
        self.rows += len(part)
        for row in part:
            if row.problems:
                self.refused.append(row)
            else:
                self.outcomes[row.outcome] += 1


@transaction.atomic
def begin(*, kind: ImportKind, file: StoredFile, by: Any) -> ImportRun:
    """Start an import with the columns assigned as far as their headings tell; raises Unreadable."""
    heading, _rows = open_table(file)
    return ImportRun.objects.create(kind=kind.code, file=file, by=by, mapping=guess(kind, heading))


@transaction.atomic
def check(*, run: ImportRun, mapping: dict[str, int], by: Any) -> None:
    """Let every row be looked at without changing anything; raises NotPossible."""
    kind = kind_of(run)
    if lacking := missing(kind, mapping):
        names = "、".join(str(column.label) for column in lacking)
        raise NotPossible(_("Please assign: %(columns)s") % {"columns": names})
    if len(set(mapping.values())) != len(mapping):
        raise NotPossible(_("A column of the file is assigned twice."))
    _go(run, RunState.CHECKING, [RunState.MAPPING, RunState.CHECKED, RunState.FAILED], by, mapping=mapping)


@transaction.atomic
def load(*, run: ImportRun, by: Any) -> None:
    """Load a file that was looked at; raises NotPossible."""
    _go(run, RunState.LOADING, [RunState.CHECKED], by)


def _go(run: ImportRun, state: RunState, sources: list[RunState], by: Any, **fields: Any) -> None:
    moved = ImportRun.objects.filter(pk=run.pk, state__in=sources).update(state=state, problem="", **fields)
    if not moved:
        raise NotPossible(_("Somebody has gone on with this import already. Please look again."))
    job = enqueue("importing.run", {"run": run.pk}, by=by)
    ImportRun.objects.filter(pk=run.pk).update(job=job)


def kind_of(run: ImportRun) -> ImportKind:
    """The kind of an import; one that no longer exists is refused."""
    kind = registry.get(run.kind)
    if kind is None:
        raise NotPossible(_("This kind of import does not exist any more."))
    return kind


def work(run: ImportRun, report: Report) -> None:
    """Look at or load every row, in parts of a thousand with one transaction each; may be repeated at any time."""
    kind, loading = kind_of(run), run.state == RunState.LOADING
    try:
        heading, rows = open_table(run.file)
        total = sum(1 for row in rows if any(plain(cell) for cell in row))
        heading, rows = open_table(run.file)
        tally = Tally()
        for part in chunks(_read(kind, run.mapping, rows), CHUNK):
            good = [row for row in part if not row.problems]
            with transaction.atomic():
                kind.load(good, run.by, not loading)
            tally.add(part)
            report(tally.rows, total)
    except Unreadable as error:
        raise GiveUp(str(error)) from error
    _finish(run, heading, tally, RunState.DONE if loading else RunState.CHECKED)


def _read(kind: ImportKind, mapping: dict[str, int], rows: Iterator[list[Any]]) -> Iterator[Row]:
    """Rows with their values; a second row with the same key is refused, empty rows are passed over."""
    seen: dict[Any, int] = {}
    for number, cells in enumerate(rows, start=2):
        if not any(plain(cell) for cell in cells):
            continue
        row = Row(number, cells)
        _values(kind, mapping, row)
        if not row.problems:
            key = kind.key(row.values)
            if key in seen:
                row.refuse(_("the same as row %(number)s") % {"number": seen[key]})
            seen.setdefault(key, number)
        yield row


def _values(kind: ImportKind, mapping: dict[str, int], row: Row) -> None:
    for column in kind.columns:
        place = mapping.get(column.key)
        cell = row.cells[place] if place is not None and place < len(row.cells) else None
        if plain(cell) == "":
            if column.required:
                row.refuse(_("%(column)s is missing") % {"column": column.label})
            continue
        try:
            row.values[column.key] = column.parse(cell)
        except ValueError as error:
            row.refuse(f"{column.label} {error}")


def _finish(run: ImportRun, heading: list[str], tally: Tally, state: RunState) -> None:
    errors = _errors(run, heading, tally.refused) if tally.refused else None
    shown = [{"row": row.number, "problems": row.problems} for row in tally.refused[:SHOWN]]
    ImportRun.objects.filter(pk=run.pk).update(
        state=state, rows=tally.rows, created=tally.outcomes[CREATED], changed=tally.outcomes[CHANGED],
        same=tally.outcomes[SAME], refused=len(tally.refused), problems=shown, errors=errors,
        finished_at=timezone.now(),
    )  # fmt: skip


def _errors(run: ImportRun, heading: list[str], rows: Sequence[Row]) -> StoredFile:
    """The refused rows as they came, with the reason in the last column: mend them and import this file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "errors.xlsx"
        book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [*heading, _("Why it was refused")])
        for place, row in enumerate(rows, start=1):
            cells = [plain(cell) for cell in row.cells[: len(heading)]]
            cells += [""] * (len(heading) - len(cells))
            sheet.write_row(place, 0, [*cells, "；".join(row.problems)])
        book.close()
        name = _("Refused rows") + f"-{run.pk}.xlsx"
        return store(data=path.read_bytes(), name=name, by=run.by)


def run_now(*, run: ImportRun, dry: bool, report: Report) -> ImportRun:
    """Take a file in at once, for the command line; raises NotPossible and GiveUp."""
    kind = kind_of(run)
    if lacking := missing(kind, run.mapping):
        names = "、".join(str(column.label) for column in lacking)
        raise NotPossible(_("Please assign: %(columns)s") % {"columns": names})
    run.state = RunState.CHECKING if dry else RunState.LOADING
    run.save(update_fields=["state"])
    with one_look():
        work(run, report)
    run.refresh_from_db()
    return run

"""The pages of imports: file, columns, a look, load."""

import io
from itertools import islice
from typing import Any

import xlsxwriter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.files.services import FileRefused, store
from bihuan.core.importing import permissions as perm
from bihuan.core.importing import registry
from bihuan.core.importing.forms import MappingForm, TableForm
from bihuan.core.importing.models import ImportRun, RunState
from bihuan.core.importing.reading import Unreadable, open_table
from bihuan.core.importing.registry import ImportKind
from bihuan.core.importing.services import TABLES, NotPossible, begin, check, kind_of, load
from bihuan.core.listing.paging import page_of
from bihuan.core.permissions.services import can, found, person, require

SAMPLE_ROWS = 5
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _kind(request: HttpRequest, code: str) -> ImportKind:
    """The kind, if this person may import it."""
    require(request.user, perm.IMPORTING_RUN)
    kind = found(registry.get(code))
    require(request.user, kind.permission)
    return kind


def _run(request: HttpRequest, pk: int) -> ImportRun:
    require(request.user, perm.IMPORTING_RUN)
    return found(ImportRun.objects.select_related("file", "job", "errors").filter(by=request.user.pk, pk=pk).first())


def run_list(request: HttpRequest) -> HttpResponse:
    """What can be imported, and my imports so far."""
    require(request.user, perm.IMPORTING_RUN)
    page = page_of(ImportRun.objects.filter(by=request.user.pk).select_related("file"), request.GET)
    names = {kind.code: kind.label for kind in registry.kinds()}
    allowed = [kind for kind in registry.kinds() if can(request.user, kind.permission)]
    context = {"page": page, "kinds": allowed, "rows": [(row, names.get(row.kind, row.kind)) for row in page.rows]}
    return render(request, "importing/list.html", context)


def new(request: HttpRequest, code: str) -> HttpResponse:
    """Give the file; nothing is changed yet."""
    kind = _kind(request, code)
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            upload = form.cleaned_data["file"][0]
            file = store(data=upload, name=upload.name or kind.code, by=person(request), allow=TABLES)
            run = begin(kind=kind, file=file, by=person(request))
        except (Unreadable, FileRefused) as problem:
            form.add_error("file", str(problem))
        else:
            return redirect("importing:run", run.pk)
    status = 422 if form.is_bound else 200
    return render(request, "importing/new.html", {"form": form, "kind": kind}, status=status)


def template(request: HttpRequest, code: str) -> HttpResponse:
    """An empty table with the headings and one example, ready to be filled."""
    kind = _kind(request, code)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    bold = book.add_format({"bold": True, "bg_color": "#E8EEF7"})
    sheet = book.add_worksheet(str(kind.label)[:31])
    for place, column in enumerate(kind.columns):
        sheet.write(0, place, str(column.label), bold)
        sheet.write(1, place, column.example)
        sheet.set_column(place, place, 18)
    sheet.freeze_panes(1, 0)
    book.close()
    response = HttpResponse(out.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"{kind.label}.xlsx") or "attachment"
    return response


def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: its columns, its progress, what came of it, and the next step."""
    run = _run(request, pk)
    return _page(request, run, _kind(request, run.kind))


def _page(
    request: HttpRequest, run: ImportRun, kind: ImportKind, form: MappingForm | None = None, status: int = 200
) -> HttpResponse:
    try:
        heading, rows = open_table(run.file)
        sample = list(islice(rows, SAMPLE_ROWS))
    except Unreadable as problem:
        heading, sample, run.problem = [], [], str(problem)
    if form is None:
        initial = {key: str(place) for key, place in run.mapping.items()}
        form = MappingForm(kind=kind, heading=heading, initial=initial)
    context: dict[str, Any] = {
        "run": run, "kind": kind, "form": form, "heading": heading, "sample": sample, "states": RunState,
        "open_form": run.state in {RunState.MAPPING, RunState.FAILED} or form.is_bound,
    }  # fmt: skip
    return render(request, "importing/run.html", context, status=status)


@require_POST
def check_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at every row without changing anything."""
    run = _run(request, pk)
    kind = _kind(request, run.kind)
    form = MappingForm(request.POST, kind=kind, heading=open_table(run.file)[0])
    if form.is_valid():
        try:
            check(run=run, mapping=form.mapping(), by=person(request))
            return redirect("importing:run", pk)
        except NotPossible as problem:
            form.add_error(None, str(problem))
    return _page(request, run, kind, form, status=422)


@require_POST
def load_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Load what was looked at."""
    run = _run(request, pk)
    kind_of(run)
    _kind(request, run.kind)
    try:
        load(run=run, by=person(request))
    except NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("The import runs. You may leave this page."))
    return redirect("importing:run", pk)

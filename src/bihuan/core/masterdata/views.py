"""The pages of all small tables."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.activity.queries import timeline
from bihuan.core.listing.paging import page_of
from bihuan.core.masterdata import registry
from bihuan.core.masterdata.registry import ActionFailed, Table
from bihuan.core.masterdata.services import ChangedMeanwhile, save_entry, stamp
from bihuan.core.permissions.services import can, found, person, require


def index(request: HttpRequest) -> HttpResponse:
    """The tables that this person may see, in groups."""
    groups: dict[str, list[Table]] = {}
    for table in registry.tables():
        if can(request.user, table.view):
            groups.setdefault(str(table.group), []).append(table)
    return render(request, "masterdata/index.html", {"groups": groups})


def entries(request: HttpRequest, code: str) -> HttpResponse:
    """The entries of a table; words find the beginning of what it is searched by."""
    table = found(registry.get(code))
    require(request.user, table.view)
    rows, words = table.rows(), request.GET.get("words", "").strip()[:60]
    if words and table.search:
        wanted = Q(pk__in=[])
        for field in table.search:
            wanted |= Q(**{f"{field}__icontains": words})
        rows = rows.filter(wanted)
    page = page_of(rows, request.GET)
    cells = [(row, [cell(row) for _label, cell in table.columns]) for row in page.rows]
    context = {
        "table": table, "page": page, "cells": cells, "words": words, "may_edit": can(request.user, table.edit),
    }  # fmt: skip
    return render(request, "masterdata/list.html", context)


def new(request: HttpRequest, code: str) -> HttpResponse:
    """Add an entry."""
    table = found(registry.get(code))
    require(request.user, table.edit)
    return _edit(request, table, None)


def entry(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One entry: change it, see who changed it before."""
    table = found(registry.get(code))
    require(request.user, table.edit if request.method == "POST" else table.view)
    return _edit(request, table, found(table.rows().filter(pk=pk).first()))


def _edit(request: HttpRequest, table: Table, known: Any) -> HttpResponse:
    seen = stamp(table, known) if known else ""
    form = table.form(request.POST or None, request.FILES or None, instance=known)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                save_entry(table=table, form=form, seen=request.POST.get("version", ""), by=person(request))
            except ChangedMeanwhile as changed:
                form.add_error(None, changed.reason)
                status = 409
            else:
                messages.success(request, _("Saved."))
                return redirect("masterdata:entries", table.code)
    context = {
        "table": table, "form": form, "known": known, "seen": seen, "may_edit": can(request.user, table.edit),
        "facts": [(label, cell(known)) for label, cell in table.columns] if known else [],
        "timeline": timeline(known, limit=20) if known else [],
    }  # fmt: skip
    return render(request, "masterdata/edit.html", context, status=status)


@require_POST
def act(request: HttpRequest, code: str, pk: int, name: str) -> HttpResponse:
    """Try something with an entry."""
    table = found(registry.get(code))
    require(request.user, table.edit)
    row = found(table.rows().filter(pk=pk).first())
    action = found(next((item for item in table.actions if item.name == name), None))
    try:
        messages.success(request, action.run(row, person(request)))
    except ActionFailed as failed:
        messages.error(request, str(failed))
    return redirect("masterdata:entry", code, pk)

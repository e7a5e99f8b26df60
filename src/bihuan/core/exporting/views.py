"""The pages of exports: order one, see it grow, take the file."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.exporting.models import ExportFormat
from bihuan.core.exporting.queries import mine
from bihuan.core.exporting.services import order_export
from bihuan.core.listing import spec
from bihuan.core.listing.asked import as_mapping, ask
from bihuan.core.listing.pages import back_to
from bihuan.core.listing.paging import page_of
from bihuan.core.listing.spec import FilterProblem
from bihuan.core.listing.views import picked, unfit
from bihuan.core.permissions.services import found, person, require


def export_list(request: HttpRequest) -> HttpResponse:
    """My exports, the newest first; those of others are not there."""
    page = page_of(mine(request.user), request.GET)
    return render(request, "exporting/list.html", {"page": page, "busy": any(row.is_busy for row in page.rows)})


def export_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One of my exports: its progress, then its file."""
    row = found(mine(request.user).filter(pk=pk).first())
    listing = spec.get(row.listing)
    labels = [column.label for key in row.columns if listing and (column := listing.column(key))]
    return render(request, "exporting/run.html", {"run": row, "labels": labels})


@require_POST
def order(request: HttpRequest, code: str) -> HttpResponse:
    """Order the whole result of a list, or the chosen rows of it."""
    listing = found(spec.get(code))
    require(request.user, listing.permission)
    asked = ask(listing, request.user, as_mapping(request))
    wanted = request.POST.get("format", ExportFormat.XLSX)
    chosen = list(picked(request)) if request.POST.get("chosen") else None
    problem = "" if chosen is None else unfit(dict.fromkeys(chosen))
    if wanted not in ExportFormat.values:
        problem = _("Please choose from the list.")
    if not problem:
        try:
            row = order_export(asked=asked, by=person(request), file_format=ExportFormat(wanted), chosen=chosen)
            return redirect("exporting:run", row.pk)
        except FilterProblem as error:
            problem = str(error)
    messages.error(request, problem)
    return redirect(back_to(listing, request))

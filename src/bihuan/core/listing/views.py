"""What people arrange on a list, and actions on several of its rows; every form comes back to the list as it was."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.listing import services, spec
from bihuan.core.listing.asked import VIEW, Asked, as_mapping, ask
from bihuan.core.listing.models import SavedView
from bihuan.core.listing.pages import back_to
from bihuan.core.listing.spec import Bulk, Listing
from bihuan.core.permissions.services import found, person, require

PICKED = re.compile(r"^(\d{1,18})(?:\.(\d{1,9}))?$", re.ASCII)


def _listing(request: HttpRequest, code: str) -> Listing[Any]:
    """The list, if this person may see it."""
    listing = found(spec.get(code))
    require(request.user, listing.permission)
    return listing


def _asked(request: HttpRequest, code: str) -> Asked:
    return ask(_listing(request, code), request.user, as_mapping(request))


def _view(request: HttpRequest, pk: int) -> tuple[SavedView, Listing[Any]]:
    """A view of this person; those of others do not exist for him."""
    view = found(SavedView.objects.filter(user=request.user.pk, pk=pk).first())
    return view, _listing(request, view.listing)


@require_POST
def columns(request: HttpRequest, code: str) -> HttpResponse:
    """Choose the columns of a list, or of the open view."""
    asked = _asked(request, code)
    keys = [] if request.POST.get("reset") else request.POST.getlist("columns")
    services.choose_columns(listing=asked.listing, user=person(request), columns=keys, view=asked.view)
    return redirect(back_to(asked.listing, request))


@require_POST
def save(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the list as it is shown."""
    asked = _asked(request, code)
    try:
        view = services.save_view(asked=asked, user=person(request), name=request.POST.get("name", ""))
    except services.NotKept as problem:
        messages.error(request, str(problem))
        return redirect(back_to(asked.listing, request))
    messages.success(request, _("The view is saved."))
    return redirect(f"{asked.listing.address()}?{VIEW}={view.pk}")


@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a view another name."""
    view, listing = _view(request, pk)
    try:
        services.rename_view(view=view, name=request.POST.get("name", ""))
    except services.NotKept as problem:
        messages.error(request, str(problem))
    return redirect(back_to(listing, request))


@require_POST
def update(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a view be what is shown now."""
    view, listing = _view(request, pk)
    services.update_view(view=view, asked=_asked(request, listing.code))
    messages.success(request, _("The view is saved."))
    return redirect(f"{listing.address()}?{VIEW}={view.pk}")


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a view."""
    view, listing = _view(request, pk)
    services.delete_view(view=view)
    messages.success(request, _("The view is deleted."))
    return redirect(listing.address())


def picked(request: HttpRequest) -> dict[int, int | None]:
    """The chosen rows with the version that the person saw; what is no row is passed over."""
    matches = [PICKED.match(text) for text in request.POST.getlist("ids")]
    return {int(m[1]): int(m[2]) if m[2] else None for m in matches if m}


def unfit(versions: dict[int, int | None]) -> str:
    """Why nothing can be done with so many rows, or nothing."""
    if not versions:
        return _("Please choose rows first.")
    if len(versions) > services.MOST_ROWS:
        return _("Please choose at most %(count)s rows.") % {"count": services.MOST_ROWS}
    return ""


@require_POST
def bulk(request: HttpRequest, code: str) -> HttpResponse:
    """Ask once more with the chosen rows in sight; then do it, and say which rows were refused and why."""
    listing = _listing(request, code)
    action = found(listing.action(request.POST.get("action", "")))
    require(request.user, action.permission)
    versions = picked(request)
    if problem := unfit(versions):
        messages.error(request, problem)
        return redirect(back_to(listing, request))
    sure = request.POST.get("sure") == "1"
    form = action.form(request.POST if sure else None) if action.form else None
    if not sure or (form is not None and not form.is_valid()):
        return _confirm(request, listing, action, versions, form)
    data = dict(form.cleaned_data) if form is not None else {}
    outcome = services.run_bulk(listing=listing, action=action, versions=versions, by=person(request), data=data)
    context = {"listing": listing, "action": action, "outcome": outcome, "back": back_to(listing, request)}
    linked = [(row, listing.link(row)) for row in outcome.done]
    context |= {"done": linked, "refused": [(row, listing.link(row), why) for row, why in outcome.refused]}
    return render(request, "listing/outcome.html", context, status=200 if outcome.done else 409)


def _unsaid(words: Any, row: Any) -> Any:
    """What the name of a row does not say already."""
    return "" if str(words) in str(row) else words


def _confirm(
    request: HttpRequest, listing: Listing[Any], action: Bulk[Any], versions: dict[int, int | None], form: Any
) -> HttpResponse:
    reader = spec.Reader(request.user)
    title = found(listing.column(listing.card.title))
    rows = services.chosen(listing, request.user, versions)
    if not rows:
        messages.error(request, unfit({}))
        return redirect(back_to(listing, request))
    effects = action.effects(rows, reader) if action.effects else [""] * len(rows)
    lines = [
        (row, _unsaid(title.value(row, reader), row), listing.link(row), _token(row, versions[row.pk]), effect)
        for row, effect in zip(rows, effects, strict=True)
    ]
    context = {
        "listing": listing, "action": action, "form": form, "lines": lines, "count": len(lines),
        "back": back_to(listing, request),
    }  # fmt: skip
    return render(request, "listing/bulk.html", context, status=422 if form is not None and form.is_bound else 200)


def _token(row: Any, seen: int | None) -> str:
    """The row with the version that the person has in sight from now on."""
    version = seen if seen is not None else getattr(row, "version", None)
    return str(row.pk) if version is None else f"{row.pk}.{version}"

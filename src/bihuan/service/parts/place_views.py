"""The pages of places: what lies there, what waits there, and the labels that lead to them."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core.documents.labels import Label, labels_page
from bihuan.core.listing.pages import list_page
from bihuan.core.permissions.services import can, found, require
from bihuan.registry.spares.models import Part
from bihuan.registry.spares.queries import LABEL_MARK
from bihuan.service.parts import permissions as perm
from bihuan.service.parts import sheets
from bihuan.service.parts.models import Place, PlaceKind
from bihuan.service.parts.place_listing import PLACES
from bihuan.service.parts.queries import (
    balances_at,
    held_by,
    open_count_of,
    place_for,
    places_for,
    to_issue_from,
    visible_to,
)

MOST_LABELS = 105


def place_list(request: HttpRequest) -> HttpResponse:
    """List our places."""
    return list_page(request, PLACES, "parts/places.html", {"may_keep": can(request.user, perm.PARTS_KEEP)})


def place_page(request: HttpRequest, code: str) -> HttpResponse:
    """A place, to which its label leads: what lies there, what is to be issued from it, and its count."""
    row = found(place_for(request.user, code))
    may_keep, is_store = can(request.user, perm.PARTS_KEEP), row.kind == PlaceKind.STORE
    context = {
        "row": row, "sheet": sheets.of_place(balances_at(row)), "may_keep": may_keep, "is_store": is_store,
        "count": open_count_of(row), "waiting": to_issue_from(row) if is_store else [],
        "held": list(held_by(row.user_id)[:100]) if row.user_id else [],
    }  # fmt: skip
    return render(request, "parts/place.html", context)


def place_labels(request: HttpRequest) -> HttpResponse:
    """Labels of all places in use, or of one warehouse with its bins; each code opens its place."""
    require(request.user, perm.PARTS_VIEW)
    rows = places_for(request.user).filter(kind=PlaceKind.STORE).select_related("parent").order_by("code")
    if wanted := request.GET.get("of", ""):
        rows = rows.filter(code=wanted) | rows.filter(parent__code=wanted)
    shown, count = rows[:MOST_LABELS], rows.count()
    back = reverse("parts:place", args=[wanted]) if wanted and count else reverse("parts:places")
    left = _("%(more)s more are not listed: open a warehouse to print its own.") % {"more": count - MOST_LABELS}
    return labels_page(request, [label_of_place(row) for row in shown], title=_("Labels of places"), back=back,
                       note=left if count > MOST_LABELS else "")  # fmt: skip


def part_label(request: HttpRequest, code: str) -> HttpResponse:
    """The label of a part, to be printed and scanned: its number as QR, its name, model, specification (PRT-01)."""
    part = found(visible_to(request.user).filter(part__code=code).first()).part
    return labels_page(request, [label_of_part(part)], title=part.code, back=reverse("parts:part", args=[part.code]))


def label_of_part(part: Part) -> Label:
    """What stands on the label of a part."""
    marks = [_("valuable part") if part.is_valuable else "", _("critical part") if part.is_critical else ""]
    lines = (part.name, f"{part.model} {part.specification}".strip(), " · ".join(filter(None, marks)))
    return Label(part.code, f"{LABEL_MARK}{part.code}", _("QR code of the part number"), lines)


def label_of_place(place: Place) -> Label:
    """What stands on the label of a place: a telephone that reads it opens the place."""
    lines = (place.name, str(place.parent or ""), _("valuable and critical parts") if place.is_secured else "")
    address = f"{settings.BASE_URL}{reverse('parts:place', args=[place.code])}"
    return Label(place.code, address, _("QR code of the place"), lines)

"""The pages of products."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from bihuan.core.documents.labels import Label, labels_page
from bihuan.core.documents.queries import for_subject
from bihuan.core.files.services import read
from bihuan.core.listing.pages import list_page
from bihuan.core.listing.paging import page_of
from bihuan.core.permissions.services import can, found, person, require
from bihuan.core.policy import queries as policy
from bihuan.core.policy.schema.service import ChannelKind
from bihuan.registry.products import permissions as perm
from bihuan.registry.products.forms import CardForm, UnitForm
from bihuan.registry.products.listing import UNITS
from bihuan.registry.products.models import ProductDocument, ServiceCard, Unit
from bihuan.registry.products.panels import panels
from bihuan.registry.products.queries import answer_of, for_list, models_for, policy_of
from bihuan.registry.products.services import create_unit, register_card, update_unit
from bihuan.registry.products.words import shown


def unit_list(request: HttpRequest) -> HttpResponse:
    """List units; words find the beginning of a serial."""
    return list_page(request, UNITS, "products/units.html", _rights(request))


def _rights(request: HttpRequest) -> dict[str, bool]:
    """What the reader may begin where there is nothing yet."""
    return {
        "may_edit": can(request.user, perm.PRODUCTS_EDIT), "may_import": can(request.user, perm.PRODUCTS_IMPORT),
    }  # fmt: skip


def unit_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: whose it is, its warranty, its drawings, its repairs (CUS-04)."""
    unit = found(for_list(request.user).filter(pk=pk).first())
    today = timezone.localdate()
    answer = answer_of(unit, on=today)
    warranty = answer.warranty
    parts = [
        render_to_string(name, context, request) for name, context in (panel(request.user, unit) for panel in panels)
    ]
    context = {
        "unit": unit, "warranty": warranty, "left": warranty.days_left(today),
        "promise": policy_of(unit), "parts": parts, "answer": shown(answer), "repairs": list(unit.repairs.all()),
        "exchanged_for": Unit.objects.filter(replaces=unit).first(),
        "documents": list(unit.model.documents.filter(is_current=True).select_related("owner")),
        "custom": list(unit.custom.items()), "card": ServiceCard.objects.filter(unit=unit).first(),
        "papers": for_subject(unit), "may_edit": can(request.user, perm.PRODUCTS_EDIT),
    }  # fmt: skip
    return render(request, "products/unit.html", context)


def unit_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Register a unit, or change one."""
    require(request.user, perm.PRODUCTS_EDIT)
    unit = found(for_list(request.user).filter(pk=pk).first()) if pk else None
    form = UnitForm(request.POST or None, instance=unit)
    if request.method == "POST" and form.is_valid():
        fresh = for_list(request.user).filter(pk=pk).first() if pk else None
        data = form.cleaned_data
        row = update_unit(unit=fresh, by=person(request), **data) if fresh else create_unit(by=person(request), **data)
        messages.success(request, _("Saved."))
        return redirect("products:unit", row.pk)
    status = 422 if form.is_bound else 200
    return render(request, "products/edit.html", {"form": form, "unit": unit}, status=status)


def card(request: HttpRequest, pk: int) -> HttpResponse:
    """Register the service card of an installed product, and issue it as paper (CUS-02, F16)."""
    require(request.user, perm.PRODUCTS_EDIT)
    unit = found(for_list(request.user).filter(pk=pk, card__isnull=True).first())
    initial = {"customer": unit.customer.code if unit.customer else "", "installed_on": timezone.localdate()}
    form = CardForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        register_card(unit=unit, by=person(request), **form.cleaned_data)
        messages.success(request, _("The service card is registered."))
        return redirect("products:unit", pk)
    return render(request, "products/card.html", {"form": form, "unit": unit}, status=422 if form.is_bound else 200)


def label(request: HttpRequest, pk: int) -> HttpResponse:
    """The label of a unit with the QR address of its feedback page and the hotline (INT-11)."""
    unit = found(for_list(request.user).filter(pk=pk).first())
    hotline = policy.default().open_channel(ChannelKind.PHONE)
    lines = (unit.serial, _("Scan to report a problem"), hotline.address if hotline else "")
    address = f"{settings.BASE_URL}/u/{unit.public_token}/"
    row = Label(unit.model.code, address, _("QR code of the feedback page"), lines)
    return labels_page(request, [row], title=unit.serial, back=reverse("products:unit", args=[unit.pk]))


def model_list(request: HttpRequest) -> HttpResponse:
    """The models with what engineering has supplied for them (CUS-05)."""
    require(request.user, perm.PRODUCTS_VIEW)
    rows = models_for(request.user).prefetch_related("documents")
    return render(request, "products/models.html", {"page": page_of(rows, request.GET), **_rights(request)})


def document(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a document of a model."""
    require(request.user, perm.PRODUCTS_VIEW)
    row = found(ProductDocument.objects.select_related("file").filter(pk=pk).first())
    response = HttpResponse(read(row.file), content_type=row.file.content_type)
    response["Content-Disposition"] = content_disposition_header(False, row.file.name) or "inline"
    response["Content-Security-Policy"] = "sandbox"
    return response

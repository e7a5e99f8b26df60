"""The pages of products."""

import segno
from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import content_disposition_header

from bihuan.core.files.services import read
from bihuan.core.listing.paging import page_of
from bihuan.core.permissions.services import found, require
from bihuan.core.policy import queries as policy
from bihuan.registry.products import permissions as perm
from bihuan.registry.products.models import ProductDocument, ProductLine
from bihuan.registry.products.panels import panels
from bihuan.registry.products.queries import for_list, models_for, policy_of, warranty_of
from bihuan.registry.products.services import normalise_serial


def unit_list(request: HttpRequest) -> HttpResponse:
    """List units; words find the beginning of a serial."""
    require(request.user, perm.PRODUCTS_VIEW)
    rows, words = for_list(request.user), request.GET.get("words", "").strip()[:60]
    if words:
        rows = rows.filter(Q(serial__startswith=normalise_serial(words)) | Q(order_no=words))
    if request.GET.get("line", "").isdigit():
        rows = rows.filter(model__line=int(request.GET["line"]))
    context = {"page": page_of(rows, request.GET), "words": words, "lines": ProductLine.objects.all()}
    return render(request, "products/units.html", context)


def unit_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: whose it is, its warranty, its drawings, its repairs (CUS-04)."""
    unit = found(for_list(request.user).filter(pk=pk).first())
    today = timezone.localdate()
    warranty = warranty_of(unit, on=today)
    parts = [
        render_to_string(name, context, request) for name, context in (panel(request.user, unit) for panel in panels)
    ]
    context = {
        "unit": unit, "warranty": warranty, "left": warranty.days_left(today),
        "promise": policy_of(unit), "parts": parts,
        "documents": list(unit.model.documents.filter(is_current=True).select_related("owner")),
        "custom": list(unit.custom.items()),
    }  # fmt: skip
    return render(request, "products/unit.html", context)


def label(request: HttpRequest, pk: int) -> HttpResponse:
    """The label of a unit with the QR address of its feedback page and the hotline (INT-11)."""
    unit = found(for_list(request.user).filter(pk=pk).first())
    code = segno.make(f"{settings.BASE_URL}/u/{unit.public_token}/", error="m")
    context = {
        "unit": unit,
        "picture": code.svg_data_uri(scale=5),
        "hotline": policy.default().channel("phone"),
    }
    return render(request, "products/label.html", context)


def model_list(request: HttpRequest) -> HttpResponse:
    """The models with what engineering has supplied for them (CUS-05)."""
    require(request.user, perm.PRODUCTS_VIEW)
    rows = models_for(request.user).prefetch_related("documents")
    return render(request, "products/models.html", {"page": page_of(rows, request.GET)})


def document(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a document of a model."""
    require(request.user, perm.PRODUCTS_VIEW)
    row = found(ProductDocument.objects.select_related("file").filter(pk=pk).first())
    response = HttpResponse(read(row.file), content_type=row.file.content_type)
    response["Content-Disposition"] = content_disposition_header(False, row.file.name) or "inline"
    response["Content-Security-Policy"] = "sandbox"
    return response

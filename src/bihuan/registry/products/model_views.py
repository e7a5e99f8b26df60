"""One model: what engineering has supplied for it, and publishing more (CUS-05)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.queries import timeline
from bihuan.core.files.services import store
from bihuan.core.permissions.services import can, found, person, require
from bihuan.registry.products import permissions as perm
from bihuan.registry.products.forms import DocumentForm
from bihuan.registry.products.models import DocumentKind
from bihuan.registry.products.queries import models_for
from bihuan.registry.products.services import publish_document


def model_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A model with all revisions of its documents; what is missing is said."""
    model = found(models_for(request.user).filter(pk=pk).first())
    form = DocumentForm(
        request.POST or None, request.FILES or None, product=model, initial={"valid_from": timezone.localdate()}
    )
    if request.method == "POST":
        require(request.user, perm.PRODUCTS_DOCUMENTS)
        if form.is_valid():
            data = dict(form.cleaned_data)
            upload = data.pop("file")[0]
            file = store(data=upload, name=upload.name or data["title"], by=person(request))
            publish_document(model=model, file=file, owner=person(request), by=person(request), **data)
            messages.success(request, _("The document is published."))
            return redirect("products:model", pk)
    documents = list(model.documents.select_related("owner", "file").order_by("kind", "title", "-pk"))
    have = {row.kind for row in documents if row.is_current}
    context = {
        "model": model, "form": form, "documents": documents, "timeline": timeline(model, limit=20),
        "missing": [label for kind, label in DocumentKind.choices if kind not in have],
        "may_publish": can(request.user, perm.PRODUCTS_DOCUMENTS),
    }  # fmt: skip
    return render(request, "products/model.html", context, status=422 if form.is_bound else 200)

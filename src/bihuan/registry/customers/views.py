"""The pages of customers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from bihuan.core.activity.queries import timeline
from bihuan.core.listing.pages import list_page
from bihuan.core.listing.spec import Reader
from bihuan.core.permissions.services import can, found, person, require
from bihuan.registry.customers import permissions as perm
from bihuan.registry.customers.forms import ContactForm, CustomerForm
from bihuan.registry.customers.listing import CUSTOMERS
from bihuan.registry.customers.panels import panels
from bihuan.registry.customers.phones import shown_phone
from bihuan.registry.customers.queries import for_list, recognise
from bihuan.registry.customers.services import add_contact, create_customer, update_customer


def customer_list(request: HttpRequest) -> HttpResponse:
    """List customers; words find names and codes by their beginning, and telephones."""
    return list_page(request, CUSTOMERS, "customers/list.html", {"may_edit": can(request.user, perm.CUSTOMERS_EDIT)})


def customer_new(request: HttpRequest) -> HttpResponse:
    """Register a customer; likely doubles are shown first."""
    require(request.user, perm.CUSTOMERS_EDIT)
    form = CustomerForm(request.POST or None)
    doubles = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        doubles = recognise(phone=data["phone"], email=data["email"], names=[data["name"]])
        if not doubles or request.POST.get("sure"):
            customer = create_customer(by=person(request), **data)
            messages.success(request, _("The customer is registered."))
            return redirect("customers:detail", customer.pk)
    status = 409 if doubles else 422 if form.is_bound else 200
    return render(request, "customers/edit.html", {"form": form, "doubles": doubles}, status=status)


def customer_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a customer."""
    require(request.user, perm.CUSTOMERS_EDIT)
    customer = found(for_list(request.user).filter(pk=pk).first())
    form = CustomerForm(request.POST or None, instance=customer)
    if request.method == "POST" and form.is_valid():
        fresh = found(for_list(request.user).filter(pk=pk).first())
        update_customer(customer=fresh, by=person(request), **form.cleaned_data)
        messages.success(request, _("The customer is changed."))
        return redirect("customers:detail", pk)
    return render(
        request,
        "customers/edit.html",
        {"form": form, "customer": customer},
        status=422 if form.is_bound else 200,
    )


def customer_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One customer with people, products and what the upper rooms know of him."""
    customer = found(for_list(request.user).filter(pk=pk).first())
    form = ContactForm(request.POST or None)
    if request.method == "POST":
        require(request.user, perm.CUSTOMERS_EDIT)
        if form.is_valid():
            add_contact(customer=customer, by=person(request), **form.cleaned_data)
            return redirect("customers:detail", pk)
    parts = [
        render_to_string(name, context, request)
        for name, context in (panel(request.user, customer) for panel in panels)
    ]
    reader = Reader(request.user)
    context = {
        "customer": customer, "form": form, "phone": shown_phone(customer.phone, reader),
        "contacts": [(row, shown_phone(row.phone, reader)) for row in customer.contacts.all()],
        "sites": list(customer.sites.all()),
        "units": list(customer.units.select_related("model").order_by("ending", "-pk")[:50]),
        "timeline": timeline(customer, limit=30),
        "parts": parts,
    }  # fmt: skip
    return render(request, "customers/detail.html", context, status=422 if form.is_bound else 200)

"""Keeping customers, contacts and sites."""

from typing import Any

from django.db import transaction

from bihuan.core.activity.services import record
from bihuan.core.numbering.services import next_number
from bihuan.core.search import services as search
from bihuan.registry.customers.models import Contact, Customer, Site
from bihuan.registry.customers.phones import phone_key

PATTERN = "KH{seq:06d}"


@transaction.atomic
def create_customer(*, name: str, by: Any, code: str = "", **fields: Any) -> Customer:
    """Register a customer; without a code he gets a number."""
    customer = Customer(name=name.strip(), code=code.strip() or next_number("customer", PATTERN), **fields)
    customer.phone_key = phone_key(customer.phone)
    customer.save()
    index_customer(customer)
    record(subject=customer, verb="customer.created", by=by, data={"name": customer.name})
    return customer


@transaction.atomic
def update_customer(*, customer: Customer, by: Any, **fields: Any) -> Customer:
    """Change a customer; the journal keeps what was before."""
    before = {key: str(getattr(customer, key)) for key in fields}
    for key, value in fields.items():
        setattr(customer, key, value)
    customer.phone_key = phone_key(customer.phone)
    customer.save()
    index_customer(customer)
    after = {key: str(value) for key, value in fields.items()}
    record(subject=customer, verb="customer.changed", by=by, data={"before": before, "after": after})
    return customer


@transaction.atomic
def add_contact(*, customer: Customer, by: Any, name: str, **fields: Any) -> Contact:
    """Add a person to talk to; a new main contact takes the place of the old one."""
    contact = Contact(customer=customer, name=name.strip(), **fields)
    contact.phone_key = phone_key(contact.phone)
    if contact.is_primary:
        customer.contacts.filter(is_primary=True).update(is_primary=False)
    contact.save()
    index_customer(customer)
    record(subject=customer, verb="customer.contact_added", by=by, data={"name": contact.name})
    return contact


@transaction.atomic
def add_site(*, customer: Customer, by: Any, name: str, address: str, **fields: Any) -> Site:
    """Add a place where the customer uses our products."""
    site = Site.objects.create(customer=customer, name=name, address=address, **fields)
    record(subject=customer, verb="customer.site_added", by=by, data={"name": name})
    return site


def index_customer(customer: Customer) -> None:
    """Write the search entry of a customer."""
    people = [f"{row.name} {row.phone} {row.email}" for row in customer.contacts.all()]
    words = [customer.code, customer.phone, customer.email, customer.address, *people]
    search.index(
        subject=customer, title=customer.name, text="\n".join(word for word in words if word),
        at=customer.created_at, region_id=customer.region_id, owner_id=customer.owner_id,
    )  # fmt: skip

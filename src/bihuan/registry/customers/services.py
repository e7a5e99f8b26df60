"""Keeping customers, contacts and sites."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from bihuan.core.activity.services import record
from bihuan.core.numbering.services import next_numbers
from bihuan.core.search import services as search
from bihuan.registry.customers.models import Contact, Customer, Site
from bihuan.registry.customers.phones import phone_key

PATTERN = "KH{seq:06d}"


def free_codes(count: int) -> list[str]:
    """Give ``count`` customer numbers that nobody has, also where numbers of our own pattern were imported."""
    codes: list[str] = []
    while len(codes) < count:
        more = next_numbers("customer", PATTERN, count - len(codes))
        used = set(Customer.objects.filter(code__in=more).values_list("code", flat=True))
        codes += [code for code in more if code not in used]
    return codes


@transaction.atomic
def create_customer(*, name: str, by: Any, code: str = "", **fields: Any) -> Customer:
    """Register a customer; without a code he gets a number."""
    customer = Customer(name=name.strip(), code=code.strip() or free_codes(1)[0], **fields)
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
    index_customers([customer])


def index_customers(customers: Sequence[Customer]) -> None:
    """Write the search entries of customers, with a fixed number of queries."""
    people: dict[int, list[Contact]] = {}
    for contact in Contact.objects.filter(customer__in=[row.pk for row in customers]):
        people.setdefault(contact.customer_id, []).append(contact)
    search.index_many([_entry(row, people.get(row.pk, [])) for row in customers])


def _entry(customer: Customer, contacts: Sequence[Contact]) -> search.Text:
    words = [customer.code, customer.phone, customer.email, customer.address]
    words += [f"{row.name} {row.phone} {row.email}" for row in contacts]
    text = "\n".join(word for word in words if word)
    return search.Text(customer, customer.name, text, customer.created_at, customer.region_id, customer.owner_id)

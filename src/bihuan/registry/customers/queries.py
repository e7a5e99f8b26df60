"""Reading and recognising customers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from bihuan.core.permissions.queries import limit
from bihuan.registry.customers import permissions as perm
from bihuan.registry.customers.models import Contact, Customer
from bihuan.registry.customers.phones import phone_key


@dataclass(frozen=True)
class Match:
    """A customer who may be meant, with the reason."""

    customer: Customer
    contact: Contact | None
    confidence: float
    reason: str


def visible_to(user: Any) -> QuerySet[Customer]:
    """Customers that the user may see by his scope (CUS-06)."""
    return limit(Customer.objects.all(), user, perm.CUSTOMERS_VIEW, department="")


def for_list(user: Any) -> QuerySet[Customer]:
    """Customers with what a row of the list shows."""
    return visible_to(user).select_related("region", "owner")


def by_words(rows: QuerySet[Customer], words: str) -> QuerySet[Customer]:
    """Customers whose name or number begins with the words, or whose telephone they are."""
    if not words:
        return rows
    wanted = Q(name__startswith=words) | Q(code__startswith=words)
    if key := phone_key(words):
        wanted |= Q(phone_key=key)
    return rows.filter(wanted)


def recognise(*, phone: str = "", email: str = "", names: Iterable[str] = ()) -> list[Match]:
    """Return the customers who may be meant, the surest first: by telephone, address, name (two queries)."""
    key, address, titles = phone_key(phone), email.strip().lower(), [name.strip() for name in names if name.strip()]
    nobody = Q(pk__in=[])
    wanted = (Q(phone_key=key) if key else nobody) | (Q(email__iexact=address) if address else nobody)
    people = Contact.objects.filter(wanted, customer__is_active=True).select_related("customer")[:5]
    found = {row.customer_id: Match(row.customer, row, 0.9, _reason(row, key)) for row in people}
    by_name = Q(name__in=titles) if titles else nobody
    for customer in Customer.objects.filter(wanted | by_name, is_active=True)[:5]:
        exact = bool(key and customer.phone_key == key) or bool(address and customer.email.lower() == address)
        reason = _reason(customer, key) if exact else _("Same name")
        found.setdefault(customer.pk, Match(customer, None, 0.85 if exact else 0.6, reason))
    return sorted(found.values(), key=lambda match: -match.confidence)


def _reason(row: Contact | Customer, key: str) -> str:
    return _("Same telephone number") if key and row.phone_key == key else _("Same e-mail address")

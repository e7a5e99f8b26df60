"""The list of approved parts suppliers (合格配件供应商名录, PRT-08)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from bihuan.core.listing.keyset import Order
from bihuan.core.listing.spec import Card, Choices, Column, Filter, Listing, Reader, Tabs, register
from bihuan.registry.suppliers import permissions as perm
from bihuan.registry.suppliers.models import Standing, Supplier
from bihuan.registry.suppliers.queries import visible_to
from bihuan.ui.templatetags.bihuan import tag

TONES = {"candidate": "grey", "approved": "green", "warned": "orange", "rectifying": "orange", "eliminated": "red"}


def rows(user: Any, values: Mapping[str, str]) -> QuerySet[Supplier]:
    """Suppliers by name; those whose assessment or contract is over."""
    found = visible_to(user)
    if words := values["words"].strip():
        found = found.filter(Q(name__icontains=words) | Q(code__icontains=words) | Q(supplies__icontains=words))
    today = timezone.localdate()
    if values["due"] == "review":
        found = found.filter(next_review_on__lte=today)
    elif values["due"] == "contract":
        found = found.filter(contract_until__lt=today)
    return found


def _due(user: Any) -> Choices:
    return [("review", _("Assessment due")), ("contract", _("Contract over"))]


def _standing(row: Supplier, reader: Reader) -> SafeString:
    return tag(row.get_standing_display(), TONES[row.standing])


def _days(row: Supplier, reader: Reader) -> str:
    days = {"until": row.contract_until or "—", "review": row.next_review_on or "—"}
    return say("contract until %(until)s, next assessment %(review)s") % days


SUPPLIERS = register(
    Listing(
        "suppliers", _("Approved parts suppliers"), perm.SUPPLIERS_VIEW, "suppliers:list", rows,
        columns=(
            Column("code", _("Supplier no."), lambda row, reader: row.code, sort="code", style="one"),
            Column("name", _("Supplier name"), lambda row, reader: row.name, style="cut", width=30,
                   below=lambda row, reader: row.supplies),
            Column("standing", _("Standing"), lambda row, reader: row.get_standing_display(), _standing, style="one"),
            Column("contract", _("Contract no."), lambda row, reader: row.contract_no, style="one"),
            Column("until", _("Contract valid until"), lambda row, reader: row.contract_until, style="one"),
            Column("review", _("Next assessment on"), lambda row, reader: row.next_review_on, style="one"),
            Column("days", _("Contract and next assessment"), _days, shown=False, width=40),
            Column("contact", _("Contact person"), lambda row, reader: row.contact_name, shown=False),
        ),
        link=lambda row: reverse("suppliers:supplier", args=[row.code]),
        card=Card("name", "standing", (("code", "contract"), ("days",))),
        filters=(Filter("words", _("Keywords"), hint=_("Code, name, what he supplies")),
                 Filter("due", _("Due"), _due)),
        tabs=Tabs(_("Standing"), lambda: Standing.choices, field="standing"), order=Order("code", descending=False),
    )
)  # fmt: skip

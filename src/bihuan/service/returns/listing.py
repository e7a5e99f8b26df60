"""The list of returns."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bihuan.core.listing.keyset import Order
from bihuan.core.listing.spec import Card, Choices, Column, Filter, Listing, Reader, Tabs, register
from bihuan.registry.customers.phones import shown_phone
from bihuan.service.returns import permissions as perm
from bihuan.service.returns.models import Degree, Fault, ReturnOrder, ReturnState
from bihuan.service.returns.queries import visible_to
from bihuan.ui.templatetags.bihuan import remaining


def rows(user: Any, values: Mapping[str, str]) -> QuerySet[ReturnOrder]:
    """Returns by number, case, serial or customer, by degree and by what was found."""
    found = visible_to(user)
    for name in ("degree", "fault"):
        if values[name]:
            found = found.filter(**{name: values[name]})
    if words := values["words"]:
        found = found.filter(
            Q(number__icontains=words) | Q(case__number__icontains=words) | Q(serial_text__icontains=words)
            | Q(case__customer__name__icontains=words) | Q(tracking_in__icontains=words)
        )  # fmt: skip
    return found


def _degrees(user: Any) -> Choices:
    return Degree.choices


def _faults(user: Any) -> Choices:
    return Fault.choices


def _state(row: ReturnOrder, reader: Reader) -> SafeString:
    return format_html('<span class="st {}">{}</span>', row.state, row.get_state_display())


def _due(row: ReturnOrder, reader: Reader) -> SafeString | str:
    return remaining(row.next_due_at) if row.next_due_at and not row.is_at_rest else ""


RETURNS = register(
    Listing(
        "returns", _("Returns"), perm.RETURNS_VIEW, "returns:list", rows,
        columns=(
            Column("number", _("Return no."), lambda row, reader: row.number, style="one", width=18,
                   below=lambda row, reader: row.case.number, needs=("case",)),
            Column("product", _("Product"), lambda row, reader: row.product, needs=("model",), style="cut", width=26,
                   below=lambda row, reader: row.problem[:40]),
            Column("customer", _("Customer"),
                   lambda row, reader: row.case.customer.name if row.case.customer else row.contact_name,
                   needs=("case__customer",), style="cut", width=26),
            Column("wish", _("Wish"), lambda row, reader: row.get_wish_display(), style="one"),
            Column("fault", _("Fault as found"), lambda row, reader: row.get_fault_display(), style="one"),
            Column("state", _("State"), lambda row, reader: row.get_state_display(), _state, style="one"),
            Column("due", _("Next deadline"), lambda row, reader: row.next_due_at, _due, sort="next_due_at",
                   style="one"),
            Column("owner", _("Technician"), lambda row, reader: str(row.owner or ""), needs=("owner",), style="one"),
            Column("requested", _("Requested at"), lambda row, reader: row.requested_at, sort="requested_at",
                   style="one", shown=False),
            Column("phone", _("Telephone"), lambda row, reader: shown_phone(row.contact_phone, reader), style="one",
                   shown=False),
            Column("tracking", _("Waybill"), lambda row, reader: row.tracking_in, style="one", shown=False),
            Column("result", _("Outcome"), lambda row, reader: row.result, shown=False, width=24),
        ),
        link=lambda row: reverse("returns:return", args=[row.number]),
        card=Card("product", "state", (("customer", "wish"), ("number", "owner", "due"))),
        filters=(
            Filter("words", _("Keywords"), hint=_("Number, case, serial, customer, waybill")),
            Filter("degree", _("Degree"), _degrees), Filter("fault", _("Fault as found"), _faults),
        ),
        tabs=Tabs(_("States"), lambda: ReturnState.choices), order=Order("requested_at", descending=True),
    )
)  # fmt: skip

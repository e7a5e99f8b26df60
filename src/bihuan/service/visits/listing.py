"""The list of visits."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bihuan.core.listing.keyset import Order
from bihuan.core.listing.spec import Card, Choices, Column, Filter, Listing, Reader, Tabs, register
from bihuan.registry.customers.phones import shown_phone
from bihuan.registry.people.models import User
from bihuan.registry.people.queries import with_permission
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.models import Purpose, Visit, VisitState
from bihuan.service.visits.queries import of_days, visible_to
from bihuan.service.visits.staffing import day_of
from bihuan.ui.templatetags.bihuan import moment, remaining

SPANS = {"today": 1, "week": 7}


def rows(user: Any, values: Mapping[str, str]) -> QuerySet[Visit]:
    """Visits by number, case, customer or place, engineer and days."""
    found = visible_to(user)
    for name in ("purpose", "engineer"):
        if values[name]:
            found = found.filter(**{name: values[name]})
    if days := SPANS.get(values["span"]):
        start, _end = day_of(timezone.now())
        found = found.filter(pk__in=of_days(start, start + timedelta(days=days)).values("pk"))
    if words := values["words"]:
        found = found.filter(
            Q(number__icontains=words) | Q(case__number__icontains=words) | Q(place__icontains=words)
            | Q(case__customer__name__icontains=words)
        )  # fmt: skip
    return found


def _purposes(user: Any) -> Choices:
    return Purpose.choices


def _spans(user: Any) -> Choices:
    return [("today", _("Today")), ("week", _("The next seven days"))]


def _engineers(user: Any) -> Choices:
    people: list[User] = with_permission(perm.VISITS_WORK)
    return [(str(one.pk), str(one)) for one in people]


def _state(row: Visit, reader: Reader) -> SafeString:
    return format_html('<span class="st {}">{}</span>', row.state, row.get_state_display())


def _due(row: Visit, reader: Reader) -> SafeString | str:
    return remaining(row.next_due_at) if row.next_due_at and not row.is_at_rest else ""


VISITS = register(
    Listing(
        "visits", _("Visits"), perm.VISITS_VIEW, "visits:list", rows,
        columns=(
            Column("number", _("Visit no."), lambda row, reader: row.number, style="one", width=18),
            Column("starts", _("Begins at"), lambda row, reader: row.starts_at,
                   lambda row, reader: moment(row.starts_at), sort="starts_at", style="one"),
            Column("customer", _("Customer"),
                   lambda row, reader: row.case.customer.name if row.case.customer else row.contact_name,
                   needs=("case__customer",), style="cut", width=30, below=lambda row, reader: row.place),
            Column("purpose", _("Purpose"), lambda row, reader: row.get_purpose_display(), style="one",
                   below=lambda row, reader: row.case.number),
            Column("engineer", _("Engineer"), lambda row, reader: str(row.engineer), needs=("engineer",), style="one"),
            Column("state", _("State"), lambda row, reader: row.get_state_display(), _state, style="one"),
            Column("due", _("Next deadline"), lambda row, reader: row.next_due_at, _due, sort="next_due_at",
                   style="one"),
            Column("phone", _("Telephone"), lambda row, reader: shown_phone(row.contact_phone, reader), style="one",
                   shown=False),
            Column("wish", _("The customer's wish"), lambda row, reader: row.wish, shown=False, width=30),
            Column("arrived", _("Arrived at"), lambda row, reader: row.arrived_at, style="one", shown=False),
            Column("left", _("Left at"), lambda row, reader: row.left_at, style="one", shown=False),
        ),
        link=lambda row: reverse("visits:visit", args=[row.number]),
        card=Card("customer", "state", (("starts", "engineer"), ("number", "purpose", "due"))),
        filters=(
            Filter("words", _("Keywords"), hint=_("Number, case, customer, place")),
            Filter("span", _("When"), _spans), Filter("engineer", _("Engineer"), _engineers),
            Filter("purpose", _("Purpose"), _purposes),
        ),
        tabs=Tabs(_("States"), lambda: VisitState.choices), order=Order("starts_at"),
    )
)  # fmt: skip

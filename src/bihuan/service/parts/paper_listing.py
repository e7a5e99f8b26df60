"""The lists of purchase plans, orders, receipts, counts and scrappings."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from bihuan.core.listing.spec import Card, Choices, Column, Filter, Listing, Reader, Tabs, register
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.listing import day_of, money
from bihuan.service.parts.models import (
    Count,
    CountState,
    Discrepancy,
    DiscrepancyState,
    Order,
    OrderState,
    Plan,
    PlanState,
    Receipt,
    Scrap,
    ScrapState,
)
from bihuan.service.parts.queries import papers_for, receipts_for
from bihuan.ui.templatetags.bihuan import moment

NUMBER = Filter("number", _("Paper no."), longest=30)


def _numbered(kind: type[Any], *related: str) -> Callable[[Any, Mapping[str, str]], QuerySet[Any]]:
    """Papers of a kind by their number."""

    def rows(user: Any, values: Mapping[str, str]) -> QuerySet[Any]:
        found = papers_for(user, kind).select_related(*related)
        return found.filter(number__icontains=values["number"].strip()) if values["number"] else found

    return rows


def _state(row: Any, reader: Reader) -> SafeString:
    return format_html('<span class="st {}">{}</span>', row.state, row.get_state_display())


def _number() -> Column[Any]:
    return Column("number", _("Paper no."), lambda row, reader: row.number, style="one", width=18)


def _stated() -> Column[Any]:
    return Column("state", _("State"), lambda row, reader: row.get_state_display(), _state, style="one")


def _made() -> Column[Any]:
    return Column("at", _("Begun at"), lambda row, reader: row.created_at,
                  lambda row, reader: moment(row.created_at), style="one")  # fmt: skip


PLANS = register(
    Listing(
        "part-plans", _("Purchase plans of parts"), perm.PARTS_VIEW, "parts:plans", _numbered(Plan, "drafted_by"),
        columns=(
            _number(), Column("period", _("Period"), lambda row, reader: f"{row.starts_on} – {row.ends_on}"),
            Column("by", _("Drafted by"), lambda row, reader: str(row.drafted_by), style="one"), _stated(), _made(),
        ),
        link=lambda row: reverse("parts:plan", args=[row.number]),
        card=Card("number", "state", (("period", "by"),)), filters=(NUMBER,),
        tabs=Tabs(_("States"), lambda: PlanState.choices),
    )
)  # fmt: skip
ORDERS = register(
    Listing(
        "part-orders", _("Orders of parts"), perm.PARTS_VIEW, "parts:orders",
        _numbered(Order, "supplier", "ordered_by", "plan"),
        columns=(
            _number(), Column("supplier", _("Supplier"), lambda row, reader: row.supplier.name, style="cut"),
            Column("due", _("Delivery due on"), lambda row, reader: row.due_on, sort="due_on", style="one"),
            Column("plan", _("Purchase plan"), lambda row, reader: row.plan and row.plan.number, style="one"),
            Column("by", _("Ordered by"), lambda row, reader: str(row.ordered_by), style="one"), _stated(), _made(),
        ),
        link=lambda row: reverse("parts:order", args=[row.number]),
        card=Card("supplier", "state", (("number", "due"),)), filters=(NUMBER,),
        tabs=Tabs(_("States"), lambda: OrderState.choices),
    )
)  # fmt: skip
COUNTS = register(
    Listing(
        "part-counts", _("Counts of parts"), perm.PARTS_VIEW, "parts:counts", _numbered(Count, "place", "opened_by"),
        columns=(
            _number(), Column("place", _("Storage place"), lambda row, reader: str(row.place)),
            Column("kind", _("Kind"), lambda row, reader: row.get_kind_display(), style="one"),
            Column("by", _("Opened by"), lambda row, reader: str(row.opened_by), style="one"), _stated(), _made(),
        ),
        link=lambda row: reverse("parts:count", args=[row.number]),
        card=Card("place", "state", (("number", "kind"), ("by", "at"))), filters=(NUMBER,),
        tabs=Tabs(_("States"), lambda: CountState.choices),
    )
)  # fmt: skip
SCRAPS = register(
    Listing(
        "part-scraps", _("Scrapping of parts"), perm.PARTS_VIEW, "parts:scraps",
        _numbered(Scrap, "part", "place", "asked_by", "move"),
        columns=(
            _number(), Column("part", _("Spare part"), lambda row, reader: f"{row.part} × {row.quantity}", style="cut"),
            Column("ground", _("Reason"), lambda row, reader: row.get_ground_display(), style="one",
                   below=lambda row, reader: row.finding),
            Column("by", _("Asked by"), lambda row, reader: str(row.asked_by), style="one"),
            Column("amount", _("Amount"), lambda row, reader: money(row.move.amount, reader) if row.move else "",
                   style="num"),
            _stated(), _made(),
        ),
        link=lambda row: reverse("parts:scrap", args=[row.number]),
        card=Card("part", "state", (("number", "ground"), ("by", "amount"))), filters=(NUMBER,),
        tabs=Tabs(_("States"), lambda: ScrapState.choices),
    )
)  # fmt: skip
DISCREPANCIES = register(
    Listing(
        "part-discrepancies", _("Parts used without an issue"), perm.PARTS_VIEW, "parts:discrepancies",
        _numbered(Discrepancy, "used_by", "case"),
        columns=(
            _number(), Column("words", _("What the report says"), lambda row, reader: row.words, style="cut", width=36,
                              below=lambda row, reader: row.reason),
            Column("engineer", _("Engineer"), lambda row, reader: str(row.used_by), style="one"),
            Column("case", _("Case no."), lambda row, reader: row.case and row.case.number, style="one",
                   below=lambda row, reader: row.job_name),
            Column("settlement", _("Settlement"), lambda row, reader: row.get_settlement_display(), style="one"),
            _stated(), _made(),
        ),
        link=lambda row: reverse("parts:discrepancy", args=[row.number]),
        card=Card("words", "state", (("number", "engineer"), ("case", "at"))), filters=(NUMBER,),
        tabs=Tabs(_("States"), lambda: DiscrepancyState.choices),
    )
)  # fmt: skip


def receipt_rows(user: Any, values: Mapping[str, str]) -> QuerySet[Receipt]:
    """Receipts by number and days; those that were accepted are the vouchers of finance (PRT-11)."""
    found = receipts_for(user).select_related("line__part", "line__order__supplier", "inspected_by", "registered_by")
    if values["number"]:
        found = found.filter(number__icontains=values["number"].strip())
    if values["what"]:
        found = found.filter(inspected_at__isnull=values["what"] == "waiting")
    if values["since"]:
        found = found.filter(registered_at__gte=day_of(values["since"]))
    if values["until"]:
        found = found.filter(registered_at__lt=day_of(values["until"]) + timedelta(days=1))
    return found


def _arrived(row: Receipt, reader: Reader) -> str:
    values = {"count": row.quantity, "accepted": row.accepted}
    inspected, waiting = say("delivered %(count)s, accepted %(accepted)s"), say("delivered %(count)s, to be inspected")
    return (inspected if row.inspected_at else waiting) % values


def _what(user: Any) -> Choices:
    return [("waiting", _("To be inspected")), ("inspected", _("Inspected"))]


RECEIPTS = register(
    Listing(
        "part-receipts", _("Receipts of parts"), perm.PARTS_VIEW, "parts:receipts", receipt_rows,
        columns=(
            _number(), Column("part", _("Spare part"), lambda row, reader: str(row.line.part), style="cut", width=30),
            Column("supplier", _("Supplier"), lambda row, reader: row.line.order.supplier.name, style="cut",
                   below=lambda row, reader: f"{row.line.order.number} {row.delivery_note}"),
            Column("quantity", _("Delivered"), lambda row, reader: row.quantity, style="num"),
            Column("accepted", _("Accepted"), lambda row, reader: row.accepted if row.inspected_at else "",
                   style="num"),
            Column("refused", _("Refused"), lambda row, reader: row.refused if row.inspected_at else "", style="num",
                   below=lambda row, reader: row.finding),
            Column("price", _("Price of one"), lambda row, reader: money(row.line.price, reader), style="num"),
            Column("amount", _("Amount"), lambda row, reader: money(row.amount, reader), style="num"),
            Column("registered", _("Registered at"), lambda row, reader: row.registered_at,
                   lambda row, reader: moment(row.registered_at), sort="registered_at", highest_first=True,
                   style="one"),
            Column("registered_by", _("Registered by"), lambda row, reader: str(row.registered_by), shown=False),
            Column("inspected", _("Inspected at"), lambda row, reader: row.inspected_at, shown=False),
            Column("inspected_by", _("Inspected by"), lambda row, reader: row.inspected_by and str(row.inspected_by),
                   shown=False),
            Column("summary", _("Delivered and accepted"), _arrived, shown=False),
            Column("note", _("Delivery note"), lambda row, reader: row.delivery_note, shown=False),
        ),
        link=lambda row: reverse("parts:order", args=[row.line.order.number]),
        card=Card("part", "", (("number", "supplier"), ("summary", "amount"), ("registered",))),
        filters=(
            NUMBER, Filter("what", _("State"), _what),
            Filter("since", _("From day"), hint="2026-01-31", longest=10),
            Filter("until", _("To day"), hint="2026-01-31", longest=10),
        ),
    )
)  # fmt: skip


def late(row: Order) -> bool:
    """Whether the goods should have come already (PRT-10)."""
    return row.state == OrderState.SENT and row.due_on < timezone.localdate()

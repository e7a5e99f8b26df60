"""The lists of costs: vouchers, cost lines, and the ledger that finance takes out."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bihuan.core.listing.keyset import Order
from bihuan.core.listing.spec import Card, Choices, Column, Filter, Listing, Reader, Tabs, register
from bihuan.core.policy import queries as policy
from bihuan.core.search.queries import narrowed
from bihuan.quality.cost import permissions as perm
from bihuan.quality.cost.models import Account, CostLine, Kind, Posting, Voucher, VoucherState
from bihuan.quality.cost.queries import ABOUT, lines_for, postings_for, visible_to
from bihuan.ui.templatetags.bihuan import remaining


def vouchers(user: Any, values: Mapping[str, str]) -> QuerySet[Voucher]:
    """Vouchers that the user sees, by words and kind."""
    found = visible_to(user)
    if values["kind"]:
        found = found.filter(kind=values["kind"])
    if words := values["words"]:
        found = narrowed(found, words, "cost.voucher")
    return found


def lines(user: Any, values: Mapping[str, str]) -> QuerySet[CostLine]:
    """Cost lines by class and by whether somebody bears them."""
    found = lines_for(user)
    if values["class"]:
        found = found.filter(kind=values["class"])
    if values["state"] == "open":
        found = found.filter(voucher__isnull=True, voided_at__isnull=True)
    elif values["state"] == "taken":
        found = found.filter(voucher__isnull=False)
    elif values["state"] == "void":
        found = found.filter(voided_at__isnull=False)
    return found


def postings(user: Any, values: Mapping[str, str]) -> QuerySet[Posting]:
    """The ledger by account."""
    found = postings_for(user)
    return found.filter(account=values["account"]) if values["account"] else found


def _classes(user: Any) -> Choices:
    return [(item.code, item.name) for item in policy.default().cost.classes]


def _class(row: CostLine, reader: Reader) -> str:
    return reader.once("rules", policy.default).cost.class_name(row.kind)


def _line_state(row: CostLine, reader: Reader) -> str:
    if row.voided_at is not None:
        return str(_("Void"))
    return row.voucher.number if row.voucher else str(_("To be borne"))


def _amount(row: CostLine, reader: Reader) -> str:
    return f"{row.amount:,.2f}"


def _reference(row: Posting, reader: Reader) -> str:
    return row.voucher.reference if row.voucher else ""


def _state(row: Voucher, reader: Reader) -> SafeString:
    return format_html('<span class="st {}">{}</span>', row.state, row.get_state_display())


def _due(row: Voucher, reader: Reader) -> SafeString | str:
    return remaining(row.next_due_at) if row.next_due_at and not row.is_at_rest else ""


def line_link(row: CostLine) -> str:
    """Costs are shown where they arose."""
    if row.case_id:
        return reverse("desk:go", args=[row.case_id])
    return (
        reverse("issues:go", args=[row.issue_id]) if row.issue_id else reverse("nonconformity:go", args=[row.sheet_id])
    )


def posting_link(row: Posting) -> str:
    """A posting leads to its paper, or to where its cost arose."""
    return reverse("cost:voucher", args=[row.voucher.number]) if row.voucher else reverse("cost:lines")


VOUCHERS = register(
    Listing(
        "vouchers", _("Quality costs"), perm.VIEW, "cost:list", vouchers,
        columns=(
            Column("number", _("Voucher no."), lambda row, reader: row.number, style="one", width=18),
            Column("kind", _("Kind"), lambda row, reader: row.get_kind_display()),
            Column("description", _("Description"), lambda row, reader: row.description,
                   below=lambda row, reader: row.about_number, needs=ABOUT, style="cut", width=40),
            Column("total", _("Amount (CNY)"), lambda row, reader: row.total, lambda row, reader: f"{row.total:,.2f}",
                   sort="total", highest_first=True, style="num"),
            Column("state", _("State"), lambda row, reader: row.get_state_display(), _state),
            Column("drafter", _("Drafter"), lambda row, reader: str(row.drafter), needs=("drafter",), style="one"),
            Column("due", _("Next deadline"), lambda row, reader: None if row.is_at_rest else row.next_due_at, _due,
                   style="one"),
            Column("drafted", _("Drafted at"), lambda row, reader: row.drafted_at, sort="drafted_at",
                   highest_first=True, style="one"),
            Column("reference", _("Finance voucher no."), lambda row, reader: row.reference, shown=False, style="one"),
            Column("posted", _("Posted at"), lambda row, reader: row.posted_at, shown=False, style="one"),
        ),
        link=lambda row: reverse("cost:voucher", args=[row.number]),
        card=Card("number", "kind", (("description",), ("state", "total", "due"))),
        filters=(
            Filter("words", _("Keywords"), hint=_("Number, case, issue, amount")),
            Filter("kind", _("Kind"), lambda user: Kind.choices),
        ),
        tabs=Tabs(_("States"), lambda: VoucherState.choices),
    )
)  # fmt: skip

LINES = register(
    Listing(
        "cost-lines", _("Cost lines"), perm.VIEW, "cost:lines", lines,
        columns=(
            Column("about", _("Belongs to"), lambda row, reader: row.about_number, needs=ABOUT, style="one", width=18),
            Column("class", _("Cost class"), _class),
            Column("amount", _("Amount (CNY)"), lambda row, reader: row.amount, _amount,
                   sort="amount", highest_first=True, style="num"),
            Column("day", _("Date"), lambda row, reader: row.occurred_on, sort="occurred_on", highest_first=True,
                   style="one"),
            Column("note", _("Note"), lambda row, reader: row.note, style="cut", width=36),
            Column("state", _("Voucher"), _line_state, needs=("voucher",), style="one"),
            Column("by", _("Entered by"), lambda row, reader: row.entered_by and str(row.entered_by),
                   needs=("entered_by",), style="one"),
            Column("why", _("Reason of the void"), lambda row, reader: row.void_reason, shown=False),
        ),
        link=line_link,
        card=Card("about", "class", (("amount", "day"), ("note", "state"))),
        filters=(
            Filter("class", _("Cost class"), _classes),
            Filter("state", _("State"), lambda user: [("open", _("To be borne")), ("taken", _("Borne")),
                                                      ("void", _("Void"))]),
        ),
    )
)  # fmt: skip

LEDGER = register(
    Listing(
        "cost-ledger", _("Ledger of quality costs"), perm.VIEW, "cost:ledger", postings,
        columns=(
            Column("booking", _("Booking"), lambda row, reader: row.booking, style="one"),
            Column("day", _("Posted on"), lambda row, reader: row.posted_on, sort="posted_on", highest_first=True,
                   style="one"),
            Column("account", _("Account"), lambda row, reader: row.get_account_display()),
            Column("bearer", _("Borne by"), lambda row, reader: row.bearer, needs=("department", "person")),
            Column("debit", _("Debit (CNY)"), lambda row, reader: row.amount if row.amount > 0 else None,
                   lambda row, reader: f"{row.amount:,.2f}" if row.amount > 0 else "", style="num"),
            Column("credit", _("Credit (CNY)"), lambda row, reader: -row.amount if row.amount < 0 else None,
                   lambda row, reader: f"{-row.amount:,.2f}" if row.amount < 0 else "", style="num"),
            Column("voucher", _("Voucher no."), lambda row, reader: row.voucher and row.voucher.number,
                   needs=("voucher",), style="one"),
            Column("reference", _("Finance voucher no."), _reference,
                   needs=("voucher",), style="one"),
            Column("text", _("Text"), lambda row, reader: row.text, style="cut", width=36),
        ),
        link=posting_link,
        card=Card("account", "day", (("bearer", "voucher"), ("debit", "credit"))),
        filters=(Filter("account", _("Account"), lambda user: Account.choices),),
        order=Order("posted_on", True),
    )
)  # fmt: skip

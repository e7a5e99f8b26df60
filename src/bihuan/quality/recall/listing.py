"""The lists of recalls and of affected units, and what may be done with several units."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bihuan.core.listing.spec import Bulk, Card, Choices, Column, Filter, Listing, Reader, RowRefused, Tabs, register
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.recall import permissions as perm
from bihuan.quality.recall.forms import BulkMeasureForm, BulkReasonForm, BulkTextForm
from bihuan.quality.recall.models import Affected, AffectedState, Recall, RecallState
from bihuan.quality.recall.pages import TONES
from bihuan.quality.recall.queries import units_for, visible_to
from bihuan.quality.recall.services import owners
from bihuan.registry.customers.phones import shown_phone
from bihuan.registry.products.services import normalise_serial
from bihuan.ui.templatetags.bihuan import remaining, tag


def recalls(user: Any, values: Mapping[str, str]) -> QuerySet[Recall]:
    """Recalls by number, title or issue."""
    rows = visible_to(user)
    if words := values["words"]:
        rows = rows.filter(Q(number__icontains=words) | Q(title__icontains=words) | Q(issue__number__icontains=words))
    return rows


def _state(row: Any, reader: Reader) -> SafeString:
    return format_html('<span class="st {}">{}</span>', row.state, row.get_state_display())


RECALLS = register(
    Listing(
        "recalls", _("Recalls"), perm.RECALL_VIEW, "recall:list", recalls,
        columns=(
            Column("number", _("Recall no."), lambda row, reader: row.number, style="one", width=16),
            Column("title", _("Title"), lambda row, reader: row.title, style="cut", width=40,
                   below=lambda row, reader: row.issue.number, needs=("issue",)),
            Column("state", _("State"), lambda row, reader: row.get_state_display(), _state),
            Column("law", _("Law"), lambda row, reader: row.law.name),
            Column("total", _("Units affected"), lambda row, reader: row.frozen_total if row.is_decided else None,
                   style="num"),
            Column("owner", _("In charge"), lambda row, reader: row.owner and str(row.owner), needs=("owner",),
                   style="one"),
            Column("due", _("Next deadline"), lambda row, reader: row.next_due_at,
                   lambda row, reader: remaining(row.next_due_at) if row.next_due_at else "", sort="next_due_at",
                   style="one"),
            Column("discovered", _("Danger discovered at"), lambda row, reader: row.discovered_at, style="one"),
            Column("decided", _("Decided at"), lambda row, reader: row.decided_at, style="one", shown=False),
            Column("closed", _("Closed at"), lambda row, reader: row.closed_at, style="one", shown=False),
        ),
        link=lambda row: reverse("recall:recall", args=[row.number]),
        card=Card("title", "state", (("number", "law"), ("total", "owner", "due"))),
        filters=(Filter("words", _("Keywords"), hint=_("Number, title, issue")),),
        tabs=Tabs(_("States"), lambda: RecallState.choices),
    )
)  # fmt: skip


def units(user: Any, values: Mapping[str, str]) -> QuerySet[Affected]:
    """Affected units by recall, serial and what came later."""
    rows = units_for(user)
    if values["recall"]:
        rows = rows.filter(recall=int(values["recall"]))
    if words := values["words"]:
        rows = rows.filter(
            Q(serial__startswith=normalise_serial(words)) | Q(customer__name__icontains=words)
            | Q(holder_name__icontains=words) | Q(batch__number__icontains=words)
        )  # fmt: skip
    if values["kind"] == "added":
        rows = rows.filter(is_addition=True)
    if values["kind"] == "unknown":
        rows = rows.filter(serial="")
    return rows


def _recalls(user: Any) -> Choices:
    return [(str(row.pk), f"{row.number} {row.title}"[:60]) for row in visible_to(user).order_by("-id")[:100]]


def _kinds(user: Any) -> Choices:
    return [("unknown", _("without serials")), ("added", _("came after the decision"))]


def _place(row: Affected, reader: Reader) -> SafeString:
    return tag(str(row.get_state_display()), TONES[AffectedState(row.state)])


def _holder(row: Affected, reader: Reader) -> str:
    return " ".join(filter(None, (row.holder_name, shown_phone(row.holder_phone, reader)))) if row.holder_name else ""


def _doing(call: Callable[..., Any], **fixed: Any) -> Callable[[Affected, Any, dict[str, Any], int | None], None]:
    def run(row: Affected, by: Any, data: dict[str, Any], version: int | None) -> None:
        try:
            call(row=row, by=by, expected_version=version, **fixed, **data)
        except MoveRefused as refused:
            raise RowRefused(refused.reason) from refused

    return run


UNITS = register(
    Listing(
        "recall_units", _("Affected units"), perm.RECALL_VIEW, "recall:units", units,
        columns=(
            Column("serial", _("Serial no."), lambda row, reader: row.serial or str(_("without serial")), style="one",
                   width=22, below=lambda row, reader: str(_("Came after the decision")) if row.is_addition else ""),
            Column("quantity", _("Quantity"), lambda row, reader: row.quantity, style="num"),
            Column("model", _("Model"), lambda row, reader: row.model.code, needs=("model", "batch"), style="one",
                   below=lambda row, reader: row.batch.number if row.batch else ""),
            Column("batch", _("Batch"), lambda row, reader: row.batch and row.batch.number, needs=("batch",),
                   shown=False),
            Column("customer", _("Customer"), lambda row, reader: row.customer and row.customer.name,
                   needs=("customer",), style="cut", width=32, below=_holder),
            Column("state", _("State"), lambda row, reader: row.get_state_display(), _place, style="one"),
            Column("measure", _("Measure"), lambda row, reader: row.get_measure_display(), style="one"),
            Column("tries", _("Tries"), lambda row, reader: row.attempts, style="num"),
            Column("shipped", _("Shipping date"), lambda row, reader: row.shipped_on, style="one",
                   below=lambda row, reader: str(row.shipment or ""), needs=("shipment",)),
            Column("added", _("Came after the decision"), lambda row, reader: row.is_addition or None, shown=False),
            Column("note", _("Remark"), lambda row, reader: row.note, style="cut", width=40),
            Column("recall", _("Recall no."), lambda row, reader: row.recall.number, needs=("recall",), style="one"),
            Column("region", _("Region"), lambda row, reader: row.region and row.region.name, needs=("region",),
                   shown=False),
            Column("told", _("Told at"), lambda row, reader: row.told_at, style="one", shown=False),
            Column("ended", _("Ended at"), lambda row, reader: row.ended_at, style="one", shown=False),
        ),
        link=lambda row: reverse("recall:unit", args=[row.pk]),
        card=Card("serial", "state", (("model", "customer"), ("quantity", "measure", "shipped"))),
        filters=(
            Filter("words", _("Keywords"), hint=_("Serial, customer, holder, batch"), longest=60),
            Filter("recall", _("Recall"), _recalls), Filter("kind", _("Kind"), _kinds),
        ),
        tabs=Tabs(_("States"), lambda: AffectedState.choices),
        actions=(
            Bulk("measure", _("Record the measure"), perm.RECALL_RECORD, _doing(owners.record_measure),
                 BulkMeasureForm),
            Bulk("answer", _("Record an answer"), perm.RECALL_RECORD, _doing(owners.record_answer),
                 BulkTextForm),
            Bulk("try", _("Record a try"), perm.RECALL_RECORD, _doing(owners.record_try),
                 BulkTextForm),
            Bulk("give_up", _("Unreachable"), perm.RECALL_RECORD, _doing(owners.end_without, move="give_up"),
                 BulkReasonForm),
            Bulk("refuse", _("Owner refuses"), perm.RECALL_RECORD, _doing(owners.end_without, move="refuse"),
                 BulkReasonForm),
        ),
    )
)  # fmt: skip

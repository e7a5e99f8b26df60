"""The list of returned defectives."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bihuan.core.listing.spec import Card, Choices, Column, Filter, Listing, Reader, Tabs, register
from bihuan.quality.returned import permissions as perm
from bihuan.quality.returned.models import Returned, ReturnedState
from bihuan.quality.returned.queries import visible_to
from bihuan.service.returns.models import Degree
from bihuan.ui.templatetags.bihuan import remaining


def rows(user: Any, values: Mapping[str, str]) -> QuerySet[Returned]:
    """Hand-overs by number, model or serial."""
    found = visible_to(user)
    if values["degree"]:
        found = found.filter(degree=values["degree"])
    if words := values["words"]:
        found = found.filter(Q(number__icontains=words) | Q(model__code__icontains=words) | Q(serials__icontains=words))
    return found


def _degrees(user: Any) -> Choices:
    return Degree.choices


def _state(row: Returned, reader: Reader) -> SafeString:
    return format_html('<span class="st {}">{}</span>', row.state, row.get_state_display())


def _due(row: Returned, reader: Reader) -> SafeString | str:
    return remaining(row.next_due_at) if row.next_due_at and not row.is_at_rest else ""


RETURNED = register(
    Listing(
        "returned", _("Returned defectives"), perm.RETURNED_VIEW, "returned:list", rows,
        columns=(
            Column("number", _("Hand-over no."), lambda row, reader: row.number, style="one", width=18),
            Column("model", _("Product model"), lambda row, reader: row.model.code, needs=("model",), style="one",
                   below=lambda row, reader: row.serials),
            Column("quantity", _("Quantity"), lambda row, reader: row.quantity, style="num"),
            Column("problem", _("Defect"), lambda row, reader: row.problem, style="cut", width=40),
            Column("degree", _("Degree"), lambda row, reader: row.get_degree_display(), style="one"),
            Column("state", _("State"), lambda row, reader: row.get_state_display(), _state, style="one"),
            Column("owner", _("Engineer"), lambda row, reader: row.owner and str(row.owner), needs=("owner",),
                   style="one"),
            Column("due", _("Next deadline"), lambda row, reader: row.next_due_at, _due, sort="next_due_at",
                   style="one"),
            Column("outcome", _("Outcome"), lambda row, reader: row.get_outcome_display(), style="one"),
            Column("finding", _("Analysis"), lambda row, reader: row.finding, shown=False, width=40),
            Column("handed", _("Handed over at"), lambda row, reader: row.handed_at, style="one", shown=False),
            Column("finished", _("Finished at"), lambda row, reader: row.finished_at, style="one", shown=False),
        ),
        link=lambda row: reverse("returned:returned", args=[row.number]),
        card=Card("problem", "state", (("number", "model"), ("quantity", "owner", "due"))),
        filters=(
            Filter("words", _("Keywords"), hint=_("Number, model, serial")), Filter("degree", _("Degree"), _degrees),
        ),
        tabs=Tabs(_("States"), lambda: ReturnedState.choices),
    )
)  # fmt: skip

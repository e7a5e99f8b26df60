"""The list of requisitions."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bihuan.core.listing.spec import Card, Choices, Column, Filter, Listing, Reader, Tabs, register
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.models import Requisition, RequisitionLine, RequisitionState
from bihuan.service.parts.queries import requisitions_for
from bihuan.ui.templatetags.bihuan import moment


def rows(user: Any, values: Mapping[str, str]) -> QuerySet[Requisition]:
    """Requisitions by number, case, job or part; those that lack something."""
    found = requisitions_for(user).prefetch_related("lines__part")
    if words := values["words"].strip():
        of_part = RequisitionLine.objects.filter(part__code__iexact=words).values("requisition")
        found = found.filter(
            Q(number__icontains=words) | Q(case__number__icontains=words) | Q(job_name__icontains=words)
            | Q(pk__in=of_part)
        )  # fmt: skip
    if values["lack"]:
        lacking = RequisitionLine.objects.filter(quantity__gt=F("reserved") + F("issued")).values("requisition")
        found = found.filter(state=RequisitionState.APPROVED, pk__in=lacking)
    return found


def _lack(user: Any) -> Choices:
    return [("1", _("Waiting for stock"))]


def _state(row: Requisition, reader: Reader) -> SafeString:
    return format_html('<span class="st {}">{}</span>', row.state, row.get_state_display())


def _parts(row: Requisition, reader: Reader) -> str:
    return "；".join(f"{line.part.name} × {line.quantity}" for line in row.lines.all())


REQUISITIONS = register(
    Listing(
        "requisitions", _("Requisitions of parts"), perm.PARTS_VIEW, "parts:requisitions", rows,
        columns=(
            Column("number", _("Requisition no."), lambda row, reader: row.number, style="one", width=18),
            Column("parts", _("Parts"), _parts, style="cut", width=36, below=lambda row, reader: row.purpose),
            Column("receiver", _("Receiver"), lambda row, reader: str(row.receiver), needs=("receiver",), style="one"),
            Column("case", _("Case no."), lambda row, reader: row.case and row.case.number, needs=("case",),
                   style="one", below=lambda row, reader: row.job_name),
            Column("state", _("State"), lambda row, reader: row.get_state_display(), _state, style="one"),
            Column("at", _("Asked at"), lambda row, reader: row.created_at,
                   lambda row, reader: moment(row.created_at), sort="created_at", highest_first=True, style="one"),
            Column("asked_by", _("Asked by"), lambda row, reader: str(row.asked_by), needs=("asked_by",), shown=False),
        ),
        link=lambda row: reverse("parts:requisition", args=[row.number]),
        card=Card("parts", "state", (("number", "receiver"), ("case", "at"))),
        filters=(
            Filter("words", _("Keywords"), hint=_("Number, case, visit, part no.")),
            Filter("lack", _("Stock"), _lack),
        ),
        tabs=Tabs(_("States"), lambda: RequisitionState.choices),
    )
)  # fmt: skip

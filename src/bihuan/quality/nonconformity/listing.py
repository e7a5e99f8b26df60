"""The list of sheets."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bihuan.core.listing.spec import Card, Choices, Column, Filter, Listing, Reader, Tabs, register
from bihuan.core.policy import queries as policy
from bihuan.core.search.queries import narrowed
from bihuan.quality.nonconformity import permissions as perm
from bihuan.quality.nonconformity.forms import about
from bihuan.quality.nonconformity.models import Nonconformity, Origin, SheetState
from bihuan.quality.nonconformity.queries import visible_to
from bihuan.ui.templatetags.bihuan import remaining, tag

TONES = {1: "grey", 2: "orange", 3: "red"}
AT_REST = (SheetState.CLOSED, SheetState.CANCELLED)


def rows(user: Any, values: Mapping[str, str]) -> QuerySet[Nonconformity]:
    """Sheets that the user sees, by words, origin, class, lateness."""
    found = visible_to(user)
    if values["mine"]:
        found = found.filter(owner=user.pk)
    if values["late"]:
        found = found.filter(next_due_at__lte=timezone.now()).exclude(state__in=AT_REST)
    if values["origin"]:
        found = found.filter(origin=values["origin"])
    if values["class"]:
        found = found.filter(defect_class=int(values["class"]))
    if words := values["words"]:
        found = narrowed(found, words, "nonconformity.nonconformity")
    return found


def _classes(user: Any) -> Choices:
    return [(str(step.level), step.name) for step in policy.default().nonconformity.classes]


def _class(row: Nonconformity, reader: Reader) -> str:
    return row.policy.nonconformity.class_name(row.defect_class)


def _class_tag(row: Nonconformity, reader: Reader) -> SafeString | str:
    name = _class(row, reader)
    return tag(name, TONES.get(row.defect_class or 0, "red")) if name else ""


def _state(row: Nonconformity, reader: Reader) -> SafeString:
    return format_html('<span class="st {}">{}</span>', row.state, row.get_state_display())


def _due(row: Nonconformity, reader: Reader) -> SafeString | str:
    return remaining(row.next_due_at) if row.next_due_at and not row.is_at_rest else ""


SHEETS = register(
    Listing(
        "nonconformities", _("Nonconformities"), perm.VIEW, "nonconformity:list", rows,
        columns=(
            Column("number", _("Sheet no."), lambda row, reader: row.number, style="one", width=18),
            Column("title", _("Nonconformity"), lambda row, reader: row.title, below=lambda row, reader: about(row),
                   needs=("model",), style="cut", width=40),
            Column("quantity", _("Pieces"), lambda row, reader: row.quantity, style="one"),
            Column("class", _("Defect class"), _class, _class_tag),
            Column("origin", _("Found at"), lambda row, reader: row.get_origin_display()),
            Column("state", _("State"), lambda row, reader: row.get_state_display(), _state),
            Column("owner", _("Handled by"), lambda row, reader: row.owner and str(row.owner), needs=("owner",),
                   style="one"),
            Column("department", _("Responsible unit"), lambda row, reader: row.department and row.department.name,
                   needs=("department",)),
            Column("due", _("Next deadline"), lambda row, reader: None if row.is_at_rest else row.next_due_at, _due,
                   sort="next_due_at", style="one"),
            Column("reported", _("Reported at"), lambda row, reader: row.reported_at, sort="reported_at",
                   highest_first=True, style="one"),
            Column("reporter", _("Proposer"), lambda row, reader: str(row.reporter), needs=("reporter",), shown=False,
                   style="one"),
            Column("part", _("Part"), lambda row, reader: row.part_name, shown=False),
            Column("supplier", _("Supplier"), lambda row, reader: row.supplier_name, shown=False),
            Column("cause", _("Cause"), lambda row, reader: row.cause, shown=False, style="cut", width=40),
            Column("closed", _("Closed at"), lambda row, reader: row.closed_at, shown=False, style="one"),
        ),
        link=lambda row: reverse("nonconformity:sheet", args=[row.number]),
        card=Card("title", "class", (("number", "quantity"), ("state", "owner", "due"))),
        filters=(
            Filter("words", _("Keywords"), hint=_("Number, part, supplier, label")),
            Filter("origin", _("Found at"), lambda user: Origin.choices),
            Filter("class", _("Defect class"), _classes),
            Filter("late", _("Deadlines"), lambda user: [("1", _("Overdue"))]),
            Filter("mine", _("Handled by"), lambda user: [("1", _("Mine"))]),
        ),
        tabs=Tabs(_("States"), lambda: SheetState.choices),
    )
)  # fmt: skip

"""The list of stock that lies idle, from which scrapping is asked for (PRT-05)."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from bihuan.core.listing.keyset import Order
from bihuan.core.listing.spec import Bulk, Card, Choices, Column, Filter, Listing, Reader, RowRefused, register
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.spares.queries import by_words
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.idle import Idle, days_of, idle_stock, reasons_of
from bihuan.service.parts.listing import classes, marks_of, money
from bihuan.service.parts.models import ScrapGround, Stock
from bihuan.service.parts.services.scrapping import may_go_of, scrap_idle
from bihuan.ui.inputs import area
from bihuan.ui.templatetags.bihuan import moment, tag

TONES = {Idle.UNMOVED: "orange", Idle.OVER: "blue", Idle.OBSOLETE: "red", Idle.DEFECTIVE: "grey"}
DAYS = ("90", "180", "365", "730")


class ScrapIdleForm(forms.Form):
    """The ground and the finding, the same for all chosen parts."""

    wide_fields: ClassVar[tuple[str, ...]] = ("finding",)
    ground = forms.ChoiceField(
        label=_("Reason"), choices=ScrapGround.choices,
        help_text=_(
            "Obsolete: all that is free of a part with a successor or out of use. Damaged: the defective ones. "
            "Long overstocked: what is free above the maximum."
        ),
    )  # fmt: skip
    finding = forms.CharField(label=_("What was found and why"), max_length=300, widget=area(2))


def rows(user: Any, values: Mapping[str, str]) -> QuerySet[Stock]:
    """Idle stock by reason, days without a move, class and words."""
    days = int(values["days"]) if values["days"] in DAYS else None
    found = by_words(idle_stock(user, values["why"], days), values["words"], "part__")
    return found.filter(part__part_class=int(values["class"])) if values["class"] else found


def _why(user: Any) -> Choices:
    return Idle.choices


def _days(user: Any) -> Choices:
    return [(days, say("%(count)s days and more") % {"count": days}) for days in DAYS]


def _reasons(row: Any, reader: Reader) -> SafeString:
    tags = format_html_join(" ", "{}", ((tag(str(why.label), TONES[why]),) for why in reasons_of(row)))
    return format_html("<span>{}</span>", tags)


def _quantities(row: Stock, reader: Reader) -> str:
    values = {"good": row.good, "defective": row.defective, "unit": row.part.unit_name}
    return say("good %(good)s, defective %(defective)s %(unit)s") % values


def _since(row: Any, reader: Reader) -> str:
    days = days_of(row.moved_at)
    return say("never moved") if days is None else say("%(count)s days without a move") % {"count": days}


def _scrap(row: Stock, by: Any, data: dict[str, Any], version: int | None) -> None:
    try:
        scrap_idle(stock=row, by=by, **data)
    except MoveRefused as refused:
        raise RowRefused(refused.reason) from refused


def _would_go(stocks: Sequence[Stock], reader: Reader) -> list[str]:
    """For each ground how many pieces would be scrapped, and what they are worth to those who may see it."""
    counts = may_go_of(stocks)
    return [
        "；".join(_on(row, ground, counts[row.part_id][ground], reader) for ground in ScrapGround
                 if counts[row.part_id][ground]) or say("Nothing of it may be scrapped.")
        for row in stocks
    ]  # fmt: skip


def _on(row: Stock, ground: ScrapGround, count: int, reader: Reader) -> str:
    cents = 0 if ground == ScrapGround.DAMAGED else row.share(count)
    values = {"ground": ground.label, "count": count, "unit": row.part.unit_name, "value": money(cents, reader)}
    if not values["value"]:
        return say("%(ground)s: %(count)s %(unit)s") % values
    return say("%(ground)s: %(count)s %(unit)s, ¥%(value)s") % values


IDLE = register(
    Listing(
        "idle-parts", _("Idle stock"), perm.PARTS_VIEW, "parts:idle", rows,
        columns=(
            Column("code", _("Part no."), lambda row, reader: row.part.code, style="one", width=16),
            Column("name", _("Part name"), lambda row, reader: row.part.name, style="cut", width=30,
                   below=lambda row, reader: marks_of(row.part)),
            Column("why", _("Reason"), lambda row, reader: "、".join(str(why.label) for why in reasons_of(row)),
                   _reasons, style="one", width=24),
            Column("days", _("Days since the last move"), lambda row, reader: days_of(row.moved_at), style="num"),
            Column("moved", _("Last received or taken"), lambda row, reader: row.moved_at,
                   lambda row, reader: moment(row.moved_at) if row.moved_at else "", sort="moved_at", style="one",
                   width=18),
            Column("good", _("Good pieces"), lambda row, reader: row.good, style="num"),
            Column("free", _("Free"), lambda row, reader: row.free, style="num"),
            Column("maximum", _("Maximum stock"), lambda row, reader: row.maximum or "", style="num"),
            Column("defective", _("Defective"), lambda row, reader: row.defective, style="num"),
            Column("value", _("Value"), lambda row, reader: money(row.value, reader), sort="value", highest_first=True,
                   style="num", shown=False),
            Column("bound", _("Bound in it"), lambda row, reader: money(row.bound, reader), sort="bound",
                   highest_first=True, style="num"),
            Column("successor", _("Replaced by"),
                   lambda row, reader: row.part.replaced_by and row.part.replaced_by.code, style="one", shown=False),
            Column("class", _("Function class"), lambda row, reader: row.part.part_class, style="one", shown=False),
            Column("summary", _("Quantity"), _quantities, shown=False),
            Column("since", _("Without a move"), _since, shown=False),
        ),
        link=lambda row: reverse("parts:part", args=[row.part.code]),
        card=Card("name", "why", (("code", "summary"), ("since", "bound"))),
        filters=(
            Filter("words", _("Keywords"), hint=_("Part no., name, model, specification")),
            Filter("why", _("Reason"), _why), Filter("days", _("Without a move"), _days),
            Filter("class", _("Function class"), classes),
        ),
        order=Order("value"),
        actions=(Bulk("scrap", _("Ask to scrap"), perm.PARTS_KEEP, _scrap, ScrapIdleForm, _would_go),),
    )
)  # fmt: skip

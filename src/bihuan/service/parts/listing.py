"""The list of stock and the ledger of parts (配件库存台账, PRT-03)."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from bihuan.core.listing.keyset import Order
from bihuan.core.listing.spec import Card, Choices, Column, Filter, FilterProblem, Listing, Reader, register
from bihuan.registry.spares.models import Part, PartClass
from bihuan.registry.spares.queries import by_words
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.models import Condition, Level, Move, MoveKind, Place
from bihuan.service.parts.money import yuan
from bihuan.service.parts.queries import LEVELS, moves_for, of_words, parts_for
from bihuan.ui.templatetags.bihuan import moment, tag

TONES = {Level.OUT: "red", Level.LOW: "orange", Level.ENOUGH: "green", Level.OVER: "blue"}


def money(cents: int, reader: Reader) -> str:
    """An amount, for those who may see it."""
    return f"{yuan(cents):,.2f}" if reader.may(perm.PARTS_VALUE) else ""


def stock_rows(user: Any, values: Mapping[str, str]) -> QuerySet[Part]:
    """Parts with their stock by words, class, level and mark."""
    found = by_words(parts_for(user), values["words"])
    if values["class"]:
        found = found.filter(part_class=int(values["class"]))
    if values["level"] in LEVELS:
        found = found.filter(LEVELS[Level(values["level"])])
    if values["mark"] == "marked":
        found = found.filter(Q(is_valuable=True) | Q(is_critical=True))
    return found


def classes(user: Any) -> Choices:
    """The function classes to choose from."""
    return [(str(row.pk), row.name) for row in PartClass.objects.all()]


def _levels(user: Any) -> Choices:
    return [choice for choice in Level.choices if choice[0] in LEVELS]


def _marks(user: Any) -> Choices:
    return [("marked", _("Valuable or critical"))]


def _level(row: Part, reader: Reader) -> SafeString:
    return tag(str(Level(row.stock.state).label), TONES[Level(row.stock.state)])


def _summary(row: Part, reader: Reader) -> str:
    return say("in store %(stored)s, free %(free)s") % {"stored": row.stock.stored, "free": row.stock.free}


def marks_of(part: Any) -> str:
    """What is special about a part."""
    words = [say("valuable part") if part.is_valuable else "", say("critical part") if part.is_critical else ""]
    return " · ".join(filter(None, (part.model, part.specification, *words)))


STOCK = register(
    Listing(
        "parts", _("Spare parts"), perm.PARTS_VIEW, "parts:stock", stock_rows,
        columns=(
            Column("code", _("Part no."), lambda row, reader: row.code, sort="code", style="one", width=16),
            Column("name", _("Part name"), lambda row, reader: row.name, style="cut", width=30,
                   below=lambda row, reader: marks_of(row)),
            Column("class", _("Function class"), lambda row, reader: row.part_class, style="one"),
            Column("stored", _("In store"), lambda row, reader: row.stock.stored, style="num"),
            Column("free", _("Free"), lambda row, reader: row.stock.free, style="num"),
            Column("carried", _("With engineers"), lambda row, reader: row.stock.good - row.stock.stored, style="num"),
            Column("defective", _("Defective"), lambda row, reader: row.stock.defective, style="num"),
            Column("levels", _("Minimum / maximum"),
                   lambda row, reader: f"{row.stock.minimum} / {row.stock.maximum}", style="num"),
            Column("level", _("Stock level"), lambda row, reader: str(Level(row.stock.state).label), _level,
                   style="one"),
            Column("value", _("Value"), lambda row, reader: money(row.stock.value, reader), style="num"),
            Column("summary", _("In store and free"), _summary, shown=False),
            Column("supplier", _("Usual supplier"), lambda row, reader: row.supplier, shown=False),
            Column("model", _("Model"), lambda row, reader: row.model, shown=False),
            Column("specification", _("Specification"), lambda row, reader: row.specification, shown=False),
        ),
        link=lambda row: reverse("parts:part", args=[row.code]),
        card=Card("name", "level", (("code", "summary"), ("model", "specification"))),
        filters=(
            Filter("words", _("Keywords"), hint=_("Part no., name, model, specification")),
            Filter("class", _("Function class"), classes), Filter("level", _("Stock level"), _levels),
            Filter("mark", _("Mark"), _marks),
        ),
        order=Order("code", descending=False),
    )
)  # fmt: skip


def day_of(text: str) -> datetime:
    """The beginning of a day that somebody typed."""
    try:
        return timezone.make_aware(datetime.combine(date.fromisoformat(text), time.min))
    except ValueError as error:
        raise FilterProblem(say("Write a day as 2026-01-31.")) from error


def ledger_rows(user: Any, values: Mapping[str, str]) -> QuerySet[Move]:
    """Moves by part, kind, source, destination, paper and days."""
    found = moves_for(user)
    for name in ("source", "destination"):
        if values[name]:
            found = found.filter(**{name: int(values[name])})
    if values["kind"]:
        found = found.filter(kind=values["kind"])
    if values["paper"]:
        found = found.filter(reference=values["paper"].strip())
    if values["words"].strip():
        found = of_words(found, values["words"].strip())
    if values["since"]:
        found = found.filter(at__gte=day_of(values["since"]))
    if values["until"]:
        found = found.filter(at__lt=day_of(values["until"]) + timedelta(days=1))
    return found


def change_of(row: Move) -> int:
    """The cents by which a move changes what the good parts in our hands are worth; the sum is the stock."""
    before = not row.source.is_outside and row.source_condition == Condition.GOOD
    after = not row.destination.is_outside and row.destination_condition == Condition.GOOD
    return row.amount * (after - before)


def _kinds(user: Any) -> Choices:
    return MoveKind.choices


def _places(user: Any) -> Choices:
    return [(str(row.pk), row.name) for row in Place.objects.all()[:500]]


def _kind(row: Move, reader: Reader) -> SafeString:
    return format_html('<span class="st {}">{}</span>', row.kind, row.get_kind_display())


LEDGER = register(
    Listing(
        "parts-ledger", _("Parts ledger"), perm.PARTS_VIEW, "parts:ledger", ledger_rows,
        columns=(
            Column("at", _("Time"), lambda row, reader: row.at, lambda row, reader: moment(row.at), sort="at",
                   highest_first=True, style="one", width=18),
            Column("kind", _("Kind"), lambda row, reader: row.get_kind_display(), _kind, style="one"),
            Column("part", _("Spare part"), lambda row, reader: str(row.part), needs=("part",), style="cut", width=34,
                   below=lambda row, reader: f"{row.part.model} {row.part.specification}"),
            Column("quantity", _("Quantity"), lambda row, reader: row.quantity, style="num"),
            Column("source", _("Source"), lambda row, reader: str(row.source), needs=("source",), style="one"),
            Column("destination", _("Destination"), lambda row, reader: str(row.destination), needs=("destination",),
                   style="one"),
            Column("lot", _("Batch or serial no."), lambda row, reader: row.lot, style="one"),
            Column("paper", _("Paper"), lambda row, reader: row.reference, style="one"),
            Column("by", _("Done by"), lambda row, reader: row.by and str(row.by), needs=("by",), style="one"),
            Column("amount", _("Amount"), lambda row, reader: money(row.amount, reader), style="num"),
            Column("change", _("Change of the stock value"), lambda row, reader: money(change_of(row), reader),
                   needs=("source", "destination"), style="num", shown=False),
            Column("code", _("Part no."), lambda row, reader: row.part.code, needs=("part",), style="one", shown=False),
            Column("id", _("Ledger no."), lambda row, reader: row.pk, style="num", shown=False),
            Column("way", _("Quantity and way"),
                   lambda row, reader: f"{row.quantity} · {row.source} → {row.destination}",
                   needs=("source", "destination"), shown=False, width=40),
            Column("reason", _("Reason"), lambda row, reader: row.reason, shown=False, width=30),
        ),
        link=lambda row: reverse("parts:part", args=[row.part.code]),
        card=Card("part", "kind", (("way",), ("at", "paper", "by"))),
        filters=(
            Filter("words", _("Spare part"), hint=_("Part no., name, model, specification")),
            Filter("kind", _("Kind"), _kinds),
            Filter("source", _("Source"), _places), Filter("destination", _("Destination"), _places),
            Filter("paper", _("Paper"), longest=40), Filter("since", _("From day"), hint="2026-01-31", longest=10),
            Filter("until", _("To day"), hint="2026-01-31", longest=10),
        ),
        order=Order("at"),
    )
)  # fmt: skip

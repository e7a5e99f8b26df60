"""Stock that lies idle: long unmoved, above its maximum, obsolete, defective; what may be scrapped of it (PRT-05)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Case, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import NullIf
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.core.policy import queries as policy
from bihuan.service.parts.models import Move, MoveKind, Stock
from bihuan.service.parts.queries import visible_to

# Moving a part between our own places, counting it or giving it back unused is no demand for it.
LIVING = (MoveKind.OPENING, MoveKind.RECEIPT, MoveKind.ISSUE, MoveKind.USE)


class Idle(models.TextChoices):
    """Why stock stands on the list; it may stand there for several reasons."""

    UNMOVED = "unmoved", _("Long unmoved")
    OVER = "over", _("Above the maximum")
    OBSOLETE = "obsolete", _("Obsolete")
    DEFECTIVE = "defective", _("Defective")


ALL, NOTHING = F("value"), Value(0)
SURPLUS = F("value") * (F("stored") - F("maximum")) / NullIf(F("good"), 0)
# What each reason binds: all of the value, or the part of it that lies above the maximum; defective ones have none.
BINDS: dict[Idle, Any] = {Idle.UNMOVED: ALL, Idle.OBSOLETE: ALL, Idle.OVER: SURPLUS, Idle.DEFECTIVE: NOTHING}
BOUND = Case(
    *(When(Q(**{f"is_{why}": True}), then=cents) for why, cents in BINDS.items()),
    default=NOTHING, output_field=models.BigIntegerField(),
)  # fmt: skip


@dataclass(frozen=True)
class Total:
    """How many parts lie idle for one reason, and the cents that are bound in them."""

    why: Idle
    label: str | Promise
    parts: int
    value: int


def conditions(days: int | None = None) -> dict[Idle, Q]:
    """What each reason means; without a number the policy says after how many days a part is long unmoved."""
    since = timezone.now() - timedelta(days=days or policy.default().parts.idle_days)
    moves = Move.objects.filter(part=OuterRef("part"))
    lately, before = moves.filter(kind__in=LIVING, at__gt=since), moves.filter(at__lte=since)
    return {
        Idle.UNMOVED: Q(good__gt=0) & Exists(before) & ~Exists(lately),
        Idle.OVER: Q(maximum__gt=0, stored__gt=F("maximum")),
        Idle.OBSOLETE: Q(good__gt=0) & (Q(part__is_active=False) | Q(part__replaced_by__isnull=False)),
        Idle.DEFECTIVE: Q(defective__gt=0),
    }


def idle_stock(user: Any, why: str = "", days: int | None = None) -> QuerySet[Stock]:
    """Stock that lies idle for a reason, or for any, with the reasons, its last move and what is bound in it.

    ``bound`` are the cents of the pieces that are too many: above the maximum the surplus, else all of them.
    """
    named = conditions(days)
    flags = {
        f"is_{code.value}": Case(When(rule, then=Value(True)), default=Value(False)) for code, rule in named.items()
    }
    last = Move.objects.filter(part=OuterRef("part"), kind__in=LIVING).order_by("-at", "-id").values("at")[:1]
    wanted = named[Idle(why)] if why in named else Q()
    for rule in named.values() if why not in named else ():
        wanted |= rule
    return visible_to(user).annotate(**flags, moved_at=Subquery(last), bound=BOUND).filter(wanted)


def reasons_of(row: Any) -> list[Idle]:
    """Why a row of the list stands there."""
    return [why for why in Idle if getattr(row, f"is_{why.value}")]


def days_of(moved_at: datetime | None) -> int | None:
    """Whole days since the last move; None where nothing ever came or was taken."""
    return (timezone.now() - moved_at).days if moved_at else None


def totals(user: Any) -> list[Total]:
    """For each reason the number of parts and what is bound in them; a part may count for several."""
    found = []
    for why in Idle:
        cents = ExpressionWrapper(BINDS[why], output_field=models.BigIntegerField())
        sums = idle_stock(user, why.value).aggregate(parts=models.Count("pk"), value=Sum(cents))
        found.append(Total(why, why.label, sums["parts"], sums["value"] or 0))
    return found

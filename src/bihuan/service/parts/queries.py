"""Reading stock and ledger."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import F, Max, Model, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from bihuan.core.permissions.queries import limit
from bihuan.core.permissions.services import can
from bihuan.registry.people.models import User
from bihuan.registry.people.queries import with_permission
from bihuan.registry.spares.models import Part
from bihuan.registry.spares.queries import by_words
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.models import (
    Balance,
    Condition,
    Count,
    CountState,
    Level,
    Move,
    OrderLine,
    OrderState,
    Place,
    PlaceKind,
    Receipt,
    Requisition,
    RequisitionLine,
    RequisitionState,
    Stock,
)
from bihuan.service.parts.workflow import OPEN

M = TypeVar("M", bound=Model)
MOST_PARTS = 50
MOST_ROWS = 500
LEVELS = {
    Level.OUT: Q(stock__stored__lte=F("stock__reserved")),
    Level.LOW: Q(stock__stored__gt=F("stock__reserved"), stock__stored__lt=F("stock__minimum") + F("stock__reserved")),
    Level.OVER: Q(stock__maximum__gt=0, stock__stored__gt=F("stock__maximum")),
}


def visible_to(user: Any) -> QuerySet[Stock]:
    """Stock is seen by whoever may see parts at all."""
    rows = Stock.objects.select_related("part__part_class", "part__replaced_by", "part__supplier")
    return rows if can(user, perm.PARTS_VIEW) else rows.none()


def parts_for(user: Any) -> QuerySet[Part]:
    """The same as parts, in the order of their numbers."""
    rows = Part.objects.filter(stock__isnull=False).select_related("stock", "part_class", "supplier")
    return rows if can(user, perm.PARTS_VIEW) else rows.none()


def moves_for(user: Any) -> QuerySet[Move]:
    """The ledger, for the same people."""
    rows = Move.objects.all()
    return rows if can(user, perm.PARTS_VIEW) else rows.none()


def for_page(user: Any, code: str) -> Stock | None:
    """One part with its stock."""
    return visible_to(user).filter(part__code=code).first()


def of_words(rows: QuerySet[Move], words: str) -> QuerySet[Move]:
    """The moves of the parts that the words find; few enough to be named, so that each is a range of the index."""
    typed = Part.objects.filter(code=words).values_list("pk", flat=True)
    exact = Part.objects.filter(code__iexact=words).values_list("pk", flat=True)
    found = (
        list(typed)
        or list(exact)
        or list(by_words(Part.objects.all(), words).values_list("pk", flat=True)[:MOST_PARTS])
    )
    return rows.filter(part=found[0]) if len(found) == 1 else rows.filter(part__in=found)


def balances_of(part: Part) -> list[Balance]:
    """Where a part lies now."""
    rows = Balance.objects.filter(part=part, quantity__gt=0).select_related("place__parent")
    return list(rows.order_by("condition", "place__code", "lot")[:200])


def stores() -> QuerySet[Place]:
    """Warehouses and bins in use."""
    return Place.objects.filter(kind=PlaceKind.STORE, is_active=True)


def ours() -> QuerySet[Place]:
    """Every place in our hands."""
    return Place.objects.filter(kind__in=(PlaceKind.STORE, PlaceKind.ENGINEER), is_active=True)


def carriers() -> QuerySet[User]:
    """People who may ask for parts, and so carry them."""
    return User.objects.filter(pk__in=[user.pk for user in with_permission(perm.PARTS_ASK)])


def lying_of(part: Part) -> dict[int, int]:
    """How many of a part lie in each place, in whatever condition."""
    rows = Balance.objects.filter(part=part, quantity__gt=0).values("place")
    return {row["place"]: row["pieces"] for row in rows.annotate(pieces=Sum("quantity"))}


def requisitions_for(user: Any) -> QuerySet[Requisition]:
    """Requisitions within the user's scope: his own are those that he asked for or receives."""
    rows = limit(Requisition.objects.all(), user, perm.PARTS_VIEW, own="asked_by", department="", region="")
    if not getattr(user, "is_authenticated", False) or not rows.query.where:
        return rows
    return Requisition.objects.filter(Q(pk__in=rows.values("pk")) | Q(receiver=user.pk))


def requisitions_in_full(user: Any) -> QuerySet[Requisition]:
    """The same with what the page of one shows."""
    rows = requisitions_for(user).select_related("case__model", "asked_by", "receiver")
    return rows.prefetch_related("lines__part__replaced_by", "lines__wanted")


def requisition_for(user: Any, number: str) -> Requisition | None:
    """One requisition."""
    return requisitions_in_full(user).filter(number=number).first()


def places_for(user: Any) -> QuerySet[Place]:
    """The places in our hands that are in use, for whoever sees parts."""
    return ours() if can(user, perm.PARTS_VIEW) else Place.objects.none()


def place_for(user: Any, code: str) -> Place | None:
    """One place of ours."""
    return places_for(user).select_related("parent", "user").filter(code=code).first()


def balances_at(place: Place) -> list[Balance]:
    """What lies in a place, by part."""
    rows = Balance.objects.filter(place=place, quantity__gt=0).select_related("part")
    return list(rows.order_by("part__code", "condition", "lot")[:MOST_ROWS])


def open_count_of(place: Place) -> Count | None:
    """The count that goes on in a place."""
    return Count.objects.filter(place=place, state__in=(CountState.OPEN, CountState.ASKED)).first()


def to_issue_from(place: Place) -> list[RequisitionLine]:
    """What is kept for approved requisitions of the parts that lie in a place, the oldest first."""
    lying = Balance.objects.filter(place=place, condition=Condition.GOOD, quantity__gt=0).values("part")
    rows = RequisitionLine.objects.filter(part__in=lying, reserved__gt=0, requisition__state=RequisitionState.APPROVED)
    return list(rows.select_related("part", "requisition__receiver").order_by("id")[:50])


def held_by(user_id: int) -> QuerySet[RequisitionLine]:
    """The issued lines of which somebody has pieces in his hands."""
    rows = RequisitionLine.objects.filter(requisition__receiver=user_id, requisition__state__in=OPEN)
    held = rows.filter(issued__gt=F("used") + F("given_back")).order_by("part__code", "id")
    return held.select_related("part", "wanted", "requisition__receiver", "requisition__case")


def beside_issues(users: Iterable[int]) -> QuerySet[Balance, dict[str, Any]]:
    """Good parts in the stock of some people of which more lies there than they hold on requisitions, and how many."""
    lines = RequisitionLine.objects.filter(
        requisition__receiver=OuterRef("place__user"), part=OuterRef("part"), requisition__state__in=OPEN
    )
    pieces = lines.order_by().values("part").annotate(n=Sum(F("issued") - F("used") - F("given_back"))).values("n")
    rows = Balance.objects.filter(place__user__in=set(users), condition=Condition.GOOD, quantity__gt=0)
    found = rows.values("place__user", "part").annotate(count=Sum("quantity") - Coalesce(Subquery(pieces), 0))
    return found.filter(count__gt=0).order_by("place__user", "part")


def own_parts(user: User) -> list[tuple[Part, int]]:
    """What somebody carries beside his requisitions, by part."""
    counts = {row["part"]: row["count"] for row in beside_issues([user.pk])}
    return [(part, counts[part.pk]) for part in Part.objects.filter(pk__in=counts).order_by("code")]


def own_count(user_id: int, part: Part) -> int:
    """How many good pieces of a part somebody carries beside his requisitions."""
    row = beside_issues([user_id]).filter(part=part).first()
    return row["count"] if row else 0


def places_with(part: Part, condition: str = Condition.GOOD) -> list[Balance]:
    """The stores where a part lies, the fullest first."""
    rows = Balance.objects.filter(part=part, condition=condition, quantity__gt=0, place__in=stores())
    return list(rows.select_related("place").order_by("-quantity", "place__code")[:50])


def papers_for(user: Any, kind: type[M]) -> QuerySet[M]:
    """Plans, orders, counts and scrappings are seen by whoever may see parts at all."""
    rows = kind._default_manager.all()
    return rows if can(user, perm.PARTS_VIEW) else rows.none()


def receipts_for(user: Any) -> QuerySet[Receipt]:
    """Receipts, for the same people."""
    return papers_for(user, Receipt)


def last_bought(parts: Iterable[int], before: int | None = None) -> dict[int, OrderLine]:
    """The newest order of each part, or the newest one before an order: its price is what the next one is held to."""
    rows = OrderLine.objects.filter(part__in=list(parts)).exclude(order__state=OrderState.CANCELLED)
    if before is not None:
        rows = rows.filter(order__lt=before)
    newest = rows.order_by().values("part").annotate(newest=Max("pk")).values("newest")
    return {row.part_id: row for row in OrderLine.objects.filter(pk__in=newest).select_related("order__supplier")}

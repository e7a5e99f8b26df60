"""Scrapping what is obsolete, damaged or long overstocked: asked for, approved, taken out of the ledger (PRT-05)."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.core.activity.services import record
from bihuan.core.approvals.services import decides_alone, open_approval
from bihuan.core.numbering.services import next_number
from bihuan.core.permissions.services import require
from bihuan.core.policy import queries as policy
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.spares.models import Part
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.models import (
    Balance,
    Condition,
    MoveKind,
    Place,
    PlaceKind,
    Scrap,
    ScrapGround,
    ScrapState,
    Stock,
)
from bihuan.service.parts.services.keeping import kept_here, not_issued
from bihuan.service.parts.services.ledger import Posting, outside, post
from bihuan.service.parts.workflow import SCRAP


@transaction.atomic
def ask_scrap(
    *, part: Part, by: Any, place: Place, quantity: int, ground: str, finding: str, condition: str, lot: str = ""
) -> Scrap:
    """Ask to scrap obsolete, damaged or long overstocked parts, with the finding (PRT-05)."""
    require(by, perm.PARTS_KEEP)
    kept_here(place, "place")
    have = Balance.objects.filter(part=part, place=place, condition=condition, lot=lot).first()
    asked = _asked(part, condition, place=place, lot=lot)
    if quantity < 1 or have is None or quantity > have.quantity - asked:
        text = (
            _("%(part)s: not so many; %(count)s wait for approval already.") if asked else _("%(part)s: not so many.")
        )
        raise MoveRefused(text % {"part": part, "count": asked}, code="quantity")
    if condition == Condition.GOOD:
        not_issued(part, place, quantity, "place")
    if not finding.strip():
        raise MoveRefused(_("This field is required."), code="finding")
    version = policy.current()
    number = next_number("part_scrap", policy.parsed(version).numbering.get("part_scrap", "BF{yyyymm}-{seq:03d}"))
    row = Scrap.objects.create(
        number=number, policy_version=version, part=part, place=place, condition=condition, lot=lot, quantity=quantity,
        ground=ground, finding=finding.strip()[:300], asked_by=by, created_at=timezone.now(),
    )  # fmt: skip
    record(subject=row, verb="scrap.asked", by=by, data={"name": f"{part.code} × {quantity}", "reason": finding[:200]})
    if decides_alone(row.policy, "part_scrap", by):
        return scrap_decided(row=row, approved=True, by=by)
    title = _("%(number)s: scrap %(count)s of %(part)s") % {"number": number, "count": quantity, "part": part}
    open_approval(subject=row, chain_subject="part_scrap", title=title, by=by)
    row.refresh_from_db()
    return row


@transaction.atomic
def scrap_decided(*, row: Scrap, approved: bool, by: Any) -> Scrap:
    """Approved: the parts leave the ledger with what they were worth; declined: they stay (PRT-05)."""
    if row.state != ScrapState.ASKED:
        return row
    if not approved:
        return apply(row, SCRAP["decline"], by=None)
    condition = Condition(row.condition)
    posting = Posting(
        MoveKind.SCRAP, row.part, row.quantity, row.place, outside(PlaceKind.SCRAP), condition, Condition.DEFECTIVE,
        lot=row.lot, reference=row.number, reason=row.finding,
    )  # fmt: skip
    move = post(postings=[posting], by=by)[0]
    return apply(row, SCRAP["finish"], by=None, fields={"move": move}, actor_name=str(by or ""))


def _asked(part: Part, condition: str, **where: Any) -> int:
    """How many of a part wait for the approval of their scrapping, in all or in a place."""
    rows = Scrap.objects.filter(part=part, condition=condition, state=ScrapState.ASKED, **where)
    return rows.aggregate(n=Sum("quantity"))["n"] or 0


def may_go(stock: Stock, ground: str) -> int:
    """How many lying in the stores may be scrapped on a ground, those that wait for approval left out.

    Damaged: the defective ones. Obsolete: what is free of a part that is replaced or out of use. Long overstocked: what
    is free above the maximum; the stock that the company wants to keep is no surplus.
    """
    return may_go_of([stock])[stock.part_id][ScrapGround(ground)]


def may_go_of(stocks: Iterable[Stock]) -> dict[int, dict[ScrapGround, int]]:
    """The same for several parts and every ground, by the id of the part: two queries, however many parts there are."""
    rows = list(stocks)
    parts, store = [row.part_id for row in rows], PlaceKind.STORE
    lies = Balance.objects.filter(part__in=parts, condition=Condition.DEFECTIVE, place__kind=store)
    damaged = dict(lies.order_by().values_list("part").annotate(Sum("quantity")))
    waits = Scrap.objects.filter(part__in=parts, state=ScrapState.ASKED).order_by().values_list("part", "condition")
    asked = {(part, condition): count for part, condition, count in waits.annotate(Sum("quantity"))}
    found = {}
    for row in rows:
        bad, good = (asked.get((row.part_id, condition), 0) for condition in (Condition.DEFECTIVE, Condition.GOOD))
        ends = row.part.replaced_by_id is not None or not row.part.is_active
        counts = {
            ScrapGround.DAMAGED: damaged.get(row.part_id, 0) - bad,
            ScrapGround.OBSOLETE: row.free - good if ends else 0,
            ScrapGround.OVERSTOCKED: row.free - row.maximum - good,
        }
        found[row.part_id] = {ground: max(0, count) for ground, count in counts.items()}
    return found


WHY_NONE = {
    ScrapGround.DAMAGED: gettext_lazy("Nothing defective lies in the stores."),
    ScrapGround.OBSOLETE: gettext_lazy("The part is in use and has no successor: change its record first."),
    ScrapGround.OVERSTOCKED: gettext_lazy("Nothing free lies above its maximum: lower the stock levels first."),
}


@transaction.atomic
def scrap_idle(*, stock: Stock, by: Any, ground: str, finding: str) -> list[Scrap]:
    """Ask to scrap all of a part that may go on a ground, one paper a place and batch, the fullest place first."""
    require(by, perm.PARTS_KEEP)
    left = may_go(stock, ground)
    if not left:
        raise MoveRefused(WHY_NONE[ScrapGround(ground)], code="ground")
    condition = Condition.DEFECTIVE if ground == ScrapGround.DAMAGED else Condition.GOOD
    lies = Balance.objects.filter(part=stock.part_id, condition=condition, place__kind=PlaceKind.STORE, quantity__gt=0)
    made = []
    for row in lies.select_related("place").order_by("-quantity", "place__code", "lot"):
        count = min(left, row.quantity - _asked(stock.part, condition, place=row.place, lot=row.lot))
        if count > 0:
            left -= count
            made.append(
                ask_scrap(part=stock.part, by=by, place=row.place, quantity=count, ground=ground, finding=finding,
                          condition=condition, lot=row.lot)
            )  # fmt: skip
    return made

"""Planning, ordering and receiving parts (PRT-02, PRT-06, PRT-07, PRT-08, PRT-10, PRT-11)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.approvals.services import decides_alone, open_approval
from bihuan.core.documents.services import issue as issue_paper
from bihuan.core.notify.services import tell
from bihuan.core.numbering.services import next_number
from bihuan.core.permissions.services import require
from bihuan.core.policy import queries as policy
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.people.queries import with_permission
from bihuan.registry.spares.models import Part, Tracking
from bihuan.registry.spares.queries import successors
from bihuan.registry.suppliers.models import Supplier
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.demand import Levels, NoLevels, issued_by_month, levels_of, months_before
from bihuan.service.parts.models import (
    MoveKind,
    Order,
    OrderLine,
    OrderState,
    Place,
    PlaceKind,
    Plan,
    PlanLine,
    PlanState,
    Receipt,
    Stock,
)
from bihuan.service.parts.services.keeping import in_cents, kept_here
from bihuan.service.parts.services.ledger import Posting, outside, post
from bihuan.service.parts.services.reserving import fill_backorders, waiting_for
from bihuan.service.parts.services.scanning import read_codes
from bihuan.service.parts.workflow import ORDER, PLAN

FORM = "F27"


@transaction.atomic
def set_levels(*, stock: Stock, by: Any, safety: int, minimum: int, maximum: int) -> Stock:
    """Set safety, minimum and maximum stock of a part, as proposed or by knowledge of the market (PRT-02)."""
    require(by, perm.PARTS_PLAN)
    return write_levels(stock=stock, by=by, safety=safety, minimum=minimum, maximum=maximum)


def write_levels(*, stock: Stock, by: Any, safety: int, minimum: int, maximum: int) -> Stock:
    """Write levels for whoever has been asked for the right already, with their journal."""
    if not 0 <= safety <= minimum <= maximum:
        raise MoveRefused(_("Safety stock, minimum and maximum must rise in this order."), code="maximum")
    before = f"{stock.safety} / {stock.minimum} / {stock.maximum}"
    Stock.objects.filter(pk=stock.pk).update(safety=safety, minimum=minimum, maximum=maximum)
    data = {"name": f"{before} → {safety} / {minimum} / {maximum}"}
    record(subject=stock.part, verb="part.levels_set", by=by, data=data)
    stock.refresh_from_db()
    return stock


def proposals(parts: Sequence[Part], today: date | None = None) -> Mapping[int, Levels | NoLevels]:
    """Proposed levels of parts from what was issued in the whole months before today (PRT-02, PRT-15)."""
    rules = policy.default().parts
    months = months_before(today or timezone.localdate(), rules.history_months)
    demand = issued_by_month(parts, months)
    return {part.pk: levels_of(demand[part.pk], part.lead_days, rules) for part in parts}


def on_order(parts: Iterable[Part]) -> dict[int, int]:
    """What was ordered and has not come."""
    rows = OrderLine.objects.filter(part__in=list(parts), order__state=OrderState.SENT).values("part")
    return {row["part"]: row["pieces"] for row in rows.annotate(pieces=Sum(F("quantity") - F("received")))}


@transaction.atomic
def draft_plan(*, by: Any, starts_on: date, ends_on: date) -> Plan:
    """Draft the purchase plan of a period: what lies below its minimum is filled to its maximum, and what people wait
    for is bought too (PRT-02, PRT-06). A part without levels of its own takes the proposed ones; a part with a
    successor is not bought any more, who waits for it gets the successor (PRT-16).
    """
    require(by, perm.PARTS_PLAN)
    if ends_on < starts_on:
        raise MoveRefused(_("The end lies before the beginning."), code="ends_on")
    version = policy.current()
    number = next_number("part_plan", policy.parsed(version).numbering.get("part_plan", "CG{yyyymm}-{seq:04d}"))
    plan = Plan.objects.create(
        number=number,
        policy_version=version,
        starts_on=starts_on,
        ends_on=ends_on,
        drafted_by=by,
        created_at=timezone.now(),
    )
    stocks = list(Stock.objects.filter(part__is_active=True).select_related("part").order_by("part__code"))
    wanted = _wanted([stock.part for stock in stocks])
    stocks = [stock for stock in stocks if stock.part_id in wanted]
    parts = [stock.part for stock in stocks]
    found, coming = proposals(parts), on_order(parts)
    lines = [
        _line(plan, stock, found[stock.part_id], coming.get(stock.part_id, 0), wanted[stock.part_id])
        for stock in stocks
    ]
    PlanLine.objects.bulk_create([line for line in lines if line is not None])
    record(subject=plan, verb="plan.drafted", by=by, data={"name": f"{starts_on} – {ends_on}"})
    return plan


def _wanted(parts: Sequence[Part]) -> dict[int, int]:
    """The parts that are still bought, with what people wait for: of them, or of one that they have replaced."""
    known = {part.pk for part in parts}
    found: Counter[int] = Counter()
    for part in parts:
        heirs = [heir.pk for heir in successors(part) if heir.pk in known]
        found[heirs[-1] if heirs else part.pk] += sum(line.backordered for line in waiting_for(part))
    return found


def _line(plan: Plan, stock: Stock, levels: Levels | NoLevels, coming: int, waiting: int) -> PlanLine | None:
    minimum, maximum = stock.minimum, stock.maximum
    if not maximum and isinstance(levels, Levels):
        minimum, maximum = levels.minimum, levels.maximum
    have = stock.free + coming - waiting
    if have >= minimum:
        return None
    count = max(maximum, minimum, 0) - have
    ground = replace(levels, minimum=minimum, maximum=maximum).ground if isinstance(levels, Levels) else _(
        "minimum %(minimum)s, maximum %(maximum)s") % {"minimum": minimum, "maximum": maximum}  # fmt: skip
    if waiting:
        ground = f"{ground}；" + _("%(count)s waited for") % {"count": waiting}
    return PlanLine(plan=plan, part=stock.part, proposed=count, quantity=count, buy_on=plan.starts_on, ground=ground)


@transaction.atomic
def change_plan(
    *, plan: Plan, by: Any, quantities: Mapping[int, int], part: Part | None = None, count: int = 1,
    expected_version: int | None = None,
) -> Plan:  # fmt: skip
    """Change the quantities of a draft, take lines out by nothing, add a part (PRT-06)."""
    apply(plan, PLAN["change"], by=by, expected_version=expected_version)
    for line in plan.lines.all():
        wanted = quantities.get(line.pk, line.quantity)
        if wanted == 0:
            line.delete()
        elif wanted != line.quantity:
            PlanLine.objects.filter(pk=line.pk).update(quantity=wanted)
    if part is not None:
        if plan.lines.filter(part=part).exists():
            raise MoveRefused(_("A part stands here twice."), code="part")
        PlanLine.objects.create(plan=plan, part=part, quantity=count, buy_on=plan.starts_on)
    return plan


@transaction.atomic
def submit_plan(*, plan: Plan, by: Any, expected_version: int | None = None) -> Plan:
    """Send a plan to the head of after-sales for review; his own is reviewed already (PRT-07)."""
    if not plan.lines.exists():
        raise MoveRefused(_("Name at least one part."))
    apply(plan, PLAN["submit"], by=by, expected_version=expected_version)
    if decides_alone(plan.policy, "part_plan", by):
        return plan_reviewed(plan=plan, approved=True)
    title = _("%(number)s: purchase plan of parts") % {"number": plan.number}
    open_approval(subject=plan, chain_subject="part_plan", title=title, by=by)
    plan.refresh_from_db()
    return plan


@transaction.atomic
def plan_reviewed(*, plan: Plan, approved: bool) -> Plan:
    """The head has spoken: purchasing gets the plan as its paper, or the drafter gets it back (PRT-07)."""
    if plan.state != PlanState.ASKED:
        return plan
    apply(plan, PLAN["approve" if approved else "return"], by=None)
    if approved:
        if (form := plan.policy.form(FORM)) and form.enabled:
            issue_paper(form_code=FORM, subject=plan, by=plan.drafted_by)
        title = _("Parts to buy: %(number)s") % {"number": plan.number}
        tell(users=with_permission(perm.PARTS_BUY, plan), title=title, subject=plan, verb="plan.approved")
    return plan


@transaction.atomic
def cancel_plan(*, plan: Plan, by: Any, reason: str, expected_version: int | None = None) -> Plan:
    """Give a plan up; what was ordered by it stays ordered (PRT-06)."""
    return apply(plan, PLAN["cancel"], by=by, data={"reason": reason}, expected_version=expected_version)


def check_supplier(supplier: Supplier) -> None:
    """Only who stands on the approved list with a contract in force gets an order (PRT-08)."""
    if not supplier.is_approved:
        text = _("%(supplier)s is not on the list of approved suppliers.") % {"supplier": supplier}
        raise MoveRefused(text, code="supplier")
    if not supplier.contract_no or (supplier.contract_until and supplier.contract_until < timezone.localdate()):
        raise MoveRefused(_("%(supplier)s has no contract in force.") % {"supplier": supplier}, code="supplier")


@transaction.atomic
def order(
    *, plan: Plan, by: Any, supplier: Supplier, due_on: date, rows: Sequence[tuple[PlanLine, int, Decimal]],
    expected_version: int | None = None,
) -> Order:  # fmt: skip
    """Order lines of a reviewed plan at agreed prices (PRT-07, PRT-10); a plan is done when all of it is ordered."""
    check_supplier(supplier)
    if not rows:
        raise MoveRefused(_("Name at least one part."))
    number = next_number("part_order", plan.policy.numbering.get("part_order", "DH{yyyymm}-{seq:04d}"))
    paper = Order.objects.create(number=number, policy_version_id=plan.policy_version_id, supplier=supplier, plan=plan,
                                 due_on=due_on, ordered_by=by, created_at=timezone.now())  # fmt: skip
    for line, count, price in rows:
        lines = PlanLine.objects.filter(pk=line.pk, plan=plan, quantity__gte=F("ordered") + count)
        if count < 1 or not lines.update(ordered=F("ordered") + count):
            raise MoveRefused(_("%(part)s: not so many.") % {"part": line.part}, code=f"q_{line.pk}")
        OrderLine.objects.create(order=paper, part=line.part, quantity=count, price=in_cents(price, f"a_{line.pk}"))
    done = not plan.lines.filter(ordered__lt=F("quantity")).exists()
    data = {"name": f"{number} {supplier}"}
    apply(plan, PLAN["order"], by=by, data=data, expected_version=expected_version,
          target=PlanState.ORDERED if done else None)  # fmt: skip
    record(subject=paper, verb="order.sent", by=by, data={"name": str(supplier)})
    return paper


@transaction.atomic
def register_receipt(
    *, paper: Order, by: Any, line: OrderLine, quantity: int, delivery_note: str, expected_version: int | None = None
) -> Receipt:
    """The purchaser registers what came; the keeper is asked to inspect it (PRT-11)."""
    waiting = line.receipts.filter(inspected_at__isnull=True).aggregate(n=Sum("quantity"))["n"] or 0
    if not 1 <= quantity <= line.open - waiting:
        raise MoveRefused(_("%(part)s: not so many.") % {"part": line.part}, code="quantity")
    data = {"name": f"{line.part.code} × {quantity}"}
    apply(paper, ORDER["register"], by=by, data=data, expected_version=expected_version)
    receipt = Receipt.objects.create(
        number=next_number("part_receipt", "RK{yyyymm}-{seq:05d}"), line=line, delivery_note=delivery_note[:60],
        quantity=quantity, registered_by=by, registered_at=timezone.now(),
    )  # fmt: skip
    title = _("Goods to inspect: %(number)s %(part)s") % {"number": receipt.number, "part": line.part}
    tell(users=with_permission(perm.PARTS_KEEP, paper), title=title, subject=paper, verb="order.registered")
    return receipt


@transaction.atomic
def inspect(
    *, paper: Order, by: Any, receipt: Receipt, accepted: int, place: Place, finding: str = "", lots: str = "",
    expected_version: int | None = None,
) -> Receipt:  # fmt: skip
    """The keeper inspects and accepts: good pieces enter the ledger at the price of the order, the others go back and
    the purchaser negotiates (PRT-10, PRT-11). Nobody accepts what he registered himself.
    """
    line = receipt.line
    if receipt.registered_by_id == by.pk:
        raise MoveRefused(_("Who registered the goods does not accept them."), code="accepted")
    if not 0 <= accepted <= receipt.quantity:
        raise MoveRefused(_("%(part)s: not so many.") % {"part": line.part}, code="accepted")
    if accepted < receipt.quantity and not finding.strip():
        raise MoveRefused(_("Say what is wrong with the refused ones."), code="finding")
    data = {"name": f"{receipt.number} {line.part.code} {accepted} / {receipt.quantity}", "reason": finding[:200]}
    apply(paper, ORDER["inspect"], by=by, data=data, expected_version=expected_version)
    fields = {"accepted": accepted, "finding": finding[:300], "inspected_by": by, "inspected_at": timezone.now()}
    if not Receipt.objects.filter(pk=receipt.pk, inspected_at__isnull=True).update(**fields):
        raise MoveRefused(_("Somebody else has just changed this. Please look again."), code="conflict")
    receipt.refresh_from_db()
    if accepted:
        _take_in(receipt, by, place, read_codes(lots))
    if accepted < receipt.quantity:
        title = _("%(number)s: %(count)s pieces refused, negotiate with %(supplier)s")
        told = {"number": receipt.number, "count": receipt.quantity - accepted, "supplier": paper.supplier}
        tell(users=[paper.ordered_by], title=title % told, subject=paper, level="warn", verb="order.inspected")
    _end_order(paper)
    return receipt


def _take_in(receipt: Receipt, by: Any, place: Place, lots: list[str]) -> None:
    kept_here(place, "place")
    line, count = receipt.line, receipt.accepted
    if line.part.tracking == Tracking.SERIAL and len(lots) != count:
        raise MoveRefused(_("Give one serial number a line, %(count)s in all.") % {"count": count}, code="lots")
    pieces = [(lot, 1) for lot in lots] if line.part.tracking == Tracking.SERIAL else [("".join(lots[:1]), count)]
    source = outside(PlaceKind.SUPPLIER)
    postings = [
        Posting(MoveKind.RECEIPT, line.part, pieces_of, source, place, lot=lot, amount=line.price * pieces_of,
                reference=receipt.number, reason=line.order.supplier.name)
        for lot, pieces_of in pieces
    ]  # fmt: skip
    moves = post(postings=postings, by=by)
    Receipt.objects.filter(pk=receipt.pk).update(move=moves[0])
    OrderLine.objects.filter(pk=line.pk).update(received=F("received") + count)
    fill_backorders([line.part])


def _end_order(paper: Order) -> None:
    """All has come and was accepted."""
    if not paper.lines.filter(received__lt=F("quantity")).exists():
        apply(paper, ORDER["finish"], by=None)


@transaction.atomic
def negotiate(*, paper: Order, by: Any, text: str, due_on: date | None, expected_version: int | None = None) -> Order:
    """Write down what was agreed with a supplier who is late or delivered defects, and the new day (PRT-10)."""
    fields = {"due_on": due_on} if due_on else {}
    data = {"name": text[:200], "due_on": str(due_on or paper.due_on)}
    return apply(paper, ORDER["negotiate"], by=by, data=data, fields=fields, expected_version=expected_version)


@transaction.atomic
def cancel_order(*, paper: Order, by: Any, reason: str, expected_version: int | None = None) -> Order:
    """Call off what has not come; the plan may order it elsewhere (PRT-10)."""
    if Receipt.objects.filter(line__order=paper, inspected_at__isnull=True).exists():
        raise MoveRefused(_("Goods that came are inspected first."))
    apply(paper, ORDER["cancel"], by=by, data={"reason": reason}, expected_version=expected_version)
    plan = paper.plan
    for line in paper.lines.all() if plan else ():
        PlanLine.objects.filter(plan=plan, part=line.part).update(ordered=F("ordered") - line.open)
    if plan is not None and plan.state == PlanState.ORDERED:
        apply(plan, PLAN["reopen"], by=None, data={"name": paper.number})
    return paper

"""The remedy, its price, and the customer's word on it (RET-07, SOL-03..07, CST-09, D19)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.files.models import StoredFile
from bihuan.core.files.queries import attachments_of
from bihuan.core.files.services import attach, store
from bihuan.core.notify.services import tell
from bihuan.core.permissions.services import can, require
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.products.entitlement import CENT, depreciation_fee
from bihuan.registry.products.queries import policy_of, rule_of
from bihuan.service.desk.models import Payer
from bihuan.service.desk.services.solving import charge_rule, payer_by, report_appraisal
from bihuan.service.desk.services.talk import say
from bihuan.service.returns import permissions as perm
from bihuan.service.returns.models import Fault, Means, Offer, OfferLine, PriceItem, Remedy, ReturnOrder
from bihuan.service.returns.services.approving import (
    ask_for_offer,
    chain_of,
    clear_cost,
    decided_by,
    needs_its_amount,
)  # fmt: skip
from bihuan.service.returns.workflow import WORKFLOW, authorise

LARGE = frozenset({Remedy.REPLACE, Remedy.REFUND, Remedy.SCRAP})
PRICED = frozenset({Remedy.REPAIR, Remedy.REPLACE})
CHARGED = frozenset({Payer.CUSTOMER, Payer.SHARED})
BY_WARRANTY = {Remedy.REPLACE: "replace", Remedy.REFUND: "refund", Remedy.REPAIR: "repair"}


@dataclass(frozen=True)
class Position:
    """A price of the list, so many times."""

    item: PriceItem
    quantity: Decimal


def suggested_payer(order: ReturnOrder) -> tuple[str, str]:
    """Who pays by the charge table: warranty and cause as the inspection found them (D19, SOL-06, SOL-07).

    What a right of the warranty covers is in warranty, also after the period where the right says so.
    """
    return payer_by(order.policy, *charge_facts(order))


def ground_of(order: ReturnOrder, payer: str) -> str:
    """The rule by which this payer bears the cost; nothing where the rules name another one."""
    suggested, rule = suggested_payer(order)
    return rule if payer == suggested else ""


def charge_facts(order: ReturnOrder) -> tuple[bool | None, bool]:
    """Whether it is in warranty and whether the user caused it, as the inspection found it."""
    known = order.warranty.get("state") in {"in", "out"}
    free = bool(order.warranty.get("free")) or order.warranty.get("state") == "in"
    if order.exclusion:
        free = False
    by_user = order.user_caused or bool(order.exclusion)
    return free if known else None, by_user


@transaction.atomic
def offer(
    *, order: ReturnOrder, by: AbstractBaseUser, remedy: str, payer: str, reason: str = "", text: str = "",
    positions: Sequence[Position] = (), price_paid: Decimal = Decimal(0), customer_share: int | None = None,
    expected_version: int | None = None,
) -> Offer:  # fmt: skip
    """Offer the customer a remedy with its price and ask for his word by a link of his own.

    What it costs the company goes through the chain of the policy first, before the customer hears of it (D10).

    What he wished and may ask for is offered, or the reason is given (RET-07). Who decides against the charge table
    says why (D19). Exchange, refund and scrapping are decided by those who review returns.
    """
    require(by, perm.RETURNS_OFFER, order)
    _check_remedy(order, by, remedy, reason)
    _check_payer(order, payer, reason)
    rule = charge_rule(order.policy, *charge_facts(order))
    report_appraisal(subject=order, rule=rule, payer=payer, words=f"{order.number} {order.product}")
    lines = priced(order, positions)
    share = share_of(payer, customer_share)
    worth = sum((line.amount for line in lines), Decimal(0))
    charged = (worth * share / 100).quantize(CENT, ROUND_HALF_UP)
    if payer in CHARGED and remedy in PRICED and not charged:
        raise MoveRefused(_("What the customer pays needs its prices."), code="item_1")
    fee, refund = refund_of(order, remedy, price_paid)
    borne = worth - charged + refund + goods_of(order, remedy, price_paid)
    row = Offer(
        order=order, revision=order.offers.count() + 1, remedy=remedy, text=text, payer=payer, customer_share=share,
        total=charged, fee=fee, refund=refund, borne=borne, price_paid=fee + refund, offered_by_id=by.pk,
        reason=(reason.strip() or ground_of(order, payer))[:200],
    )  # fmt: skip
    needs = chain_of(order, remedy, borne) is not None and not decided_by(order, remedy, by, borne)
    _put(row, "submit" if needs else "offer", by, expected_version)
    row.approved = None if needs else True
    row.save()
    for line in lines:
        line.offer = row
    OfferLine.objects.bulk_create(lines)
    if needs:
        ask_for_offer(row, by)
        row.refresh_from_db()
    else:
        _ask(order, row)
    return row


def _put(row: Offer, name: str, by: Any, expected_version: int | None = None) -> None:
    """Move the return on with what is offered in its journal."""
    data = {"name": str(Remedy(row.remedy).label), "revision": row.revision, "total": row.total, "payer": row.payer}
    apply(row.order, WORKFLOW[name], by=by, data=data, expected_version=expected_version,
          actor_name="" if by else str(row.offered_by))  # fmt: skip


def share_of(payer: str, given: int | None) -> int:
    """The customer's part of the price in per cent: none, all, or what was agreed where both bear it."""
    if payer != Payer.SHARED:
        return 100 if payer == Payer.CUSTOMER else 0
    if given is None or not 0 < given < 100:
        raise MoveRefused(_("Say which part the customer bears: 1 to 99 %."), code="customer_share")
    return given


def goods_of(order: ReturnOrder, remedy: str, price_paid: Decimal) -> Decimal:
    """What the goods given in exchange are worth; asked where the chains of approval depend on it."""
    if remedy != Remedy.REPLACE:
        return Decimal(0)
    if price_paid <= 0 and needs_its_amount(order, remedy):
        raise MoveRefused(_("An exchange needs the price of the goods."), code="price_paid")
    return max(price_paid, Decimal(0))


@transaction.atomic
def approval_ended(*, order: ReturnOrder, data: Mapping[str, Any], approved: bool, by: Any) -> None:
    """Go on after the chain has spoken: ask the customer, or back for another offer; a repair's cost is cleared."""
    if "repair" in data and approved:
        clear_cost(order.repair, Decimal(data["amount"]))
    row = order.offers.filter(pk=data.get("offer") or 0, approved__isnull=True).first()
    if row is None:
        return
    Offer.objects.filter(pk=row.pk).update(approved=approved)
    row.approved = approved
    _put(row, "offer" if approved else "withhold", None)
    if approved:
        _ask(row.order, row)


def _ask(order: ReturnOrder, row: Offer) -> None:
    """Ask the customer, unless a free repair needs no yes in this company."""
    free = row.remedy == Remedy.REPAIR and not row.total
    if free and not order.policy.returns.asks_free_repairs:
        decide(offer=row, agreed=True, person=order.contact_name, means=Means.LINK)
        return
    words = _("Please see our proposal for %(number)s and tell us whether you agree: %(link)s")
    link = f"{settings.BASE_URL}/g/{order.token}/"
    say(case=order.case, by=row.offered_by, text=words % {"number": order.number, "link": link}, kind="return")


def _check_remedy(order: ReturnOrder, by: Any, remedy: str, reason: str) -> None:
    if remedy not in Remedy.values:
        raise MoveRefused(_("“%(value)s” is not known") % {"value": remedy}, code="remedy")
    if remedy in LARGE and not can(by, perm.RETURNS_REVIEW, order):
        raise MoveRefused(_("Exchange, refund and scrapping are decided by the head of after-sales."), code="remedy")
    if order.fault == Fault.NONE and remedy == Remedy.REPAIR:
        raise MoveRefused(_("No trouble was found: there is nothing to repair."), code="remedy")
    wished = BY_WARRANTY.get(Remedy(order.wish))
    entitled = wished in order.warranty.get("codes", ())
    if entitled and remedy != order.wish and not reason.strip():
        raise MoveRefused(_("The customer may ask for what he wished: give the reason for another remedy."),
                          code="reason")  # fmt: skip


def _check_payer(order: ReturnOrder, payer: str, reason: str) -> None:
    if payer not in {Payer.COMPANY, Payer.CUSTOMER, Payer.SHARED}:
        raise MoveRefused(_("Say who bears the cost."), code="payer")
    suggested, _rule = suggested_payer(order)
    if payer != suggested and order.fault != Fault.NONE and not reason.strip():
        raise MoveRefused(_("This differs from the charge table: please give a reason."), code="reason")


def priced(order: ReturnOrder, positions: Sequence[Position]) -> list[OfferLine]:
    """Positions with the market price and its day; one that is too old is asked anew first (CST-09, SOL-07)."""
    oldest = timezone.localdate() - timedelta(days=order.policy.returns.price_days)
    lines = []
    for place, position in enumerate(positions, 1):
        item = position.item
        if item.priced_on < oldest:
            values = {"name": item.name, "day": item.priced_on, "days": order.policy.returns.price_days}
            words = _("The price of %(name)s is of %(day)s, older than %(days)s days: ask for the market price anew.")
            raise MoveRefused(words % values, code=f"item_{place}")
        if position.quantity <= 0:
            raise MoveRefused(_("At least one."), code=f"quantity_{place}")
        amount = (item.price * position.quantity).quantize(CENT, ROUND_HALF_UP)
        lines.append(OfferLine(kind=item.kind, name=item.name, quantity=position.quantity, price=item.price,
                               priced_on=item.priced_on, amount=amount))  # fmt: skip
    return lines


def refund_of(order: ReturnOrder, remedy: str, price_paid: Decimal) -> tuple[Decimal, Decimal]:
    """The fee for the use and what the customer gets back; both together are the price on the invoice (RET-07)."""
    if remedy != Remedy.REFUND:
        return Decimal(0), Decimal(0)
    if price_paid <= 0:
        raise MoveRefused(_("A refund needs the price on the invoice."), code="price_paid")
    fee = Decimal(0)
    rule = rule_of(policy_of(order.unit)) if order.unit else None
    if rule is not None and order.unit and "depreciation_fee" in order.warranty.get("codes", ()):
        bought = order.unit.invoiced_on or order.unit.delivered_on or order.unit.installed_on
        fee = depreciation_fee(
            rule, price=price_paid, meter=order.meter or 0, days_in_repair=_days_in_repair(order),
            days_in_use=(timezone.localdate() - bought).days if bought else 0,
        )  # fmt: skip
    return fee, price_paid - fee


def _days_in_repair(order: ReturnOrder) -> int:
    """Days during which the customer could not use the goods."""
    today: date = timezone.localdate()
    rows = order.unit.repairs.all() if order.unit else []
    return sum(((row.done_on or today) - row.sent_on).days + 1 for row in rows)


@transaction.atomic
def decide(
    *, offer: Offer, agreed: bool, person: str, means: str, opinion: str = "", picture: bytes = b"",
    evidence: StoredFile | None = None, by: AbstractBaseUser | None = None, expected_version: int | None = None,
) -> ReturnOrder:  # fmt: skip
    """Keep the customer's yes or no; a no goes back for another offer. ``by`` None is his own link (SOL-03, SOL-04).

    What one of us writes down for him needs the recording or his message as evidence.
    """
    order = offer.order
    authorise(order, "agree", by)
    if not person.strip():
        raise MoveRefused(_("Please give the name of the person who decides."), code="person")
    if not agreed and not opinion.strip():
        raise MoveRefused(_("Please say what the customer objects to."), code="opinion")
    if by is not None and evidence is None:
        raise MoveRefused(_("Add the signature or the recording as evidence."), code="uploads")
    data = {"name": person, "opinion": opinion[:200], "revision": offer.revision}
    apply(order, WORKFLOW["agree" if agreed else "object"], by=by, data=data, expected_version=expected_version,
          actor_name="" if by else person)  # fmt: skip
    signed = evidence or _signature(order, picture)
    if evidence is not None and evidence.pk not in {row.file_id for row in attachments_of(order)}:
        attach(subject=order, file=evidence, role="consent", caption=evidence.name, by=by)
    changed = Offer.objects.filter(pk=offer.pk, agreed__isnull=True).update(
        agreed=agreed, person=person.strip()[:60], opinion=opinion, means=means, decided_at=timezone.now(),
        signature=signed,
    )  # fmt: skip
    if not changed:
        raise MoveRefused(_("This version has been decided or replaced"), code="conflict")
    title = _("%(person)s agreed to %(number)s") if agreed else _("%(person)s objects to %(number)s")
    tell(users=[offer.offered_by], title=title % {"person": person, "number": order.number}, subject=order,
         level="info" if agreed else "warn", verb="return.agreed" if agreed else "return.objected")  # fmt: skip
    return order


def _signature(order: ReturnOrder, picture: bytes) -> StoredFile | None:
    if not picture:
        return None
    file = store(data=picture, name="signature.png", by=None, allow={"image"})
    attach(subject=order, file=file, role="signature", caption=_("Signature"))
    return file

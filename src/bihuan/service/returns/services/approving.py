"""Who approves what a return costs the company: chains of the policy by remedy and amount (CST-03, CST-04, D10)."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core.approvals.models import ApprovalState
from bihuan.core.approvals.queries import for_subject
from bihuan.core.approvals.services import choose_chain, decides_alone, open_approval
from bihuan.core.policy.schema.service import ApprovalChain
from bihuan.service.returns.models import Offer, Remedy, RepairRecord, ReturnOrder
from bihuan.service.returns.money import agreed_offer

CHAINS = {
    Remedy.REPAIR: "return_repair", Remedy.REPLACE: "return_replace", Remedy.REFUND: "return_refund",
    Remedy.SCRAP: "return_scrap",
}  # fmt: skip


def chain_of(order: ReturnOrder, remedy: str, amount: Decimal) -> ApprovalChain | None:
    """The chain that a remedy of this cost goes through; None when nobody is asked."""
    subject = CHAINS.get(Remedy(remedy))
    return choose_chain(order.policy, subject, order.case.severity or 0, amount) if subject else None


def needs_its_amount(order: ReturnOrder, remedy: str) -> bool:
    """Whether a chain of this remedy begins at an amount, so that leaving the amount out would pass it by."""
    subject = CHAINS.get(Remedy(remedy))
    return any(chain.subject == subject and chain.min_amount for chain in order.policy.approvals)


def decided_by(order: ReturnOrder, remedy: str, by: Any, amount: Decimal) -> bool:
    """Whether who offers this is the one who alone would approve it."""
    subject = CHAINS.get(Remedy(remedy), "")
    return decides_alone(order.policy, subject, by, order.case.severity or 0, amount)


def ask_for_offer(row: Offer, by: Any) -> None:
    """Ask for the approval of an offer; where nobody need decide it is filed at once."""
    order = row.order
    words = _("%(number)s %(remedy)s, we bear %(amount)s CNY: %(product)s")
    values = {"number": order.number, "remedy": row.get_remedy_display(), "amount": row.borne, "product": order.product}
    open_approval(
        subject=order, chain_subject=CHAINS[Remedy(row.remedy)], title=words % values, by=by,
        level=order.case.severity or 0, amount=row.borne, data={"offer": row.pk},
    )  # fmt: skip


def borne_cost(order: ReturnOrder, row: RepairRecord) -> Decimal:
    """What the repair as it was done costs the company: its cost less what the customer agreed to pay."""
    offer = agreed_offer(order)
    return max(row.cost - (offer.total if offer else 0), Decimal(0))


def exceeds(order: ReturnOrder, row: RepairRecord) -> Decimal | None:
    """What the repair costs the company where that is more than was approved and needs approval; else None."""
    offer = agreed_offer(order)
    cost = borne_cost(order, row)
    if cost <= max(offer.borne if offer else Decimal(0), row.cleared):
        return None
    chain = chain_of(order, Remedy.REPAIR, cost)
    return cost if chain is not None and chain.steps else None


def ask_for_cost(order: ReturnOrder, row: RepairRecord, by: Any) -> None:
    """Ask for the approval of a repair that costs more than was approved, once for each amount."""
    cost = exceeds(order, row)
    if cost is None:
        return
    if decided_by(order, Remedy.REPAIR, by, cost):
        clear_cost(row, cost)
        return
    waiting = [item for item in for_subject(order) if item.state == ApprovalState.OPEN and item.data.get("repair")]
    if any(item.amount == cost for item in waiting):
        return
    words = _("%(number)s: the repair costs us %(amount)s CNY, more than was approved: %(product)s")
    title = words % {"number": order.number, "amount": cost, "product": order.product}
    open_approval(
        subject=order, chain_subject=CHAINS[Remedy.REPAIR], title=title, by=by, level=order.case.severity or 0,
        amount=cost, data={"repair": row.pk, "amount": str(cost)},
    )  # fmt: skip


@transaction.atomic
def clear_cost(row: RepairRecord, amount: Decimal) -> None:
    """The cost of a repair is approved up to this amount."""
    row.cleared = max(row.cleared, amount)
    RepairRecord.objects.filter(pk=row.pk).update(cleared=row.cleared)

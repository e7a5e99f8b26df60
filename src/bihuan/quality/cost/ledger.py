"""The ledger: every booking adds up to zero, so no cent is lost or made; what it says is checked against the papers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.numbering.services import reserve
from bihuan.quality.cost.models import Account, CostLine, Kind, Posting, Share, Voucher, VoucherState

ZERO = Decimal(0)
MOVES_LOSS = (Kind.TRANSFER, Kind.CLAIM, Kind.WRITE_OFF)
HAS_SHARES = (Kind.TRANSFER, Kind.CLAIM, Kind.DEDUCTION)


@dataclass(frozen=True)
class Side:
    """One side of a booking; the share names the bearer."""

    account: Account
    amount: Decimal
    share: Share | None = None


def book(sides: Iterable[Side], *, text: str, line: CostLine | None = None, voucher: Voucher | None = None) -> None:
    """Write one booking. Raises ValueError when its sides do not add up to zero."""
    rows = [side for side in sides if side.amount]
    if sum((side.amount for side in rows), ZERO) != 0:
        raise ValueError("a booking adds up to zero")
    number, now = reserve("cost.booking", ""), timezone.now()
    Posting.objects.bulk_create(
        Posting(
            booking=number, account=side.account, amount=side.amount, text=text[:120], line=line, voucher=voucher,
            at=now,
            posted_on=timezone.localdate(now), **_bearer(side.share),
        )
        for side in rows
    )  # fmt: skip


def _bearer(share: Share | None) -> dict[str, Any]:
    if share is None:
        return {}
    return {
        "department_id": share.department_id, "supplier_name": share.supplier_name, "person_id": share.person_id
    }  # fmt: skip


def book_line(line: CostLine, *, void: bool = False) -> None:
    """A cost arose, or it was voided."""
    amount = -line.amount if void else line.amount
    book([Side(Account.LOSS, amount), Side(Account.INCURRED, -amount)], text=line.note or line.kind, line=line)


def book_voucher(voucher: Voucher) -> None:
    """What finance posts of a voucher. A compensation is booked as the cost line that it makes."""
    shares = list(voucher.shares.select_related("department", "person"))
    total, bearer = voucher.total, Account.BEARER
    if voucher.kind in {Kind.TRANSFER, Kind.CLAIM}:
        sides = [Side(Account.LOSS, -total), *(Side(bearer, share.amount, share) for share in shares)]
    elif voucher.kind == Kind.WRITE_OFF:
        sides = [Side(Account.LOSS, -total), Side(Account.WRITTEN_OFF, total)]
    elif voucher.kind == Kind.DEDUCTION:
        share = voucher.settles or shares[0]
        sides = [Side(bearer, -total, share), Side(Account.RECOVERED, total)]
        if voucher.settles is None:
            sides += [Side(bearer, total, share), Side(Account.FINED, -total)]
    else:
        return
    book(sides, text=voucher.description, voucher=voucher)


def balances() -> dict[str, Decimal]:
    """What stands on each account."""
    rows = Posting.objects.values("account").annotate(sum=Sum("amount")).values_list("account", "sum")
    found = {account.value: ZERO for account in Account}
    return found | dict(rows)


def collected(share: Share) -> Decimal:
    """How much of a share has been deducted or is being deducted."""
    rows = share.deductions.exclude(state=VoucherState.CANCELLED)
    return rows.aggregate(sum=Sum("total"))["sum"] or ZERO


def differences() -> Iterator[str]:
    """Everything in which the ledger and the papers differ; nothing when they reconcile to the cent."""
    found = balances()
    if any_rest := sum(found.values(), ZERO):
        yield _("The ledger does not add up: %(rest)s") % {"rest": any_rest}
    for row in Posting.objects.values("booking").annotate(sum=Sum("amount")).exclude(sum=0).order_by("booking"):
        yield _("Booking %(number)s does not add up: %(rest)s") % {"number": row["booking"], "rest": row["sum"]}
    left = CostLine.objects.filter(voided_at=None).exclude(voucher__state=VoucherState.POSTED)
    wanted = left.aggregate(sum=Sum("amount"))["sum"] or ZERO
    if wanted != found[Account.LOSS]:
        yield _("Open costs are %(wanted)s, the ledger says %(found)s") % {"wanted": wanted, "found": found["loss"]}
    yield from _of_vouchers()


def _of_vouchers() -> Iterator[str]:
    alive = Voucher.objects.exclude(state=VoucherState.CANCELLED).order_by("id")
    shared, taken = alive.filter(kind__in=HAS_SHARES), alive.filter(kind__in=MOVES_LOSS)
    posted = taken.filter(state=VoucherState.POSTED)
    loss = Sum("postings__amount", filter=Q(postings__account=Account.LOSS))
    for rows, what, sign, text in (
        (shared, Sum("shares__amount"), 1, _("The shares of %(number)s are not its amount")),
        (taken, Sum("lines__amount"), 1, _("The cost lines of %(number)s are not its amount")),
        (posted, loss, -1, _("%(number)s is posted with another amount")),
    ):
        for number, total, found in rows.annotate(found=what).values_list("number", "total", "found"):
            if (found or ZERO) * sign != total:
                yield text % {"number": number}

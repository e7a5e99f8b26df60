"""What vouchers do when something happens below them."""

from typing import Any

from bihuan.core.activity.models import Activity
from bihuan.core.activity.reactions import on
from bihuan.quality.cost.models import Voucher
from bihuan.quality.cost.services.returning import book_return
from bihuan.quality.cost.services.settling import voucher_decided
from bihuan.service.returns.models import ReturnOrder


@on("approval.approved", "approval.returned")
def go_on_after_approval(activity: Activity, subject: Any) -> None:
    """The approval of a compensation or a write-off ended."""
    data = activity.data.get("data") or {}
    if isinstance(subject, Voucher) and data.get("voucher") == subject.pk:
        subject.refresh_from_db()
        voucher_decided(voucher=subject, approved=activity.verb == "approval.approved", by=activity.actor)


@on("return.costed", "return.exchanged", "return.refunded")
def a_return_costs(activity: Activity, subject: Any) -> None:
    """A return was settled at the company's cost; of a repair only the ledger knows what its parts were."""
    if isinstance(subject, ReturnOrder):
        book_return(order=subject)

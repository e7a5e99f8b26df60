"""Reading costs, vouchers and the ledger."""

from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from bihuan.core.permissions.queries import limit
from bihuan.core.permissions.services import can
from bihuan.quality.cost import permissions as perm
from bihuan.quality.cost.models import CostLine, Posting, Share, Voucher

ABOUT = ("case", "issue", "sheet")
FOR_PAGE = (*ABOUT, "drafter", "from_department", "posted_by", "decided_by", "supervisor",
            "technician", "settles__voucher")  # fmt: skip
ZERO = Decimal(0)


def visible_to(user: Any) -> QuerySet[Voucher]:
    """Vouchers within the user's scope, and those of which his unit or he bears a share that was sent."""
    rows = limit(Voucher.objects.all(), user, perm.VIEW, own="drafter", department="from_department", region="")
    if not getattr(user, "is_authenticated", False) or not rows.query.where:
        return rows
    mine = Q(person=user.pk)
    if user.department_id:
        mine |= Q(department=user.department_id)
    asked = Share.objects.filter(mine, voucher__sent_at__isnull=False).values("voucher")
    return Voucher.objects.filter(Q(pk__in=rows.values("pk")) | Q(pk__in=asked))


def for_page(user: Any, number: str) -> Voucher | None:
    """One voucher with what its page shows, or None for whoever may not see it."""
    return visible_to(user).select_related(*FOR_PAGE).filter(number=number).first()


def lines_for(user: Any) -> QuerySet[CostLine]:
    """Cost lines, for whoever sees costs at all."""
    return limit(CostLine.objects.all(), user, perm.VIEW, own="entered_by", department="", region="")


def postings_for(user: Any) -> QuerySet[Posting]:
    """The ledger, for whoever sees costs of everybody."""
    rows = limit(Posting.objects.all(), user, perm.VIEW, own="", department="department", region="")
    return rows.select_related("department", "person", "voucher", "line")


def of_subject(user: Any, field: str, subject: Any) -> dict[str, Any] | None:
    """What the panel of a subject shows: lines, sum, what is open, vouchers; None for whoever may not see costs."""
    if not can(user, perm.VIEW, subject):
        return None
    lines = list(CostLine.objects.filter(**{field: subject}).select_related("voucher", "entered_by").order_by("-id"))
    live = [line for line in lines if line.voided_at is None]
    return {
        "lines": lines, "total": sum((line.amount for line in live), ZERO),
        "open": sum((line.amount for line in live if line.is_open), ZERO),
        "vouchers": list(Voucher.objects.filter(**{field: subject}).order_by("-id")),
        "field": field, "number": subject.number, "rules": subject.policy.cost,
        "may_enter": can(user, perm.ENTER, subject), "may_transfer": can(user, perm.TRANSFER, subject),
        "may_compensate": can(user, perm.COMPENSATE, subject) and field == "case",
        "may_write_off": can(user, perm.COMPENSATE, subject),
        "may_deduct": can(user, perm.DEDUCT, subject),
    }  # fmt: skip

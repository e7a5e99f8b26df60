"""Reading returns."""

from typing import Any

from django.db.models import Q, QuerySet

from bihuan.core.permissions.queries import limit
from bihuan.core.permissions.services import can
from bihuan.core.policy import queries as policies
from bihuan.registry.products.models import Unit
from bihuan.service.returns import permissions as perm
from bihuan.service.returns.models import Loan, ReturnOrder, ReturnState

FOR_PAGE = (
    "case__customer", "case__line", "case__symptom", "case__mechanism", "case__cause_category",
    "model__line", "unit__model__line", "unit__warranty", "requested_by", "owner", "region",
    "replacement__model", "repair__technician",
)  # fmt: skip

BEFORE_APPROVAL = (ReturnState.REQUESTED, ReturnState.REFUSED, ReturnState.CANCELLED)


def visible_to(user: Any) -> QuerySet[ReturnOrder]:
    """Returns within the user's scope; those that he repairs or whose case he handles always.

    Where all goods come to one workshop, who works there sees what was approved, whichever region it comes from.
    """
    rows = limit(ReturnOrder.objects.all(), user, perm.RETURNS_VIEW, own="requested_by", department="")
    if not getattr(user, "is_authenticated", False) or not rows.query.where:
        return rows
    which = Q(owner=user.pk) | Q(case__owner=user.pk)
    if policies.default().returns.one_workshop and can(user, perm.RETURNS_WORK):
        which |= ~Q(state__in=BEFORE_APPROVAL)
    others = ReturnOrder.objects.filter(which).values("pk")
    return ReturnOrder.objects.filter(Q(pk__in=rows.values("pk")) | Q(pk__in=others))


def in_our_hands(model_id: int | None, most: int = 30) -> list[Unit]:
    """Units of a model that can be lent or given, the newest first: nobody has bought or borrowed them."""
    lent = Loan.objects.filter(returned_at=None).values("unit")
    rows = Unit.objects.filter(model=model_id, customer=None, ending="").exclude(pk__in=lent)
    return list(rows.select_related("model__line").order_by("-pk")[:most])


def for_page(user: Any, number: str) -> ReturnOrder | None:
    """One return with what its page shows."""
    return visible_to(user).select_related(*FOR_PAGE).filter(number=number).first()


def address_of(order: ReturnOrder) -> str:
    """Where the goods are sent: by the rules in force today, for goods on their way too; empty when they do not say."""
    return policies.parsed(policies.current(order.policy.code)).returns.address

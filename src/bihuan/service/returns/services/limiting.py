"""Which time limits of the law run for a return: asked when it is requested, and again when more is known (RET-07)."""

from typing import Any

from django.utils import timezone

from bihuan.core.activity.services import record
from bihuan.core.deadlines.services import recompute_subject
from bihuan.registry.products.entitlement import Answer, FaultKind, limits
from bihuan.service.desk.queries import warranty_answer
from bihuan.service.returns.models import ReturnOrder


def answer_for(order: ReturnOrder, *, fault: str = "", user_caused: bool = False, exclusion: str = "") -> Answer | None:
    """The warranty of the unit for what is known of the fault; before the inspection an ordinary one is taken."""
    more: dict[str, Any] = {"meter": order.meter} if order.meter is not None else {}
    kind = FaultKind(fault) if fault else FaultKind.ORDINARY
    return warranty_answer(order.case, fault=kind, user_caused=user_caused, exclusion=exclusion, **more)


def limits_for(order: ReturnOrder, answer: Answer | None) -> dict[str, int]:
    """The limits that run by an answer, as they are kept with the return."""
    if answer is None:
        return {}
    region = order.region.code if order.region else ""
    asked_on = timezone.localdate(order.requested_at)
    return limits(answer, asked_on, wish=order.wish, fault=order.fault, region=region).known()


def limit_again(order: ReturnOrder, answer: Answer | None, by: Any) -> None:
    """More is known of the unit or of the fault: limits begin, fall away or change, from the same request."""
    found = limits_for(order, answer)
    if found == order.limits:
        return
    order.limits = found
    ReturnOrder.objects.filter(pk=order.pk).update(limits=found)
    record(subject=order, verb="return.limited", by=by, data=found)
    recompute_subject(order)

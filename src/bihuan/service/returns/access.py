"""Who sees which returns, told to files, documents and search."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.core.approvals import matter
from bihuan.core.files import access
from bihuan.core.search import queries as search
from bihuan.service.returns.models import Offer
from bihuan.service.returns.queries import visible_to


def visible_ids(user: Any, ids: Iterable[int]) -> set[int]:
    """Return which of the returns the user may see."""
    return set(visible_to(user).filter(pk__in=list(ids)).values_list("pk", flat=True))


def url_of(order_id: int) -> str:
    """The page of a return."""
    return reverse("returns:go", args=[order_id])


access.register("returns.returnorder", visible_ids)
search.register("returns.returnorder", _("return order"), url_of, visible_ids)


DONE = ("work", "parts", "parts_cost", "material_cost", "labour_hours", "labour_cost", "freight_cost", "cleared")


def offer_facts(order: Any, data: Any) -> list[matter.Fact]:
    """What is offered with its prices, or what the repair cost as it was done."""
    about = [(_("Return"), f"{order.number} {order.product}"), (_("Customer"), str(order.case.customer or ""))]
    offer = Offer.objects.filter(pk=data.get("offer")).first()
    if offer is None:
        done = getattr(order, "repair", None)
        return [*about, *(matter.fields(done, *DONE) if done else [])]
    prices = matter.lines(f"{line.name} × {line.quantity:f} = {line.amount}" for line in offer.lines.order_by("id"))
    names = ("remedy", "text", "payer", "reason", "total", "borne", "refund")
    return [*about, *matter.fields(offer, *names), (_("Prices"), prices)]


matter.describe("returns.returnorder", offer_facts)

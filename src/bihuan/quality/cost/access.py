"""Who sees which vouchers, told to files, documents, approvals and search."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.core.approvals import matter
from bihuan.core.files import access
from bihuan.core.search import queries as search
from bihuan.quality.cost.queries import visible_to


def visible_ids(user: Any, ids: Iterable[int]) -> set[int]:
    """Return which of the vouchers the user may see."""
    return set(visible_to(user).filter(pk__in=list(ids)).values_list("pk", flat=True))


def url_of(voucher_id: int) -> str:
    """The page of a voucher."""
    return reverse("cost:go", args=[voucher_id])


access.register("cost.voucher", visible_ids)
search.register("cost.voucher", _("voucher"), url_of, visible_ids)

matter.describe(
    "cost.voucher",
    lambda row, data: matter.fields(
        row,
        "kind",
        "description",
        "basis",
        "occurred_on",
        "from_department",
        "total",
        "appraisal",
        "agreed_with",
        "agreed_on",
    ),
)

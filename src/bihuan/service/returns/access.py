"""Who sees which returns, told to files, documents and search."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.core.files import access
from bihuan.core.search import queries as search
from bihuan.service.returns.queries import visible_to


def visible_ids(user: Any, ids: Iterable[int]) -> set[int]:
    """Return which of the returns the user may see."""
    return set(visible_to(user).filter(pk__in=list(ids)).values_list("pk", flat=True))


def url_of(order_id: int) -> str:
    """The page of a return."""
    return reverse("returns:go", args=[order_id])


access.register("returns.returnorder", visible_ids)
search.register("returns.returnorder", _("return order"), url_of, visible_ids)

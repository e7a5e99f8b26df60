"""Who sees the issued lists of suppliers, told to documents and search."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.core.files import access
from bihuan.core.search import queries as search
from bihuan.registry.suppliers.models import ApprovedList
from bihuan.registry.suppliers.queries import lists_for


def visible_lists(user: Any, ids: Iterable[int]) -> set[int]:
    """Return which of the issued lists the user may see."""
    return set(lists_for(user).filter(pk__in=list(ids)).values_list("pk", flat=True))


def url_of_list(_pk: int) -> str:
    """The page of the suppliers."""
    return reverse("suppliers:list")


access.register(ApprovedList._meta.label_lower, visible_lists)
search.register(ApprovedList._meta.label_lower, _("list of approved suppliers"), url_of_list, visible_lists)

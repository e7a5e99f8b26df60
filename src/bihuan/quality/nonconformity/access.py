"""Who sees which sheets, told to files, documents, approvals and search."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.core.files import access
from bihuan.core.search import queries as search
from bihuan.quality.nonconformity.queries import visible_to


def visible_ids(user: Any, ids: Iterable[int]) -> set[int]:
    """Return which of the sheets the user may see."""
    return set(visible_to(user).filter(pk__in=list(ids)).values_list("pk", flat=True))


def url_of(sheet_id: int) -> str:
    """The page of a sheet."""
    return reverse("nonconformity:go", args=[sheet_id])


access.register("nonconformity.nonconformity", visible_ids)
search.register("nonconformity.nonconformity", _("nonconformity"), url_of, visible_ids)

"""Who sees which recalls, told to files, documents, approvals and search."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.core.approvals import matter
from bihuan.core.files import access
from bihuan.core.search import queries as search
from bihuan.quality.recall.queries import notices_for, visible_to


def visible_ids(user: Any, ids: Iterable[int]) -> set[int]:
    """Return which of the recalls the user may see."""
    return set(visible_to(user).filter(pk__in=list(ids)).values_list("pk", flat=True))


def visible_notices(user: Any, ids: Iterable[int]) -> set[int]:
    """Return which of the notices to owners the user may see."""
    return set(notices_for(user).filter(pk__in=list(ids)).values_list("pk", flat=True))


def url_of(recall_id: int) -> str:
    """The page of a recall."""
    return reverse("recall:go", args=[recall_id])


access.register("recall.recall", visible_ids)
access.register("recall.ownernotice", visible_notices)
search.register("recall.recall", _("recall"), url_of, visible_ids)

matter.describe(
    "recall.recall",
    lambda row, data: matter.fields(
        row,
        "issue",
        "proposal",
        "hazard",
        "consequence",
        "likelihood",
        "reason",
        "remedy",
        "remedy_text",
        "planned_until",
    ),
)

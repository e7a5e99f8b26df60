"""Who sees which issues, told to files, documents, approvals and search."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.core.approvals import matter
from bihuan.core.files import access
from bihuan.core.search import queries as search
from bihuan.quality.issues.queries import causes_of, measures_of, visible_to


def visible_ids(user: Any, ids: Iterable[int]) -> set[int]:
    """Return which of the issues the user may see."""
    return set(visible_to(user).filter(pk__in=list(ids)).values_list("pk", flat=True))


def url_of(issue_id: int) -> str:
    """The page of an issue."""
    return reverse("issues:go", args=[issue_id])


access.register("issues.issue", visible_ids)
search.register("issues.issue", _("quality issue"), url_of, visible_ids)

matter.describe(
    "issues.issue",
    lambda issue, data: [
        *matter.fields(issue, "title", "description", "model", "mechanism", "department"),
        (_("Confirmed causes"), causes_of(issue)), (_("Measures"), measures_of(issue)),
    ],
)  # fmt: skip

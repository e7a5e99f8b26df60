"""Reading returned defectives."""

from typing import Any

from django.db.models import QuerySet

from bihuan.core.permissions.queries import limit
from bihuan.quality.returned import permissions as perm
from bihuan.quality.returned.models import Returned


def visible_to(user: Any) -> QuerySet[Returned]:
    """Hand-overs within the user's scope: his own are those that he handed over."""
    return limit(Returned.objects.all(), user, perm.RETURNED_VIEW, own="handed_by", department="", region="")


def for_page(user: Any, number: str) -> Returned | None:
    """One hand-over with what its page shows."""
    rows = visible_to(user).select_related("model__line", "case", "handed_by", "owner", "mechanism")
    return rows.filter(number=number).first()

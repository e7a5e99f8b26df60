"""Who sees which visits, told to files, documents, approvals and search."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.core.approvals import matter
from bihuan.core.files import access
from bihuan.core.search import queries as search
from bihuan.service.visits.queries import visible_to
from bihuan.service.visits.rosters import visible_rosters


def visible_ids(user: Any, ids: Iterable[int]) -> set[int]:
    """Return which of the visits the user may see."""
    return set(visible_to(user).filter(pk__in=list(ids)).values_list("pk", flat=True))


def url_of(visit_id: int) -> str:
    """The page of a visit."""
    return reverse("visits:go", args=[visit_id])


def roster_url(roster_id: int) -> str:
    """The page of a duty roster."""
    return reverse("visits:roster", args=[roster_id])


access.register("visits.visit", visible_ids)
access.register("visits.dutyroster", visible_rosters)
search.register("visits.visit", _("visit"), url_of, visible_ids)
search.register("visits.dutyroster", _("duty roster"), roster_url, visible_rosters)

matter.describe(
    "visits.visit",
    lambda visit, data: [
        (_("Case"), f"{visit.case.number} {visit.case.summary}"),
        *matter.fields(
            visit, "purpose", "onsite_reason", "task", "engineer", "starts_at", "ends_at", "place", "supplies"
        ),
    ],
)

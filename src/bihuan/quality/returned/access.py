"""Who sees which hand-overs, told to files and notices."""

from collections.abc import Iterable
from typing import Any

from bihuan.core.files import access
from bihuan.quality.returned.queries import visible_to


def visible_ids(user: Any, ids: Iterable[int]) -> set[int]:
    """Return which of the hand-overs the user may see."""
    return set(visible_to(user).filter(pk__in=list(ids)).values_list("pk", flat=True))


access.register("returned.returned", visible_ids)

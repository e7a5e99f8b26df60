"""Work of suppliers outside the request."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.jobs.registry import job
from bihuan.core.jobs.services import Progress
from bihuan.registry.suppliers.services import tell_due

DAY = 86_400


@job("suppliers.reviews_due", label=_("Tell which suppliers are to be assessed again"), every_seconds=DAY)
def reviews_due(payload: dict[str, Any], progress: Progress) -> int:
    """The daily look at assessments, rectifications and contracts."""
    return tell_due()

"""Work of spare parts outside the request."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.jobs.registry import job
from bihuan.core.jobs.services import Progress
from bihuan.service.parts.services.count_plan import tell_due

HOUR = 3600


@job("parts.counts_due", label=_("Tell which counts of parts are due"), every_seconds=HOUR)
def counts_due(payload: dict[str, Any], progress: Progress) -> int:
    """Tell the storekeepers what the plan wants counted now."""
    return tell_due()

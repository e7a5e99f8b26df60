"""Making exports, outside the request."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.exporting.models import Export
from bihuan.core.exporting.services import expire, make, note_failure
from bihuan.core.jobs.registry import job
from bihuan.core.jobs.services import Progress


def _failed(payload: dict[str, Any], message: str) -> None:
    note_failure(export=Export.objects.select_related("by").get(pk=payload["export"]), reason=message)


@job("exporting.write", label=_("Write an export"), max_attempts=3, on_failure=_failed)
def write(payload: dict[str, Any], progress: Progress) -> None:
    """Make an export; a worker that died is followed by another that begins anew."""
    row = Export.objects.select_related("by").get(pk=payload["export"])
    if row.is_busy:
        make(export=row, report=progress.report)


@job("exporting.expire", every_seconds=3600, label=_("Throw away old exports"))
def throw_away(payload: dict[str, Any], progress: Progress) -> int:
    """Throw away the files of exports whose time is over."""
    return expire()

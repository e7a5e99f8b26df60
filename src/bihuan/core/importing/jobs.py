"""Looking at and loading tables, outside the request."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.importing.models import ImportRun, RunState
from bihuan.core.importing.services import work
from bihuan.core.jobs.registry import job
from bihuan.core.jobs.services import Progress


def _note_failure(payload: dict[str, Any], message: str) -> None:
    ImportRun.objects.filter(pk=payload["run"]).update(state=RunState.FAILED, problem=message[:300])


@job("importing.run", label=_("Work on an import"), max_attempts=3, on_failure=_note_failure)
def run(payload: dict[str, Any], progress: Progress) -> None:
    """Work on an import; a worker that died is followed by another that begins anew, and changes nothing twice."""
    row = ImportRun.objects.select_related("file", "by").get(pk=payload["run"])
    if row.is_busy:
        work(row, progress.report)

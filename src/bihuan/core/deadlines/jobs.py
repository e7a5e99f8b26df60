"""The sweep and the recomputation."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.deadlines import sweep
from bihuan.core.jobs.registry import job
from bihuan.core.jobs.services import Progress


@job("deadlines.sweep", label=_("Look for time limits that are due"), every_seconds=20)
def run_sweep(payload: dict[str, Any], progress: Progress) -> dict[str, int]:
    """Warn, mark as missed, escalate whatever is due now."""
    return {"handled": sweep.sweep()}


@job("deadlines.announce", label=_("Announce a time limit"))
def announce(payload: dict[str, Any], progress: Progress) -> None:
    """Tell people what the sweep found."""
    sweep.announce(payload["events"])


@job("deadlines.recompute", label=_("Work out time limits anew"))
def recompute(payload: dict[str, Any], progress: Progress) -> dict[str, int]:
    """Compute open milestones in working time again, after the calendar changed."""
    return {"changed": sweep.recompute_all(progress.report)}

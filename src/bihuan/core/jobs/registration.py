"""The menu entry and the words of jobs."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.activity.verbs import describe
from bihuan.core.idempotency.services import forget_old
from bihuan.core.jobs import permissions as perm
from bihuan.core.jobs.models import Job, JobState
from bihuan.core.jobs.registry import job
from bihuan.core.jobs.services import Progress
from bihuan.core.listing.paging import MOST
from bihuan.ui import nav

describe({"job.retried": _("tried the job again"), "schedule.switched": _("switched the schedule")})


@job("idempotency.forget", label=_("Forget old answers of the API"), every_seconds=3600)
def forget(payload: dict[str, Any], progress: Progress) -> int:
    """Delete answers of the API that nobody repeats any more; the leaf lies below the jobs and cannot ask itself."""
    return forget_old()


def _failed(user: object) -> int:
    return Job.objects.filter(state=JobState.FAILED)[:MOST].count()


nav.register(
    nav.NavItem(
        "jobs", _("Jobs"), "jobs:list", icon="progress", group="system", permission=perm.JOBS_MANAGE, order=85,
        count=_failed,
    )
)  # fmt: skip

"""Work of field service outside the request."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.jobs.registry import job
from bihuan.core.jobs.services import GiveUp, Progress
from bihuan.registry.people.models import User
from bihuan.service.visits.proposing import propose
from bihuan.service.visits.services.caring import make_due

HOUR = 3600
PROPOSE = "visits.propose_day"


@job(PROPOSE, label=_("Propose a day of visits"), max_attempts=2)
def propose_day(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Work out a day for the dispatcher; the plan is the job's result, nothing else is written."""
    user = User.objects.filter(pk=payload["user"], is_active=True).first()
    if user is None:
        raise GiveUp(str(_("The person who asked is no longer here.")))
    progress.report(1, 3, str(_("Reading what waits")))
    found = propose(user, date.fromisoformat(payload["day"]), lambda: progress.report(2, 3, str(_("Searching"))))
    progress.report(3, 3, "")
    return found


@job("visits.make_care", label=_("Plan the visits of care plans"), every_seconds=HOUR)
def make_care(payload: dict[str, Any], progress: Progress) -> int:
    """Plan what is due soon; what cannot be planned is tried again at the next turn."""
    return make_due()

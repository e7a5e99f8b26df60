"""What may be done with jobs."""

from typing import Final

from django.utils.translation import gettext_lazy as _

JOBS_MANAGE: Final = "jobs.manage"

CATALOGUE = {JOBS_MANAGE: _("See all jobs and try failed ones again")}

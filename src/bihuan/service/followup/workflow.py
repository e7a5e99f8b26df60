"""What follow-up holds back on the desk."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from bihuan.core.workflow.table import MoveRefused
from bihuan.service.desk.models import Case
from bihuan.service.desk.workflow import guard_archive
from bihuan.service.followup.queries import open_review_of


def is_reviewed(case: Case, by: Any, data: Mapping[str, Any]) -> None:
    """A bad score is analysed before its case is put away, where the policy says so (SUR-15)."""
    if case.policy.procedure.archive_waits_for_review and open_review_of(case):
        raise MoveRefused(_("The customer was not satisfied; finish the review first."), code="review")


guard_archive(is_reviewed)

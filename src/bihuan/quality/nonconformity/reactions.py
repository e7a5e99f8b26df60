"""What the sheets do when something happens below them."""

from typing import Any

from bihuan.core.activity.models import Activity
from bihuan.core.activity.reactions import on
from bihuan.quality.nonconformity.models import Nonconformity
from bihuan.quality.nonconformity.services.reviewing import sheet_decided


@on("approval.approved", "approval.returned")
def go_on_after_approval(activity: Activity, subject: Any) -> None:
    """The approval of a sheet ended."""
    data = activity.data.get("data") or {}
    if isinstance(subject, Nonconformity) and data.get("nonconformity") == subject.pk:
        subject.refresh_from_db()
        sheet_decided(sheet=subject, approved=activity.verb == "approval.approved", by=activity.actor)

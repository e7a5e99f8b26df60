"""What people do when the rules change."""

from typing import Any

from bihuan.core.activity.models import Activity
from bihuan.core.activity.reactions import on
from bihuan.core.policy.models import PolicyProfile
from bihuan.core.policy.queries import content
from bihuan.registry.people.services import sync_departments


@on("policy.changed")
def keep_departments(activity: Activity, subject: Any) -> None:
    """Departments that the new rules name are there, with the names that papers use for them (D25)."""
    if isinstance(subject, PolicyProfile) and subject.current_id:
        sync_departments(rules=content(subject.current_id))

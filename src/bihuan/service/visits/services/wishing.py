"""The time that a customer wishes, kept with his case until somebody plans by it (WO-18)."""

from datetime import date, time
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.permissions.services import require
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.desk.models import Case
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.models import TimeWish


@transaction.atomic
def keep_wish(
    *, case: Case, by: AbstractBaseUser | None = None, day: date | None = None, begins: time | None = None,
    until: time | None = None, words: str = "", person: str = "",
) -> TimeWish | None:  # fmt: skip
    """Keep when the customer wishes the visit; ``by`` None is the customer himself. An empty wish takes it back."""
    if by is not None:
        require(by, perm.VISITS_PLAN, case)
    if day is not None and day < timezone.localdate():
        raise MoveRefused(_("The day must lie ahead."), code="day")
    if begins and until and until < begins:
        raise MoveRefused(_("The end lies before the beginning."), code="until")
    values: dict[str, Any] = {"day": day, "begins": begins, "until": until, "words": words.strip()[:300]}
    if not any(values.values()):
        if TimeWish.objects.filter(case=case).delete()[0]:
            record(subject=case, verb="case.time_wish_dropped", by=by, data={})
        return None
    more = {"person": person.strip()[:60] or case.contact_name, "kept_at": timezone.now()}
    row, _created = TimeWish.objects.update_or_create(case=case, defaults={**values, **more})
    record(subject=case, verb="case.time_wished", by=by, data={"name": str(row)}, actor_name="" if by else row.person)
    return row


def wish_of(case: Case) -> TimeWish | None:
    """What the customer wishes, if a day that he named is not over."""
    row: TimeWish | None = getattr(case, "time_wish", None)
    return None if row is None or row.is_over else row

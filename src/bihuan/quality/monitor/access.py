"""Who sees which alarms, told to notices and documents."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.core.files import access
from bihuan.core.search import queries as search
from bihuan.quality.monitor.models import Alarm
from bihuan.quality.monitor.queries import alarms_for


def visible_ids(user: Any, ids: Iterable[int]) -> set[int]:
    """Return which of the alarms the user may see."""
    return set(alarms_for(user).filter(pk__in=list(ids)).values_list("pk", flat=True))


def url_of(alarm_id: int) -> str:
    """The page of an alarm."""
    return reverse("monitor:alarm", args=[alarm_id])


access.register("monitor.alarm", visible_ids)
search.register("monitor.alarm", Alarm._meta.verbose_name or _("alarm"), url_of, visible_ids)

"""The menu entry and the words of the calendar."""

from django.utils.translation import gettext_lazy as _

from bihuan.core.activity.verbs import describe
from bihuan.core.calendar import permissions as perm
from bihuan.ui import nav

describe(
    {
        "calendar.day_set": _("set a day"),
        "calendar.day_cleared": _("let a day follow its weekday again"),
        "calendar.windows_set": _("set the working hours"),
        "calendar.imported": _("imported days"),
    }
)
nav.register(
    nav.NavItem(
        "calendar", _("Working calendar"), "calendar:year", icon="calendar", group="system",
        permission=perm.CALENDAR_VIEW, order=62,
    )
)  # fmt: skip

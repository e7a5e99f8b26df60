"""What may be done with calendars."""

from typing import Final

from django.utils.translation import gettext_lazy as _

CALENDAR_VIEW: Final = "calendar.view"
CALENDAR_EDIT: Final = "calendar.edit"

CATALOGUE = {CALENDAR_VIEW: _("See the working calendar"), CALENDAR_EDIT: _("Change the working calendar")}

"""What may be done with people."""

from typing import Final

from django.utils.translation import gettext_lazy as _

PEOPLE_VIEW: Final = "people.view"
PEOPLE_EDIT: Final = "people.edit"

CATALOGUE = {PEOPLE_VIEW: _("See users"), PEOPLE_EDIT: _("Edit users and their roles")}

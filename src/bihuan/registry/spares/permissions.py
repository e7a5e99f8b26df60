"""What may be done with the records of parts."""

from typing import Final

from django.utils.translation import gettext_lazy as _

SPARES_VIEW: Final = "spares.view"
SPARES_EDIT: Final = "spares.edit"

CATALOGUE = {SPARES_VIEW: _("See the records of spare parts"), SPARES_EDIT: _("Edit the records of spare parts")}

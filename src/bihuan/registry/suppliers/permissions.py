"""What may be done with suppliers."""

from typing import Final

from django.utils.translation import gettext_lazy as _

SUPPLIERS_VIEW: Final = "suppliers.view"
SUPPLIERS_EDIT: Final = "suppliers.edit"

CATALOGUE = {SUPPLIERS_VIEW: _("See suppliers"), SUPPLIERS_EDIT: _("Assess suppliers and keep their contracts")}

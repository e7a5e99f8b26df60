"""What may be done with customers."""

from typing import Final

from django.utils.translation import gettext_lazy as _

CUSTOMERS_VIEW: Final = "customers.view"
CUSTOMERS_EDIT: Final = "customers.edit"
CUSTOMERS_REVEAL: Final = "customers.reveal"

CATALOGUE = {
    CUSTOMERS_VIEW: _("See customers"),
    CUSTOMERS_EDIT: _("Edit customers"),
    CUSTOMERS_REVEAL: _("See whole telephone numbers"),
}

"""What may be done with products."""

from typing import Final

from django.utils.translation import gettext_lazy as _

PRODUCTS_VIEW: Final = "products.view"
PRODUCTS_EDIT: Final = "products.edit"
PRODUCTS_IMPORT: Final = "products.import"
PRODUCTS_DOCUMENTS: Final = "products.documents"

CATALOGUE = {
    PRODUCTS_VIEW: _("See products"),
    PRODUCTS_EDIT: _("Edit products"),
    PRODUCTS_IMPORT: _("Import products"),
    PRODUCTS_DOCUMENTS: _("Publish documents of models"),
}

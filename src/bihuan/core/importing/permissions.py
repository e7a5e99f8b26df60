"""What may be done with imports; each kind asks for its own right beside it."""

from typing import Final

from django.utils.translation import gettext_lazy as _

IMPORTING_RUN: Final = "importing.run"

CATALOGUE = {IMPORTING_RUN: _("Import tables")}

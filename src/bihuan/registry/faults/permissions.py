"""What may be done with the fault catalogue."""

from typing import Final

from django.utils.translation import gettext_lazy as _

FAULTS_VIEW: Final = "faults.view"
FAULTS_EDIT: Final = "faults.edit"

CATALOGUE = {FAULTS_VIEW: _("See the fault catalogue"), FAULTS_EDIT: _("Edit the fault catalogue")}

"""What may be done with the policy."""

from typing import Final

from django.utils.translation import gettext_lazy as _

POLICY_VIEW: Final = "policy.view"
POLICY_EDIT: Final = "policy.edit"

CATALOGUE = {POLICY_VIEW: _("See the rules"), POLICY_EDIT: _("Change the rules")}

"""What may be done with nonconforming goods; which role may is policy. Reporting needs no right at all."""

from typing import Final

from django.utils.translation import gettext_lazy as _

VIEW: Final = "nonconformity.view"
SUPERVISE: Final = "nonconformity.supervise"
MANAGE: Final = "nonconformity.manage"
EXECUTE: Final = "nonconformity.execute"
VERIFY: Final = "nonconformity.verify"
RULE: Final = "nonconformity.rule"

CATALOGUE = {
    VIEW: _("See nonconformities"),
    SUPERVISE: _("Hear first of what one's own department reports"),
    MANAGE: _("Handle nonconformity sheets"),
    EXECUTE: _("Carry out dispositions and measures"),
    VERIFY: _("Verify goods after correction, close sheets"),
    RULE: _("Give the final ruling on objections to a sheet"),
}

"""What may be done with costs; which role may is policy. A unit answers for its own share without any right."""

from typing import Final

from django.utils.translation import gettext_lazy as _

VIEW: Final = "cost.view"
ENTER: Final = "cost.enter"
TRANSFER: Final = "cost.transfer"
COMPENSATE: Final = "cost.compensate"
DEDUCT: Final = "cost.deduct"
DECIDE: Final = "cost.decide"
POST: Final = "cost.post"

CATALOGUE = {
    VIEW: _("See quality costs and the ledger"),
    ENTER: _("Enter cost lines"),
    TRANSFER: _("Transfer costs to units, claim them from suppliers"),
    COMPENSATE: _("Compensate customers, declare write-offs"),
    DEDUCT: _("Issue deduction notices"),
    DECIDE: _("Decide objections to costs"),
    POST: _("Post to the ledger (finance)"),
}

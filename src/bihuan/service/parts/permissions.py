"""What may be done with spare parts; which role may is policy (PRT-17)."""

from typing import Final

from django.utils.translation import gettext_lazy as _

PARTS_VIEW: Final = "parts.view"
PARTS_VALUE: Final = "parts.value"
PARTS_ASK: Final = "parts.ask"
PARTS_KEEP: Final = "parts.keep"
PARTS_PLAN: Final = "parts.plan"
PARTS_BUY: Final = "parts.buy"

CATALOGUE = {
    PARTS_VIEW: _("See stock, ledger and requisitions of spare parts"),
    PARTS_VALUE: _("See what spare parts are worth"),
    PARTS_ASK: _("Ask for spare parts"),
    PARTS_KEEP: _("Keep the stock of spare parts: issue, receive, move, count"),
    PARTS_PLAN: _("Plan stock levels and purchases of spare parts"),
    PARTS_BUY: _("Order spare parts from suppliers"),
}

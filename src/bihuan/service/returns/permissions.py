"""What may be done with returns; which role may is policy (D24)."""

from typing import Final

from django.utils.translation import gettext_lazy as _

RETURNS_VIEW: Final = "returns.view"
RETURNS_REQUEST: Final = "returns.request"
RETURNS_REVIEW: Final = "returns.review"
RETURNS_WORK: Final = "returns.work"
RETURNS_OFFER: Final = "returns.offer"
RETURNS_EVALUATE: Final = "returns.evaluate"
RETURNS_PAYMENTS: Final = "returns.payments"
RETURNS_PRICES: Final = "returns.prices"

CATALOGUE = {
    RETURNS_VIEW: _("See returns"),
    RETURNS_REQUEST: _("Request returns"),
    RETURNS_REVIEW: _("Review returns; decide on exchange, refund and scrapping"),
    RETURNS_WORK: _("Receive, inspect, repair and send back returned goods"),
    RETURNS_OFFER: _("Offer the customer a remedy with its price"),
    RETURNS_EVALUATE: _("Evaluate the quality of repaired goods"),
    RETURNS_PAYMENTS: _("Record payments of returns"),
    RETURNS_PRICES: _("Keep the price list of repairs"),
}

"""The words of returns."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.registry.products.entitlement import FaultKind


class ReturnState(models.TextChoices):
    """From the request to the goods back with the customer."""

    REQUESTED = "requested", _("Awaiting review")
    APPROVED = "approved", _("Awaiting the goods")
    IN_TRANSIT = "in_transit", _("On its way here")
    RECEIVED = "received", _("Goods are here")
    INSPECTED = "inspected", _("Goods inspected")
    APPROVING = "approving", _("Remedy in approval")
    OFFERED = "offered", _("Awaiting the customer's word")
    AGREED = "agreed", _("Remedy agreed")
    WORKING = "working", _("In repair")
    READY = "ready", _("Ready for the way back")
    SHIPPED = "shipped", _("On its way back")
    CLOSED = "closed", _("Closed")
    REFUSED = "refused", _("Request refused")
    CANCELLED = "cancelled", _("Cancelled")


class Degree(models.TextChoices):
    """How hard it is; the policy gives each its hours (SLA-04, SLA-05, SLA-06)."""

    SIMPLE = "simple", _("Simple")
    VERIFY = "verify", _("Batch, or to be verified")
    SPECIAL = "special", _("Special")


class Source(models.TextChoices):
    """Who asked (RET-01)."""

    CASE = "case", _("From a case")
    SALES = "sales", _("Sales")
    CUSTOMER = "customer", _("The customer himself")


class Remedy(models.TextChoices):
    """What becomes of the goods (SOL-09, RET-07)."""

    REPAIR = "repair", _("Repair")
    REPLACE = "replace", _("Exchange")
    REFUND = "refund", _("Refund")
    SCRAP = "scrap", _("Scrap")
    GIVE_BACK = "give_back", _("Give back unrepaired")


class Fault(models.TextChoices):
    """How the fault weighs in the warranty rules; none is no trouble found."""

    ORDINARY = FaultKind.ORDINARY.value, _("Ordinary fault")
    SERIOUS = FaultKind.SERIOUS.value, _("Serious fault")
    MAIN_PART = FaultKind.MAIN_PART.value, _("Fault of a main part")
    SAFETY = FaultKind.SAFETY.value, _("Danger to safety")
    NONE = FaultKind.NONE.value, _("No trouble found")


class Means(models.TextChoices):
    """How the customer said it."""

    LINK = "link", _("Link")
    CALL = "call", _("Recorded call")
    MAIL = "mail", _("Mail or message")


class PriceKind(models.TextChoices):
    """What a price is for."""

    PART = "part", _("Parts and material")
    LABOUR = "labour", _("Labour")
    FREIGHT = "freight", _("Freight")


class Direction(models.TextChoices):
    """Which way money goes."""

    IN = "in", _("Received from the customer")
    OUT = "out", _("Paid to the customer")

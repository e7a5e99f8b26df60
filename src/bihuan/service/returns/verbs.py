"""What the journal says of returns."""

from django.utils.translation import gettext_lazy as _

from bihuan.core.activity.verbs import describe

describe(
    {
        "return.requested": _("asked for a return"),
        "return.approved": _("approved the return"),
        "return.refused": _("refused the return"),
        "return.sent": _("sent the goods"),
        "return.received": _("received the goods"),
        "return.inspected": _("inspected the goods"),
        "return.coded": _("coded the fault"),
        "return.regraded": _("changed the degree of the return"),
        "return.limited": _("found the time limits of the law"),
        "return.submitted": _("submitted the remedy for approval"),
        "return.withheld": _("took the remedy back: not approved"),
        "return.paid": _("recorded a payment"),
        "return.offered": _("offered a remedy"),
        "return.agreed": _("agreed to the remedy"),
        "return.objected": _("objected to the remedy"),
        "return.arranged": _("arranged the repair"),
        "return.recorded": _("wrote the repair record"),
        "return.costed": _("entered what the repair cost"),
        "return.failed": _("did not pass the repair"),
        "return.ready": _("passed the repair"),
        "return.exchanged": _("exchanged the unit"),
        "return.given_back": _("left the goods unrepaired"),
        "return.refunded": _("refunded the customer"),
        "return.scrapped": _("scrapped the goods"),
        "return.shipped": _("sent the goods back"),
        "return.closed": _("closed the return"),
        "return.lent": _("lent a unit"),
        "return.loan_returned": _("took the lent unit back"),
        "return.cancelled": _("cancelled the return"),
        "return.photos_added": _("added photos"),
        "case.return_requested": _("asked for a return"),
        "case.return_inspected": _("inspected the returned goods"),
        "case.return_closed": _("closed the return"),
    }
)

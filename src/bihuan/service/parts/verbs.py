"""What the journal says of parts."""

from django.utils.translation import gettext_lazy as _

from bihuan.core.activity.verbs import describe

describe(
    {
        "part.claimed": _("sent defective parts to the supplier"),
        "part.levels_set": _("set the stock levels"),
        "plan.drafted": _("drafted the purchase plan"),
        "plan.changed": _("changed the purchase plan"),
        "plan.submitted": _("sent the purchase plan for review"),
        "plan.approved": _("approved the purchase plan"),
        "plan.returned": _("returned the purchase plan"),
        "plan.ordered": _("ordered by the purchase plan"),
        "plan.reopened": _("opened the purchase plan again"),
        "plan.cancelled": _("called the purchase plan off"),
        "order.sent": _("sent the order"),
        "order.registered": _("registered goods that came"),
        "order.inspected": _("inspected goods that came"),
        "order.negotiated": _("negotiated with the supplier"),
        "order.received": _("received all of the order"),
        "order.cancelled": _("called the order off"),
        "count.opened": _("began the count"),
        "count.entered": _("entered what was counted"),
        "count.finished": _("finished the count"),
        "count.posted": _("posted the differences of the count"),
        "count.returned": _("returned the count"),
        "count.cancelled": _("called the count off"),
        "scrap.asked": _("asked to scrap parts"),
        "scrap.done": _("scrapped parts"),
        "scrap.declined": _("declined to scrap parts"),
        "requisition.asked": _("asked for parts"),
        "requisition.approved": _("approved the requisition of parts"),
        "requisition.declined": _("declined the requisition of parts"),
        "requisition.issued": _("issued parts"),
        "requisition.drawn": _("took parts from the own stock"),
        "requisition.corrected": _("corrected the report"),
        "requisition.substituted": _("took the successor of a part"),
        "requisition.used": _("used parts"),
        "requisition.given_back": _("took unused parts back"),
        "requisition.old_taken": _("took old parts back"),
        "requisition.closed": _("closed the requisition of parts"),
        "requisition.cancelled": _("called the requisition of parts off"),
        "discrepancy.declared": _("named parts that were not issued"),
        "discrepancy.opened": _("signed the report with parts that were not issued"),
        "discrepancy.withdrawn": _("corrected the report"),
        "discrepancy.booked": _("booked parts from an issue"),
        "discrepancy.settled": _("settled the discrepancy of parts"),
        "case.parts_asked": _("asked for parts for the case"),
    }
)

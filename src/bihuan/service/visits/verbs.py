"""What the journal says of visits."""

from django.utils.translation import gettext_lazy as _

from bihuan.core.activity.verbs import describe

describe(
    {
        "visit.asked": _("asked for a visit"),
        "visit.planned": _("planned the visit"),
        "visit.declined": _("did not authorise the visit"),
        "visit.confirmed": _("agreed to the time of the visit"),
        "visit.wished": _("wished another time for the visit"),
        "visit.rescheduled": _("rescheduled the visit"),
        "visit.prepared": _("prepared the visit"),
        "visit.arrived": _("arrived on site"),
        "visit.plan_agreed": _("agreed the plan on site"),
        "visit.reported": _("wrote the report of the visit"),
        "visit.taken_back": _("took the report of the visit back"),
        "visit.photographed": _("added photos of the site"),
        "visit.handed_in": _("handed in what was written without a network"),
        "visit.signed": _("signed the report of the visit"),
        "visit.found": _("found something and opened a case"),
        "tools.checked": _("checked tools and equipment"),
        "visit.left": _("left the site"),
        "visit.cancelled": _("called the visit off"),
        "case.visit_planned": _("planned a visit"),
        "case.visit_finished": _("finished a visit"),
        "case.time_wished": _("kept the time that the customer wishes"),
        "case.time_wish_dropped": _("took the wished time back"),
        "roster.issued": _("issued the duty roster"),
    }
)

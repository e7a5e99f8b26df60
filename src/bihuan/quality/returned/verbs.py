"""What the journal says of returned defectives."""

from django.utils.translation import gettext_lazy as _

from bihuan.core.activity.verbs import describe

describe(
    {
        "returned.handed": _("handed the defectives over"),
        "returned.received": _("received the defectives"),
        "returned.analysed": _("analysed the defectives"),
        "returned.finished": _("finished the defectives"),
        "returned.refused": _("sent the defectives back"),
        "case.defectives_handed": _("handed the defectives over to engineering"),
        "case.defectives_answered": _("answered about the defectives"),
    }
)

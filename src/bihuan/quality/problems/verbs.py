"""What the journal says of read-across."""

from django.utils.translation import gettext_lazy as _

from bihuan.core.activity.verbs import describe

describe(
    {
        "issue.read_across_asked": _("asked other product lines"),
        "issue.read_across_published": _("hung the question on the notice board"),
        "issue.read_across_answered": _("answered for a product line"),
        "readacross.asked": _("asked whether it occurs here"),
        "readacross.asked_again": _("asked again"),
        "readacross.answered": _("answered whether it occurs here"),
    }
)

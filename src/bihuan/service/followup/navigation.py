"""Menu entries of follow-up."""

from django.utils.translation import gettext_lazy as _

from bihuan.service.followup import permissions as perm
from bihuan.service.followup.queries import waiting
from bihuan.ui import nav

nav.register(
    nav.NavItem(
        "followup",
        _("Follow-up"),
        "followup:list",
        icon="phone-check",
        group="service",
        permission=perm.FOLLOW_UP_VIEW,
        order=25,
        count=waiting,
    )
)

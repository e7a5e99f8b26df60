"""Menu entries of the inbox."""

from django.utils.translation import gettext_lazy as _

from bihuan.service.intake import permissions as perm
from bihuan.service.intake.queries import waiting
from bihuan.ui import nav

nav.register(
    nav.NavItem(
        "inbox",
        _("Inbox"),
        "inbox:list",
        icon="inbox",
        group="service",
        permission=perm.INBOX_VIEW,
        order=5,
        count=waiting,
    )
)

"""Menu entries of people."""

from django.utils.translation import gettext_lazy as _

from bihuan.registry.people import permissions as perm
from bihuan.ui import nav

nav.register(
    nav.NavItem(
        "people",
        _("Users"),
        "people:list",
        icon="users",
        group="system",
        permission=perm.PEOPLE_VIEW,
        order=90,
    )
)

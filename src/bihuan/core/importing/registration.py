"""What the mechanisms must know of imports."""

from django.utils.translation import gettext_lazy as _

from bihuan.core.importing import permissions as perm
from bihuan.ui import nav

nav.register(
    nav.NavItem(
        "imports", _("Imports"), "importing:list", icon="table-import", group="system",
        permission=perm.IMPORTING_RUN, order=80,
    )
)  # fmt: skip

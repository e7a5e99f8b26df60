"""The menu entry of the small tables."""

from django.utils.translation import gettext_lazy as _

from bihuan.ui import nav

nav.register(
    nav.NavItem(
        "masterdata", _("Tables and settings"), "masterdata:index", icon="database-cog", group="system", order=60
    )
)

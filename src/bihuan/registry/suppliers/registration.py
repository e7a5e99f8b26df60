"""What the mechanisms must know of suppliers."""

from django.utils.translation import gettext_lazy as _

from bihuan.core.activity.verbs import describe
from bihuan.registry.suppliers import permissions as perm
from bihuan.ui import nav

describe({"supplier.assessed": _("assessed the supplier")})
nav.register(
    nav.NavItem("suppliers", _("Parts suppliers"), "suppliers:list", icon="building-warehouse", group="registry",
                permission=perm.SUPPLIERS_VIEW, order=43)
)  # fmt: skip

"""The menu entry of the rules, and the words of their journal."""

from django.utils.translation import gettext_lazy as _

from bihuan.core.activity.verbs import describe
from bihuan.core.rulebook import permissions as perm
from bihuan.ui import nav

describe({"policy.changed": _("changed the rules")})
nav.register(
    nav.NavItem(
        "rules", _("Rules"), "rulebook:list", icon="adjustments", group="system", permission=perm.POLICY_VIEW, order=61
    )
)

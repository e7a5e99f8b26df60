"""What the mechanisms must know of exports."""

from django.utils.translation import gettext_lazy as _

from bihuan.core.activity.verbs import describe
from bihuan.core.exporting.queries import visible_ids
from bihuan.core.files import access
from bihuan.core.listing.spec import register_export
from bihuan.ui import nav

describe(
    {
        "export.ordered": _("ordered an export"),
        "export.made": _("made the export"),
        "export.expired": _("threw the expired export away"),
        "export.failed": _("could not make the export"),
    }
)
access.register("exporting.export", visible_ids)
register_export("exporting:order")
nav.register(nav.NavItem("exports", _("My exports"), "exporting:list", icon="download", group="", order=6))

"""The words for what happens to users."""

from django.utils.translation import gettext_lazy as _

from bihuan.core.activity.verbs import describe

describe(
    {
        "user.created": _("created the user"),
        "user.changed": _("changed the user"),
        "user.roles_set": _("set the roles"),
        "user.password_changed": _("changed the password"),
        "user.locked": _("locked the account after failed sign-ins"),
        "user.totp_on": _("switched the second factor on"),
        "user.totp_off": _("switched the second factor off"),
        "user.token_created": _("made an API token"),
        "user.token_revoked": _("revoked an API token"),
    }
)

"""The menu entry of outgoing mails, and the words of their journal."""

from django.utils.translation import gettext_lazy as _

from bihuan.core.activity.verbs import describe
from bihuan.core.notify import permissions as perm
from bihuan.ui import nav

describe({"mail.resent": _("sent the mail again")})
nav.register(
    nav.NavItem(
        "mails", _("Outgoing mails"), "notify:mails", icon="mail-forward", group="system",
        permission=perm.NOTIFY_MAIL_LOG, order=84,
    )
)  # fmt: skip

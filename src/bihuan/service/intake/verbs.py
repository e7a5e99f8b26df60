"""The words for what happens to a message."""

from django.utils.translation import gettext_lazy as _

from bihuan.core.activity.verbs import describe

describe(
    {
        "message.read": _("read the message"),
        "message.routed": _("put the message into a case"),
        "message.quarantined": _("put the message into quarantine"),
        "message.dismissed": _("decided that no case is needed"),
    }
)

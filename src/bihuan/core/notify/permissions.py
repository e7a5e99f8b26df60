"""What may be done with notices."""

from typing import Final

from django.utils.translation import gettext_lazy as _

NOTIFY_ADMIN: Final = "notify.admin"
NOTIFY_MAIL_LOG: Final = "notify.mail_log"

CATALOGUE = {NOTIFY_ADMIN: _("Set up robots and webhooks"), NOTIFY_MAIL_LOG: _("See outgoing mails")}

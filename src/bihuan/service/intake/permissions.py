"""What may be done with messages and channels."""

from typing import Final

from django.utils.translation import gettext_lazy as _

INBOX_VIEW: Final = "intake.view"
INBOX_ROUTE: Final = "intake.route"
INTAKE_SEND: Final = "intake.send"
INTAKE_ADMIN: Final = "intake.admin"

CATALOGUE = {
    INBOX_VIEW: _("See the inbox"),
    INBOX_ROUTE: _("Decide about messages"),
    INTAKE_SEND: _("Hand in messages by API"),
    INTAKE_ADMIN: _("Set up mailboxes"),
}

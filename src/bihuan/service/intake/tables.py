"""The mailboxes that are polled."""

from typing import Any, ClassVar

from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from bihuan.core.masterdata.fields import KeepsSecret, SecretInputField
from bihuan.core.masterdata.registry import ActionFailed, Table, TableAction, register
from bihuan.service.intake import permissions as perm
from bihuan.service.intake.models import Mailbox
from bihuan.service.intake.polling import poll


class MailboxForm(KeepsSecret):
    """A mailbox."""

    wide_fields: ClassVar[tuple[str, ...]] = ()
    secret = SecretInputField(label=_("password"))

    class Meta:
        model = Mailbox
        fields = ("name", "address", "channel", "host", "port", "use_tls", "username", "secret", "folder", "is_enabled")


def try_mailbox(box: Any, by: Any) -> str:
    """Fetch what is new, now."""
    count = poll(box)
    box.refresh_from_db(fields=["last_error"])
    if box.last_error:
        raise ActionFailed(translate("It did not work: %(reason)s") % {"reason": box.last_error})
    return translate("%(count)s new messages were fetched.") % {"count": count}


register(
    Table(
        "mailboxes", _("Mailboxes"), "mailbox", MailboxForm,
        ((_("address"), lambda row: row.address), (_("name"), lambda row: row.name),
         (_("IMAP server"), lambda row: f"{row.host}:{row.port}"), (_("switched on"), lambda row: row.is_enabled),
         (_("last fetched"), lambda row: row.last_polled_at), (_("last error"), lambda row: row.last_error)),
        perm.INTAKE_ADMIN, perm.INTAKE_ADMIN, _("Connections"), _("Customers' mails are fetched from here by IMAP."),
        secrets=("secret",), actions=(TableAction("fetch", _("Fetch now"), try_mailbox),),
    ),
    created=_("added the mailbox"), changed=_("changed the mailbox"),
)  # fmt: skip

"""The list of outgoing mails, and sending those again that failed."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bihuan.core.listing.spec import Bulk, Card, Choices, Column, Filter, Listing, Reader, RowRefused, Tabs, register
from bihuan.core.notify import permissions as perm
from bihuan.core.notify.kinds import labels
from bihuan.core.notify.models import MailState, OutboundMail
from bihuan.core.notify.services import resend
from bihuan.core.permissions.services import can
from bihuan.ui.templatetags.bihuan import tag

TONES = {MailState.FAILED: "red", MailState.SENT: "green"}
NOT_FAILED = _("Only mails that failed can be sent again.")


def rows(user: Any, values: Mapping[str, str]) -> QuerySet[OutboundMail]:
    """Mails of a kind whose subject begins with the words."""
    found = OutboundMail.objects.defer("text", "headers")
    if not can(user, perm.NOTIFY_MAIL_LOG):
        return found.none()
    if words := values["words"]:
        found = found.filter(subject__startswith=words)
    if values["kind"]:
        found = found.filter(kind=values["kind"])
    return found


def _kinds(user: Any) -> Choices:
    return sorted(labels.items())


def _state(mail: OutboundMail, reader: Reader) -> SafeString:
    return tag(mail.get_state_display(), TONES.get(MailState(mail.state), "grey"))


def _again(mail: OutboundMail, by: Any, data: dict[str, Any], version: int | None) -> None:
    if not resend(mail=mail, by=by):
        raise RowRefused(NOT_FAILED)


MAILS = register(
    Listing(
        "mails", _("Outgoing mails"), perm.NOTIFY_MAIL_LOG, "notify:mails", rows,
        columns=(
            Column("subject", _("Subject"), lambda row, reader: row.subject, style="wide-cut", width=40),
            Column("to", _("To"), lambda row, reader: ", ".join(row.to), width=30),
            Column("kind", _("Kind"), lambda row, reader: row.kind_label),
            Column("state", _("State"), lambda row, reader: row.get_state_display(), _state),
            Column("error", _("Message"), lambda row, reader: row.error, style="wide-cut", width=40),
            Column("created", _("Time"), lambda row, reader: row.created_at, style="one"),
            Column("sent", _("Sent at"), lambda row, reader: row.sent_at, shown=False, style="one"),
        ),
        link=lambda row: reverse("notify:mail", args=[row.pk]),
        card=Card("subject", "state", (("to",), ("created", "error"))),
        filters=(Filter("words", _("Beginning of the subject"), longest=60), Filter("kind", _("Kind"), _kinds)),
        tabs=Tabs(_("States"), lambda: MailState.choices),
        actions=(Bulk("again", _("Send again"), perm.NOTIFY_MAIL_LOG, _again),),
    )
)  # fmt: skip

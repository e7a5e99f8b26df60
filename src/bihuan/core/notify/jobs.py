"""What leaves the house."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.jobs.registry import job
from bihuan.core.jobs.services import Progress
from bihuan.core.notify.models import MailState, OutboundMail, Robot, Webhook
from bihuan.core.notify.robots import send_to_robot
from bihuan.core.notify.webhooks import deliver


def _gave_up(payload: dict[str, Any], message: str) -> None:
    OutboundMail.objects.filter(pk=payload["mail"]).update(state=MailState.FAILED, error=message[:300])


@job("notify.send_mail", label=_("Send a mail"), max_attempts=10, on_failure=_gave_up)
def send(payload: dict[str, Any], progress: Progress) -> None:
    """Send a mail; one that was sent already is not sent again."""
    mail = OutboundMail.objects.get(pk=payload["mail"])
    if mail.state != MailState.WAITING:
        return
    EmailMessage(subject=mail.subject, body=mail.text, to=mail.to, headers=mail.headers).send()
    OutboundMail.objects.filter(pk=mail.pk).update(state=MailState.SENT, sent_at=timezone.now(), error="")


@job("notify.robot", label=_("Write to a chat group"), max_attempts=6)
def robot(payload: dict[str, Any], progress: Progress) -> None:
    """Write to a chat group; one that was switched off or removed in the meantime gets nothing."""
    row = Robot.objects.filter(pk=payload["robot"], is_enabled=True).first()
    if row is not None:
        with _last_error_kept(row):
            send_to_robot(row.kind, row.url, row.secret, payload["text"])


@job("notify.webhook", label=_("Tell another program of an event"), max_attempts=12)
def webhook(payload: dict[str, Any], progress: Progress) -> None:
    """Tell a program of an event; the id of the job is that of the delivery, the same at every try."""
    row = Webhook.objects.filter(pk=payload["webhook"], is_enabled=True).first()
    if row is not None:
        with _last_error_kept(row):
            deliver(row, payload["event"], delivery_id=str(progress.job.pk))


@contextmanager
def _last_error_kept(row: Robot | Webhook) -> Iterator[None]:
    """What went wrong last stands in the table of its administrator until something arrives again."""
    try:
        yield
    except Exception as error:
        type(row).objects.filter(pk=row.pk).update(last_error=str(error)[:300])
        raise
    if row.last_error:
        type(row).objects.filter(pk=row.pk).update(last_error="")

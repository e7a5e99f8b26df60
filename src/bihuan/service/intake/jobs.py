"""Reading what was stored."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.jobs.registry import job
from bihuan.core.jobs.services import Progress
from bihuan.service.intake import polling, services
from bihuan.service.intake.models import InboundMessage


def _put_aside(payload: dict[str, Any], message: str) -> None:
    row = InboundMessage.objects.filter(pk=payload["message"]).first()
    if row is not None:
        services.quarantine(message=row, reason=f"failed: {message}")


@job("intake.read", label=_("Read a message"), max_attempts=4, on_failure=_put_aside)
def read(payload: dict[str, Any], progress: Progress) -> None:
    """Read and route one message; what fails again and again goes to quarantine."""
    row = InboundMessage.objects.filter(pk=payload["message"]).first()
    if row is not None:
        services.read_message(row)


@job("intake.poll", label=_("Fetch mail from the mailboxes"), every_seconds=30)
def poll(payload: dict[str, Any], progress: Progress) -> dict[str, int]:
    """Fetch what is new from every mailbox."""
    return polling.poll_due()

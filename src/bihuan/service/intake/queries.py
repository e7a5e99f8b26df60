"""Reading messages."""

from typing import Any

from django.db.models import QuerySet

from bihuan.core.permissions.services import can
from bihuan.service.intake import permissions as perm
from bihuan.service.intake.models import InboundMessage, MessageState

AT_HAND = [MessageState.WAITING, MessageState.QUARANTINED, MessageState.STORED]


def visible_to(user: Any) -> QuerySet[InboundMessage]:
    """Messages, for those who keep the inbox."""
    rows = InboundMessage.objects.defer("raw", "html", "text")
    return rows if can(user, perm.INBOX_VIEW) else rows.none()


def waiting(user: Any) -> int:
    """How many wait for a person, counted to a hundred."""
    return visible_to(user).filter(state__in=[MessageState.WAITING, MessageState.QUARANTINED]).order_by()[:100].count()

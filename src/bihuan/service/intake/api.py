"""Messages of chats, apps and mail gateways over HTTP."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from ninja.errors import HttpError
from pydantic import ConfigDict, StringConstraints

from bihuan.core.permissions.services import require
from bihuan.core.policy import queries as policy
from bihuan.service.intake.permissions import INTAKE_SEND
from bihuan.service.intake.services import store_payload

router = Router(tags=["messages"])
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)]


class MessageIn(Schema):
    """A message of a chat or an app; ``id`` counts once per channel."""

    model_config = ConfigDict(extra="forbid")

    channel: Line
    id: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100_000)]
    sender_name: Line = ""
    sender_address: Line = ""
    phone: Line = ""
    subject: Line = ""
    serial: Line = ""
    case: Line = ""
    sent_at: datetime | None = None


class MessageOut(Schema):
    """What became of the message so far."""

    id: int
    state: str
    is_new: bool


@router.post("", response={202: MessageOut}, summary="Hand in a message")
def send(request: HttpRequest, data: MessageIn) -> Any:
    """Store a message; it becomes a case or joins one within a moment."""
    require(request.user, INTAKE_SEND)
    channel = policy.default().channel(data.channel)
    if channel is None or not channel.enabled:
        raise HttpError(422, f"channel: {data.channel}")
    payload = data.dict(exclude={"channel", "id"}, exclude_none=True)
    payload = {key: str(value) for key, value in payload.items()}
    row, fresh = store_payload(source=f"api:{data.channel}", external_id=data.id, channel=data.channel, payload=payload)
    return Status(202, MessageOut(id=row.pk, state=row.state, is_new=fresh))

"""Messages of chats, apps and mail gateways over HTTP."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema

from bihuan.core.permissions.services import require
from bihuan.core.policy import queries as policy
from bihuan.core.rest.fields import Code, In, Moment, Phone, Text, words
from bihuan.core.rest.problems import WrongFields
from bihuan.core.rest.routing import Router
from bihuan.service.intake.permissions import INTAKE_SEND
from bihuan.service.intake.services import store_payload

router = Router(tags=["messages"])
Line = Annotated[str, words(120)]


class MessageIn(In):
    """A message of a chat or an app; ``id`` counts once per channel, ``case`` names the case that it answers."""

    channel: Code
    id: Annotated[str, words(200, 1)]
    text: Text
    sender_name: Line = ""
    sender_address: Annotated[str, words(254)] = ""
    phone: Phone = ""
    subject: Annotated[str, words(300)] = ""
    serial: Annotated[str, words(60)] = ""
    case: Annotated[str, words(30)] = ""
    sent_at: Moment | None = None


class HandedIn(Schema):
    """What became of the message so far."""

    id: int
    state: str
    is_new: bool


@router.post("", response={202: HandedIn}, summary="Hand in a message")
def send(request: HttpRequest, data: MessageIn) -> Any:
    """Store a message; it becomes a case or joins one within a moment (INT-02, INT-08)."""
    require(request.user, INTAKE_SEND)
    channel = policy.default().channel(data.channel)
    if channel is None or not channel.enabled:
        raise WrongFields({"channel": _("Unknown or closed channel: %(code)s") % {"code": data.channel}})
    payload = data.dict(exclude={"channel", "id"}, exclude_none=True)
    payload = {key: str(value) for key, value in payload.items()}
    row, fresh = store_payload(source=f"api:{data.channel}", external_id=data.id, channel=data.channel, payload=payload)
    return HandedIn(id=row.pk, state=row.state, is_new=fresh)

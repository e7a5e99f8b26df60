"""Messages of chats, apps and mail gateways over HTTP."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Schema

from bihuan.core.permissions.services import require
from bihuan.core.policy import queries as policy
from bihuan.core.policy.schema.service import Channel, ChannelKind
from bihuan.core.rest.fields import Code, In, Moment, Phone, Text, words
from bihuan.core.rest.problems import WrongFields
from bihuan.core.rest.routing import Router
from bihuan.service.intake.permissions import INTAKE_SEND
from bihuan.service.intake.services import log_call, store_payload

router = Router(tags=["messages"])
calls = Router(tags=["calls"])
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
    _open_channel(data.channel)
    payload = data.dict(exclude={"channel", "id"}, exclude_none=True)
    payload = {key: str(value) for key, value in payload.items()}
    row, fresh = store_payload(source=f"api:{data.channel}", external_id=data.id, channel=data.channel, payload=payload)
    return HandedIn(id=row.pk, state=row.state, is_new=fresh)


class CallIn(In):
    """A call as a telephone exchange saw it; calls that were taken are kept where their cases are registered."""

    channel: Code
    outcome: Literal["missed", "abandoned"]
    caller: Phone = ""
    rings: Annotated[int, Field(ge=0, le=99)] | None = None
    wait_seconds: Annotated[int, Field(ge=0, le=7200)] | None = None
    began_at: Moment | None = None


class CallOut(Schema):
    """The call that was kept."""

    id: int


@calls.post("", response={201: CallOut}, summary="Report a call that nobody took")
def report_call(request: HttpRequest, data: CallIn) -> Any:
    """Count a call that nobody took against the connect rate of its channel (INT-14, KPI-06)."""
    require(request.user, INTAKE_SEND)
    if _open_channel(data.channel).kind != ChannelKind.PHONE:
        raise WrongFields({"channel": _("This is no telephone: %(code)s") % {"code": data.channel}})
    if data.began_at and data.began_at > timezone.now():
        raise WrongFields({"began_at": _("This lies in the future.")})
    return CallOut(id=log_call(by=None, **data.dict()).pk)


def _open_channel(code: str) -> Channel:
    channel = policy.default().channel(code)
    if channel is None or not channel.enabled:
        raise WrongFields({"channel": _("Unknown or closed channel: %(code)s") % {"code": code}})
    return channel

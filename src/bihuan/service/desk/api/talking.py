"""Talking: the conversation, notes, files, agreed times, delays."""

from typing import Any

from django.http import HttpRequest
from ninja import File, Form, UploadedFile

from bihuan.core.files.api import AttachmentOut
from bihuan.core.files.queries import attachments_of
from bihuan.core.permissions.services import person
from bihuan.core.rest.problems import at_most, known
from bihuan.service.desk.api import inputs
from bihuan.service.desk.api.base import case_of, colleague, router
from bihuan.service.desk.api.outputs import AppointmentOut, DelayOut, Made, MessageOut
from bihuan.service.desk.models import DelayNotice
from bihuan.service.desk.services import talk
from bihuan.service.desk.services.evidence import add_evidence

MOST = 200
MOST_FILES = 9
ROLES = ("evidence", "signature", "consent")


@router.get("/{number}/messages", response=list[MessageOut], summary="The conversation", tags=["talking"])
def conversation(request: HttpRequest, number: str) -> list[MessageOut]:
    """What was said, the newest 200 messages, the oldest of them first; notes never leave the house."""
    rows = case_of(request, number).messages.order_by("-at", "-id")[:MOST]
    return [MessageOut.of(row) for row in reversed(rows)]


@router.post("/{number}/replies", response={201: Made}, summary="Write to the customer", tags=["talking"])
def reply(request: HttpRequest, number: str, data: inputs.ReplyIn) -> Any:
    """Send or record a word to the customer; each purpose stops its own clock (SLA-01, SLA-02)."""
    case = case_of(request, number)
    known("means", data.means, {channel.code for channel in case.policy.channels if channel.enabled})
    row = talk.reply(case=case, by=person(request), text=data.text, purpose=data.purpose, means=data.means)
    return Made(id=row.pk)


@router.post("/{number}/notes", response={201: Made}, summary="Write an internal note", tags=["talking"])
def note(request: HttpRequest, number: str, data: inputs.NoteIn) -> Any:
    """Write an internal note."""
    row = talk.add_note(case=case_of(request, number), by=person(request), text=data.text)
    return Made(id=row.pk)


@router.get("/{number}/attachments", response=list[AttachmentOut], summary="The files of a case", tags=["talking"])
def attachments(request: HttpRequest, number: str) -> list[AttachmentOut]:
    """The files, the oldest first."""
    return [AttachmentOut.of(row) for row in attachments_of(case_of(request, number))]


@router.post("/{number}/attachments", response={201: list[AttachmentOut]}, summary="Upload files", tags=["talking"])
def upload(request: HttpRequest, number: str, file: File[list[UploadedFile]], about: Form[inputs.UploadIn]) -> Any:
    """Add up to nine files, checked by their content; one that is refused keeps all out.

    ``role`` is evidence, signature or consent; the customer sees what is ``public``.
    """
    case = case_of(request, number)
    known("role", about.role, ROLES)
    at_most("file", file, MOST_FILES)
    rows = add_evidence(case=case, by=person(request), files=file, role=about.role, public=about.public)
    return [AttachmentOut.of(row) for row in rows]


@router.get("/{number}/appointments", response=list[AppointmentOut], summary="Agreed times", tags=["talking"])
def appointments(request: HttpRequest, number: str) -> list[AppointmentOut]:
    """The times agreed with the customer."""
    return [AppointmentOut.of(row) for row in case_of(request, number).appointments.select_related("engineer")]


@router.post("/{number}/appointments", response={201: AppointmentOut}, summary="Agree a time", tags=["talking"])
def appoint(request: HttpRequest, number: str, data: inputs.AppointmentIn) -> Any:
    """Keep the agreed time; the customer is told who will come (WO-14, WO-15)."""
    values = {**data.dict(), "engineer": colleague("engineer", data.engineer)}
    return AppointmentOut.of(talk.appoint(case=case_of(request, number), by=person(request), **values))


@router.get("/{number}/delays", response=list[DelayOut], summary="Announced delays", tags=["talking"])
def delays(request: HttpRequest, number: str) -> list[DelayNotice]:
    """The delays that the customer was told of."""
    return list(case_of(request, number).delays.all())


@router.post("/{number}/delays", response={201: DelayOut}, summary="Announce a delay", tags=["talking"])
def delay(request: HttpRequest, number: str, data: inputs.DelayIn) -> Any:
    """Tell the customer of a possible delay with its reason, before the limit where possible (SLA-18)."""
    row = talk.notify_delay(case=case_of(request, number), by=person(request), **data.dict())
    return DelayOut.from_orm(row)

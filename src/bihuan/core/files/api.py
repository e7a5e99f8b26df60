"""Files over HTTP: what a case shows, downloaded by those who see the case. Uploads belong to their case."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from ninja import Schema

from bihuan.core.files import access
from bihuan.core.files.models import Attachment
from bihuan.core.files.views import serve
from bihuan.core.permissions.services import found
from bihuan.core.rest.routing import Router

router = Router(tags=["files"])
BINARY = {"responses": {200: {"description": "The file", "content": {"application/octet-stream": {}}}}}


class AttachmentOut(Schema):
    """A file with what it proves; ``file`` is the id by which it is downloaded or named in other requests."""

    file: int
    name: str
    kind: str
    content_type: str
    size: int
    sha256: str
    role: str
    caption: str
    is_public: bool
    at: datetime

    @classmethod
    def of(cls, row: Attachment) -> "AttachmentOut":
        """Build the view of an attachment."""
        about = {name: getattr(row.file, name) for name in ("name", "kind", "content_type", "size", "sha256")}
        return cls(file=row.file_id, role=row.role, caption=row.caption, is_public=row.is_public, at=row.at, **about)


@router.get("/{int:pk}", summary="Download a file", openapi_extra=BINARY)
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The content of a file, for whoever sees what it belongs to."""
    file: Any = found(access.visible(request.user, pk))
    return serve(request, file)

"""Serving files, always through the permission of their subject."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified

from bihuan.core.files import access
from bihuan.core.files.models import FileKind, StoredFile
from bihuan.core.files.ranges import Part, wanted
from bihuan.core.permissions.services import found

SALT = "files.public"
A_WEEK = 7 * 24 * 3600
SHOWN = {FileKind.IMAGE, FileKind.PDF, FileKind.AUDIO, FileKind.VIDEO}


def open_file(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """Serve a file to somebody who sees its subject; to others it does not exist."""
    return serve(request, found(access.visible(request.user, pk)))


def thumb(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Serve the small picture of a file."""
    return serve(request, found(access.visible(request.user, pk)), small=True)


@login_not_required
def public(request: HttpRequest, token: str) -> HttpResponseBase:
    """Serve a file to a customer who got its signed address from us."""
    try:
        pk, small = signing.loads(token, salt=SALT, max_age=A_WEEK)
    except signing.BadSignature as error:
        raise Http404 from error
    return serve(request, found(StoredFile.objects.filter(pk=pk).first()), small=small)


def serve(request: HttpRequest, file: StoredFile, *, small: bool = False) -> HttpResponseBase:
    """Send a file as it is, or the part that is asked for; what a browser might run it gets as a download."""
    path = file.thumb_path if small and file.thumb_path else file.path
    tag = f'"{file.sha256}{"-s" if path != file.path else ""}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    if not default_storage.exists(path):
        raise Http404
    size = default_storage.size(path)
    span = wanted(request, size, tag)
    if span is not None and span.is_empty:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    stream: Any = default_storage.open(path)
    response = FileResponse(
        Part(stream, span) if span else stream, as_attachment=file.kind not in SHOWN, filename=file.name,
        content_type="image/webp" if path.endswith(".webp") else file.content_type, status=206 if span else 200,
    )  # fmt: skip
    if span:
        response["Content-Length"] = str(span.stop - span.start)
        response["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{size}"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = tag
    response["Cache-Control"] = "private, max-age=86400"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    return response

"""Keeping files and tying them to what they prove."""

import hashlib
import io
from collections.abc import Collection
from pathlib import Path

import zxingcpp
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from bihuan.core.activity.services import subject_type
from bihuan.core.files.detection import Detected, FileRefused, detect
from bihuan.core.files.models import Attachment, FileKind, StoredFile

THUMB = (320, 320)
LARGEST_SCAN = 4000

__all__ = ["FileRefused", "attach", "check", "decode_codes", "discard", "keep", "read", "store"]


def clean_name(name: str) -> str:
    """Keep the last part of a name, without anything that a file system or a header could misread."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1].strip()
    try:
        return get_valid_filename(last)[-120:]
    except ValueError:
        return "file"


def check(data: bytes, allow: Collection[str] | None = None) -> Detected:
    """Refuse what is empty, too large, of a forbidden or of another kind than wanted."""
    if not data:
        raise FileRefused(_("The file is empty."))
    if len(data) > settings.MAX_UPLOAD_BYTES:
        limit = settings.MAX_UPLOAD_BYTES // 1024 // 1024
        raise FileRefused(_("The file is larger than %(limit)s MB.") % {"limit": limit})
    found = detect(data)
    if allow is not None and found.kind not in allow:
        raise FileRefused(_("This kind of file does not belong here."))
    return found


def store(
    *,
    data: bytes | UploadedFile,
    name: str,
    by: AbstractBaseUser | None,
    allow: Collection[str] | None = None,
) -> StoredFile:
    """Keep a file; the same content is written to disk once. Raises FileRefused and keeps nothing."""
    content = data if isinstance(data, bytes) else data.read()
    found = check(content, allow)
    digest = hashlib.sha256(content).hexdigest()
    path = f"{digest[:2]}/{digest[2:4]}/{digest}"
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(content))
    thumb = _thumbnail(content, digest) if found.kind == FileKind.IMAGE else ""
    return StoredFile.objects.create(
        sha256=digest, size=len(content), name=clean_name(name), content_type=found.content_type, kind=found.kind,
        path=path, thumb_path=thumb, uploaded_by_id=by.pk if by else None,
    )  # fmt: skip


def keep(*, path: Path, name: str, content_type: str, kind: FileKind, by: AbstractBaseUser | None) -> StoredFile:
    """Keep a file that the system itself has made, of any size: it is read in pieces, and not judged by its content."""
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
        place = f"{digest[:2]}/{digest[2:4]}/{digest}"
        if not default_storage.exists(place):
            default_storage.save(place, File(handle))
    return StoredFile.objects.create(
        sha256=digest, size=path.stat().st_size, name=clean_name(name), content_type=content_type, kind=kind,
        path=place, uploaded_by_id=by.pk if by else None,
    )  # fmt: skip


def _thumbnail(content: bytes, digest: str) -> str:
    """A small picture, upright, without the place and the device that a photo carries."""
    path = f"{digest[:2]}/{digest[2:4]}/{digest}.webp"
    if default_storage.exists(path):
        return path
    try:
        with Image.open(io.BytesIO(content)) as image:
            small = ImageOps.exif_transpose(image).convert("RGB")
            small.thumbnail(THUMB)
            out = io.BytesIO()
            small.save(out, "WEBP", quality=80)
    except (OSError, ValueError, Image.DecompressionBombError):
        return ""
    default_storage.save(path, ContentFile(out.getvalue()))
    return path


def read(file: StoredFile) -> bytes:
    """Return the content of a file."""
    with default_storage.open(file.path) as handle:
        content: bytes = handle.read()
    return content


@transaction.atomic
def attach(
    *, subject: models.Model, file: StoredFile, role: str, caption: str = "", public: bool = False,
    by: AbstractBaseUser | None = None,
) -> Attachment:  # fmt: skip
    """Tie a file to what it proves."""
    return Attachment.objects.create(
        subject_type=subject_type(subject), subject_id=subject.pk, file=file, role=role, caption=caption[:80],
        is_public=public,
    )  # fmt: skip


def decode_codes(file: StoredFile) -> list[str]:
    """Read the QR and bar codes of a photo; a picture that cannot be read has none."""
    if file.kind != FileKind.IMAGE:
        return []
    try:
        with Image.open(io.BytesIO(read(file))) as image:
            upright = ImageOps.exif_transpose(image).convert("L")
            upright.thumbnail((LARGEST_SCAN, LARGEST_SCAN))
            return [code.text for code in zxingcpp.read_barcodes(upright) if code.text]
    except (OSError, ValueError, Image.DecompressionBombError):
        return []


@transaction.atomic
def discard(*, file: StoredFile) -> None:
    """Forget a file that proves nothing any more; its content goes from the disk with its last owner."""
    path, thumb = file.path, file.thumb_path
    file.attachments.all().delete()
    file.delete()
    transaction.on_commit(lambda: _sweep(path, thumb))


def _sweep(path: str, thumb: str) -> None:
    if not StoredFile.objects.filter(path=path).exists():
        for place in filter(None, (path, thumb)):
            default_storage.delete(place)

"""What a file really is, whatever its name says."""

import io
import zipfile
from dataclasses import dataclass

import puremagic
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from bihuan.core.files.models import FileKind

Image.MAX_IMAGE_PIXELS = 80_000_000
PICTURES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "BMP": "image/bmp",
}
BY_MAGIC = {
    ".pdf": (FileKind.PDF, "application/pdf"),
    ".mp4": (FileKind.VIDEO, "video/mp4"), ".mov": (FileKind.VIDEO, "video/quicktime"),
    ".webm": (FileKind.VIDEO, "video/webm"), ".3gp": (FileKind.VIDEO, "video/3gpp"),
    ".mp3": (FileKind.AUDIO, "audio/mpeg"), ".wav": (FileKind.AUDIO, "audio/wav"),
    ".m4a": (FileKind.AUDIO, "audio/mp4"), ".amr": (FileKind.AUDIO, "audio/amr"), ".ogg": (FileKind.AUDIO, "audio/ogg"),
    ".doc": (FileKind.DOCUMENT, "application/msword"), ".xls": (FileKind.DOCUMENT, "application/vnd.ms-excel"),
    ".ppt": (FileKind.DOCUMENT, "application/vnd.ms-powerpoint"), ".msi": None, ".exe": None,
}  # fmt: skip
OFFICE = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
MARKUP = (b"<html", b"<!doctype html", b"<script", b"<svg", b"<?php")


class FileRefused(ValueError):
    """A file that is not taken; the reason is for people."""

    def __init__(self, reason: str | Promise) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True)
class Detected:
    """The kind and the content type of a file."""

    kind: FileKind
    content_type: str


def detect(data: bytes) -> Detected:
    """Say what the content is; programs, web pages, macros and unknown things are refused."""
    head = data[:2048].lstrip().lower()
    if data.startswith(PROGRAMS) or head.startswith(MARKUP) or b"<script" in head:
        raise FileRefused(_("Programs and web pages are not accepted."))
    return _picture(data) or _archive(data) or _by_magic(data) or _text(data)


def _picture(data: bytes) -> Detected | None:
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.verify()
            name = PICTURES.get(image.format or "")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    return Detected(FileKind.IMAGE, name) if name else None


def _archive(data: bytes) -> Detected | None:
    if not data.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile as error:
        raise FileRefused(_("The archive is damaged.")) from error
    if any(name.endswith("vbaProject.bin") for name in names):
        raise FileRefused(_("Documents with macros are not accepted."))
    for member, content_type in OFFICE.items():
        if member in names:
            return Detected(FileKind.DOCUMENT, content_type)
    return Detected(FileKind.ARCHIVE, "application/zip")


def _by_magic(data: bytes) -> Detected | None:
    try:
        matches = puremagic.magic_string(data[:65536])
    except (puremagic.PureError, ValueError):
        return None
    for match in matches:
        found = BY_MAGIC.get(str(match.extension).lower())
        if found and match.confidence >= 0.4:
            return Detected(*found)
    return None


def _text(data: bytes) -> Detected:
    for charset in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(charset)
        except UnicodeDecodeError:
            continue
        if all(char.isprintable() or char in "\r\n\t\f" for char in text[:4096]):
            is_mail = data[:200].lower().startswith((b"received:", b"from:", b"return-path:", b"mime-version:"))
            return Detected(FileKind.MAIL, "message/rfc822") if is_mail else Detected(FileKind.TEXT, "text/plain")
    raise FileRefused(_("This type of file is not accepted."))

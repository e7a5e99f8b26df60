"""A part of a file by the Range header (RFC 9110, 14): telephones play a film only where they may ask for its parts."""

import re
from dataclasses import dataclass
from typing import IO

from django.http import HttpRequest

ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)  # longer numbers are no place in any file


@dataclass(frozen=True)
class Span:
    """Bytes from ``start`` up to, not including, ``stop``; an empty one lies beyond the end of the file."""

    start: int
    stop: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the file lies in it."""
        return self.start >= self.stop


def wanted(request: HttpRequest, size: int, tag: str) -> Span | None:
    """The part that is asked for, of ``size`` bytes; None where the whole file is the answer.

    The whole is also the answer to several parts at once, to units that nobody knows, to who holds an older file
    (If-Range), and to who asks for the head alone: each of these may be answered so.
    """
    asked = ONE_RANGE.fullmatch(request.headers.get("Range", "").strip())
    if request.method != "GET" or asked is None or request.headers.get("If-Range", tag) != tag:
        return None
    first, last = asked.groups()
    if not first and not last:
        return None
    if not first:
        return Span(max(0, size - int(last)), size if int(last) else 0)
    if last and int(last) < int(first):
        return None
    return Span(int(first), min(size, int(last) + 1) if last else size)


class Part:
    """A stream that ends where the span ends."""

    def __init__(self, stream: IO[bytes], span: Span) -> None:
        stream.seek(span.start)
        self.stream, self.left = stream, span.stop - span.start

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most ``size`` of them."""
        data = self.stream.read(self.left if size < 0 else min(size, self.left))
        self.left -= len(data)
        return data

    def close(self) -> None:
        """Close the file behind it."""
        self.stream.close()

"""Parts of files by the Range header: telephones ask for a film in pieces."""

import pytest
from django.core import signing
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from bihuan.core.files.ranges import Span, wanted
from bihuan.core.files.services import store
from bihuan.core.files.views import SALT

DATA = b"\x00\x00\x00\x18ftypisom" + bytes(range(200))


class Asked:
    """A request of which only method and headers are read."""

    method = "GET"

    def __init__(self, **headers: str) -> None:
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headers", "status", "begin", "end"),
    [
        ({}, 200, 0, len(DATA)),
        ({"Range": "bytes=0-1"}, 206, 0, 2),
        ({"Range": "bytes=10-"}, 206, 10, len(DATA)),
        ({"Range": "bytes=-5"}, 206, len(DATA) - 5, len(DATA)),
        ({"Range": "bytes=200-999"}, 206, 200, len(DATA)),
        ({"Range": "bytes=0-1,5-6"}, 200, 0, len(DATA)),
        ({"Range": "bytes=9-3"}, 200, 0, len(DATA)),
        ({"Range": "lines=1-2"}, 200, 0, len(DATA)),
        ({"Range": f"bytes={'9' * 5000}-"}, 200, 0, len(DATA)),
        ({"Range": f"bytes=-{'9' * 5000}"}, 200, 0, len(DATA)),
        ({"Range": "bytes=0-1", "If-Range": '"of an older file"'}, 200, 0, len(DATA)),
    ],
)
def test_a_film_is_served_in_the_parts_that_a_telephone_asks_for(
    headers: dict[str, str], status: int, begin: int, end: int
) -> None:
    """WO-13: as RFC 9110 has it; what cannot be answered in one part is answered whole."""
    file = store(data=DATA, name="现场.mp4", by=None)
    answer = Client().get(f"/files/p/{signing.dumps((file.pk, False), salt=SALT)}/", headers=headers)
    body = b"".join(answer)
    assert (answer.status_code, body, answer["Accept-Ranges"]) == (status, DATA[begin:end], "bytes")
    assert answer["Content-Length"] == str(len(body))
    assert answer.get("Content-Range") == (f"bytes {begin}-{end - 1}/{len(DATA)}" if status == 206 else None)


@pytest.mark.django_db
def test_a_part_beyond_the_end_is_refused() -> None:
    file = store(data=DATA, name="现场.mp4", by=None)
    answer = Client().get(
        f"/files/p/{signing.dumps((file.pk, False), salt=SALT)}/", headers={"Range": f"bytes={len(DATA)}-"}
    )
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(DATA)}")


@pytest.mark.django_db
def test_who_asks_for_the_head_hears_of_the_whole() -> None:
    """RFC 9110, 14.2: parts are for GET."""
    file = store(data=DATA, name="现场.mp4", by=None)
    path = f"/files/p/{signing.dumps((file.pk, False), salt=SALT)}/"
    answer = Client().head(path, headers={"Range": "bytes=0-1"})
    assert (answer.status_code, answer["Content-Length"]) == (200, str(len(DATA)))


@given(st.integers(0, 50), st.one_of(st.none(), st.integers(0, 60)), st.one_of(st.none(), st.integers(0, 60)))
def test_a_span_never_leaves_the_file(size: int, first: int | None, last: int | None) -> None:
    text = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    span = wanted(Asked(Range=text), size, '"x"')  # type: ignore[arg-type]
    whole = range(size)
    if first is None and last is None:
        assert span is None
    elif first is None:
        assert span is not None
        assert list(whole)[span.start : span.stop] == (list(whole)[-last:] if last else [])
        assert span.is_empty is (not last or size == 0)
    elif last is not None and last < first:
        assert span is None
    else:
        assert span is not None
        assert list(whole)[span.start : span.stop] == [n for n in whole if n >= first and (last is None or n <= last)]
        assert span.is_empty is (first >= size)
    assert span is None or span.is_empty or Span(0, size).start <= span.start < span.stop <= size

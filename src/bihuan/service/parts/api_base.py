"""What the operations on papers of parts share: finding a part, a place, a paper, a page of papers."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from pydantic import Field

from bihuan.core.permissions.services import can, found, require
from bihuan.core.rest.fields import Code
from bihuan.core.rest.paging import cut
from bihuan.core.rest.problems import WrongFields, known, wrong
from bihuan.registry.spares.models import Part
from bihuan.registry.spares.queries import by_code
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.models import Place
from bihuan.service.parts.queries import ours, papers_for, stores

Pieces = Annotated[int, Field(ge=1, le=1_000_000)]
"""So many of a part."""


def part_named(name: str, code: str) -> Part:
    """The part of a number, for the field ``name``."""
    row = by_code(code)
    if row is None:
        raise WrongFields({name: _("There is no part of this number.")})
    return row


def store_named(name: str, code: str) -> Place:
    """The warehouse or bin of a number, for the field ``name``."""
    return _place(name, code, stores())


def place_named(name: str, code: str) -> Place:
    """The place of ours of a number, an engineer's stock among them, for the field ``name``."""
    return _place(name, code, ours())


def _place(name: str, code: str, rows: Any) -> Place:
    row: Place | None = rows.filter(code=code).first()
    if row is None:
        raise wrong(name, code)
    return row


def one_of(request: HttpRequest, kind: Any, number: str, *related: str) -> Any:
    """One paper of a kind that the caller may see, with its lines where it has some."""
    rows = papers_for(request.user, kind).select_related(*related)
    return found(_with_lines(rows, kind).filter(number=number).first())


def many(request: HttpRequest, kind: Any, states: Any, state: Code, page: Any, *related: str) -> Any:
    """A page of the newest papers of a kind, by state, with the address of the next one."""
    require(request.user, perm.PARTS_VIEW)
    rows = papers_for(request.user, kind).select_related(*related)
    if state:
        rows = rows.filter(state=known("state", state, set(states.values)))
    return cut(_with_lines(rows, kind), page)


def _with_lines(rows: Any, kind: Any) -> Any:
    return rows.prefetch_related("lines__part") if hasattr(kind, "lines") else rows


def line_with(rows: Any, code: str) -> Any:
    """The line of a paper that is about a part."""
    part = part_named("part", code)
    line = next((one for one in rows if one.part_id == part.pk), None)
    if line is None:
        raise wrong("part", code)
    return line


def sees_money(request: HttpRequest) -> bool:
    """Whether amounts are shown to the caller."""
    return can(request.user, perm.PARTS_VALUE)

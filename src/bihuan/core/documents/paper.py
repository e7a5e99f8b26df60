"""What a paper says, as data that can be frozen: the same for every form and every rendering."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

BLANK = "　"


def to_write(value: str, lines: int = 1) -> str:
    """What is known, else room to write it by hand; a value that is empty is struck out with a dash."""
    return value or "\n".join([BLANK] * lines)


class Section(BaseModel):
    """A part of a paper."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = ""


class Facts(Section):
    """Labels with their values."""

    kind: Literal["facts"] = "facts"
    rows: tuple[tuple[str, str], ...]


class Text(Section):
    """A longer text."""

    kind: Literal["text"] = "text"
    body: str


class Table(Section):
    """A table."""

    kind: Literal["table"] = "table"
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Checks(Section):
    """Items that are right, wrong or not judged, with a remark."""

    kind: Literal["checks"] = "checks"
    rows: tuple[tuple[str, bool | None, str], ...]


class Photos(Section):
    """Pictures by the id of their file."""

    kind: Literal["photos"] = "photos"
    files: tuple[tuple[int, str], ...]


class Signature(BaseModel):
    """A place to sign, signed or not yet."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    name: str = ""
    date: str = ""
    file: int | None = None


class Signatures(Section):
    """The row of signatures."""

    kind: Literal["signatures"] = "signatures"
    items: tuple[Signature, ...]


AnySection = Annotated[Facts | Text | Table | Checks | Photos | Signatures, Field(discriminator="kind")]


class Paper(BaseModel):
    """A whole paper."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    form_code: str
    title: str
    company: str
    number: str
    form_number: str = ""
    revision: str = ""
    standard: str = ""
    drafted_by: str = ""
    reviewed_by: str = ""
    approved_by: str = ""
    issued_on: str
    sections: tuple[AnySection, ...]

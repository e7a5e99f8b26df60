"""The fields of inputs: each refuses at the door what a column or a clock behind it could not hold."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

NUL = "\x00"
FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
MOST_WORDS = 100_000
LARGEST = 2_147_483_647


def _in_reach(value: datetime) -> datetime:
    """A time that no calendar of a case can mean would break the arithmetic of deadlines."""
    day = value.replace(tzinfo=UTC)
    if not FIRST <= day <= LAST:
        raise PydanticCustomError("moment_range", "out of reach")
    return value


def _of_the_clock(value: time) -> time:
    """A time of day on the wall where it is read: it has no zone of its own."""
    if value.tzinfo is not None:
        raise PydanticCustomError("time_of_day", "a zone")
    return value


def _address(value: str) -> str:
    """An e-mail address as the pages take it, or nothing."""
    try:
        if value:
            validate_email(value)
    except ValidationError as error:
        raise PydanticCustomError("email", "not an address") from error
    return value


def words(most: int, least: int = 0) -> Any:
    """A text of at most ``most`` characters without blanks around it."""
    return StringConstraints(strip_whitespace=True, min_length=least, max_length=most)


Code = Annotated[str, words(60)]
Line = Annotated[str, words(60)]
Wide = Annotated[str, words(200)]
Name = Annotated[str, words(60, 1)]
Phone = Annotated[str, words(40)]
Email = Annotated[str, words(254), AfterValidator(_address)]
Text = Annotated[str, words(MOST_WORDS, 1)]
MaybeText = Annotated[str, words(MOST_WORDS)]
TimeOfDay = Annotated[time, AfterValidator(_of_the_clock)]
Moment = Annotated[AwareDatetime, AfterValidator(_in_reach)]
Day = Annotated[date, Field(ge=FIRST.date(), le=LAST.date())]
Count = Annotated[int, Field(ge=0, le=LARGEST)]
Level = Annotated[int, Field(ge=1, le=9)]
Score = Annotated[int, Field(ge=1, le=5)]
Hours = Annotated[Decimal, Field(ge=0, max_digits=7, decimal_places=1)]
Money = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]


class In(Schema):
    """An input: an unknown field is an error, so that nothing that was sent is silently dropped.

    A zero character is refused in every text at any depth: PostgreSQL cannot keep it.
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _no_zeros(cls, data: Any) -> Any:
        if holds_zero(getattr(data, "_obj", data)):
            raise PydanticCustomError("zero_character", "zero character")
        return data


class SeenIn(In):
    """What a person does with a record; ``version`` is the one that he saw: who comes second is told who was first."""

    version: Count | None = None


def holds_zero(value: Any) -> bool:
    """Whether a zero character or half a character stands in any text of the value."""
    todo = [value]
    while todo:
        item = todo.pop()
        if isinstance(item, str):
            if NUL in item or any("\ud800" <= char <= "\udfff" for char in item):
                return True
        elif isinstance(item, dict):
            todo += [*item.keys(), *item.values()]
        elif isinstance(item, list):
            todo += item
    return False

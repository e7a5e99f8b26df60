"""What all parts of a profile share."""

from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,59}$")]
FormCode = Annotated[str, StringConstraints(pattern=r"^F\d{2}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class Part(BaseModel):
    """A frozen part of a profile; an unknown key is an error, so that a typo never passes in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(Part):
    """A code for programs and a name for people."""

    code: Code
    name: Name


class Level(Named):
    """One step of a scale. Programs use the number and the flags, never the words (D05)."""

    level: int = Field(ge=1, le=9)
    flags: tuple[Code, ...] = ()
    note: str = ""


class Condition(Part):
    """When a rule applies: facts of the subject by name, each a wanted value, a list of values, or bounds."""

    equals: dict[str, str | int | bool] = {}
    one_of: dict[str, tuple[str | int, ...]] = {}
    at_least: dict[str, int] = {}
    at_most: dict[str, int] = {}

    def holds(self, facts: dict[str, object]) -> bool:
        """Return whether all parts hold; a fact that is not known yet fails its part."""
        return (
            all(facts.get(key) == value for key, value in self.equals.items())
            and all(facts.get(key) in values for key, values in self.one_of.items())
            and all(_number(facts.get(key), low) >= low for key, low in self.at_least.items())
            and all(_number(facts.get(key), None) <= high for key, high in self.at_most.items())
        )


def unknown(where: str, code: str) -> str:
    """Say that a rule names what is not there."""
    return f"{where}: {_('“%(value)s” is not known') % {'value': code}}"


def twice(where: str) -> str:
    """Say that a list has one code for two rows."""
    return f"{where}: {_('a code stands twice')}"


def _number(value: object, floor: int | None) -> float:
    """A number to compare; what is unknown lies outside either bound."""
    if isinstance(value, int | float):
        return value
    return float("-inf") if floor is not None else float("inf")

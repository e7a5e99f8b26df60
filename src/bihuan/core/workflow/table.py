"""A table of moves; buttons, API, diagrams and tests are derived from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

Guard = Callable[[Any, Any, Mapping[str, Any]], None]


class MoveRefused(Exception):
    """A move that may not happen now; ``reason`` is for people and the API answers 409 with it."""

    def __init__(self, reason: str | Promise, code: str = "refused") -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.code = code


@dataclass(frozen=True)
class Move:
    """One legal change: from which states, to which, by whom, under which guards.

    ``target`` None leaves the state as it is. ``verb`` is what the journal says. ``person`` is False for moves
    that only the system or a customer's link makes; they have no button.
    """

    name: str
    label: str | Promise
    sources: frozenset[str]
    target: str | None
    permission: str
    verb: str
    guards: tuple[Guard, ...] = ()
    person: bool = True
    tone: str = "normal"
    needs_reason: bool = False


@dataclass(frozen=True)
class Choice:
    """A move that the person sees now; ``refusal`` says why it cannot be pressed yet."""

    move: Move
    refusal: str | Promise | None = None


@dataclass(frozen=True)
class Workflow:
    """The moves of one model."""

    model: str
    moves: tuple[Move, ...]
    states: tuple[str, ...]
    _by_name: dict[str, Move] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a table that names unknown states or one move twice."""
        for move in self.moves:
            unknown = (move.sources | ({move.target} if move.target else set())) - set(self.states)
            if unknown or move.name in self._by_name:
                raise ValueError(f"{self.model}.{move.name}: {unknown or 'stands twice'}")
            self._by_name[move.name] = move

    def __getitem__(self, name: str) -> Move:
        """Return a move by its name."""
        return self._by_name[name]

    def from_state(self, state: str) -> tuple[Move, ...]:
        """Return the moves that leave a state, in the order of the table."""
        return tuple(move for move in self.moves if state in move.sources)

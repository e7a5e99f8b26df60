"""Arguments are what the signature of a public function says they are, or the refusal has a name.

A number is one finite number, a whole number has no fraction, a choice is one of the words of its type, an object is of
its class. Arrays are left to the functions of `checks`, which know what each of them may hold.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from types import NoneType, UnionType
from typing import Any, Literal, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np

from bihuan.stats.checks import LARGEST_WHOLE, choice, number, seed, whole
from bihuan.stats.errors import NoAnswer

P = ParamSpec("P")
R = TypeVar("R")
Reader = Callable[[Any, str], Any]
_BEYOND = (FloatingPointError, OverflowError, ZeroDivisionError)


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """``function``, refusing arguments that are not what its signature says.

    Raises
    ------
    NoAnswer
        From the function so made: ``not_numbers``, ``not_finite``, ``not_whole``, ``wrong_shape``, ``out_of_range``,
        ``unknown_choice``, ``not_a_flag``, ``wrong_kind``, and ``out_of_scale`` where doubles do not suffice.
    """
    names = tuple(inspect.signature(function).parameters)
    readers: dict[str, Reader] = {}
    ready = False

    @wraps(function)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        nonlocal ready
        if not ready:
            readers.update(_of_function(function))
            ready = True
        given = list(args)
        for place, name in enumerate(names[: len(given)]):
            if name in readers:
                given[place] = readers[name](given[place], name)
        named = {name: readers[name](value, name) if name in readers else value for name, value in kwargs.items()}
        try:
            with np.errstate(over="raise", divide="raise", invalid="raise"):
                return function(*given, **named)  # type: ignore[arg-type]
        except _BEYOND as problem:
            raise NoAnswer("out_of_scale", f"{function.__name__}: no answer in doubles at this scale") from problem

    return asked


def check_fields(one: object) -> None:
    """Read every field of a frozen dataclass as its type says; to be called by ``__post_init__``.

    Raises
    ------
    NoAnswer
        As `checked`.
    """
    kind = type(one)
    if kind not in _FIELDS:
        hints = get_type_hints(kind)
        known = kind.__dataclass_fields__  # type: ignore[attr-defined]
        _FIELDS[kind] = _usable({name: _reader(hints[name], field.default) for name, field in known.items()})
    for name, reader in _FIELDS[kind].items():
        object.__setattr__(one, name, reader(getattr(one, name), name))


_FIELDS: dict[type, dict[str, Reader]] = {}


def _of_function(function: Callable[..., object]) -> dict[str, Reader]:
    hints = get_type_hints(function)
    found: dict[str, Reader | None] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        found[name] = seed if name == "seed" else _reader(hints.get(name, Any), parameter.default)
    return _usable(found)


def _usable(readers: Mapping[str, Reader | None]) -> dict[str, Reader]:
    return {name: reader for name, reader in readers.items() if reader is not None}


def _reader(hint: Any, default: Any = None) -> Reader | None:
    """What reads an argument of this type; None where the function itself does.

    A number may be infinite where it is so unless given.
    """
    if isinstance(default, float) and math.isinf(default):
        return _limit
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _of_union(get_args(hint))
    if origin is Literal:
        return lambda value, name: choice(value, get_args(hint), name)
    if origin in (Sequence, Iterable, Mapping):
        return _of_items(origin, get_args(hint))
    if origin is None and inspect.isclass(hint) and hasattr(hint, "__dataclass_fields__"):
        return lambda value, name: _object(value, (hint,), name)
    return None


def _of_union(members: tuple[Any, ...]) -> Reader | None:
    """One of several types; a union with complex numbers is numpy's type of arrays."""
    rest = tuple(member for member in members if member is not NoneType)
    if complex in rest or not rest:
        return None
    if len(rest) == 1:
        reader = _reader(rest[0])
    elif all(hasattr(member, "__dataclass_fields__") for member in rest):
        reader = lambda value, name: _object(value, rest, name)  # noqa: E731
    elif set(rest) == {str, float}:
        reader = lambda value, name: value if isinstance(value, str) else number(value, name)  # noqa: E731
    else:
        reader = None
    if reader is None or len(rest) == len(members):
        return reader
    some = reader
    return lambda value, name: None if value is None else some(value, name)


def _of_items(origin: Any, inner: tuple[Any, ...]) -> Reader:
    """A sequence, its items too where they are objects; or a mapping."""
    kind = inner[0] if inner and hasattr(inner[0], "__dataclass_fields__") else None
    kind_name = "mapping" if origin is Mapping else "sequence"

    def read(value: Any, name: str) -> Any:
        if origin is Mapping or isinstance(value, str | bytes | Mapping) or not np.iterable(value):
            if origin is Mapping and isinstance(value, Mapping):
                return value
            raise NoAnswer("not_text" if inner[:1] == (str,) else "wrong_kind", f"{name} must be a {kind_name}")
        if origin is Sequence and not (hasattr(value, "__len__") and hasattr(value, "__getitem__")):
            raise NoAnswer("wrong_kind", f"{name} must be in order, as a list is")
        return value if kind is None else tuple(_object(item, (kind,), name) for item in value)

    return read


def _object(value: Any, kinds: tuple[type, ...], name: str) -> Any:
    if not isinstance(value, kinds):
        raise NoAnswer("wrong_kind", f"{name} must be {' or '.join(kind.__name__ for kind in kinds)}")
    return value


def _limit(value: Any, name: str) -> float:
    """A number that may be infinite."""
    return float(value) if isinstance(value, float) and math.isinf(value) else number(value, name)


def _whole(value: Any, name: str) -> int:
    return whole(value, name, least=-LARGEST_WHOLE)


def _word(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise NoAnswer("unknown_choice", f"{name} must be a word")
    return value


def _flag(value: Any, name: str) -> bool:
    if not isinstance(value, bool | np.bool_):
        raise NoAnswer("not_a_flag", f"{name} must be true or false")
    return bool(value)


_PLAIN: dict[Any, Reader | None] = {float: number, int: _whole, str: _word, bool: _flag, Any: None}

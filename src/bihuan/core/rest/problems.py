"""Errors as problem+json (RFC 9457), told in the reader's language, each with the field that it is about."""

from collections.abc import Container, Mapping, Sized
from typing import Any

from django.forms import BaseForm
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from ninja import Schema
from ninja.errors import HttpError

MEDIA = "application/problem+json"


class FieldError(Schema):
    """One field that is not right; ``field`` is its path in the request."""

    field: str
    message: str


class Problem(Schema):
    """An error: ``title`` is for people, ``code`` and ``errors`` are for programs."""

    type: str
    title: str
    status: int
    code: str | None = None
    permission: str | None = None
    errors: list[FieldError] | None = None


WRONG: Mapping[str, str | Promise] = {
    "missing": _("This field is required."),
    "extra_forbidden": _("This field is not known."),
    "string_type": _("This must be a text."),
    "string_unicode": _("This text holds broken characters."),
    "zero_character": _("This text holds broken characters."),
    "string_too_short": _("Please write a text."),
    "string_too_long": _("At most %(max_length)s characters."),
    "int_type": _("This must be a whole number."),
    "int_parsing": _("This must be a whole number."),
    "int_parsing_size": _("This number is too large."),
    "int_from_float": _("This must be a whole number."),
    "float_type": _("This must be a number."),
    "float_parsing": _("This must be a number."),
    "decimal_type": _("This must be a number."),
    "decimal_parsing": _("This must be a number."),
    "finite_number": _("This must be a number."),
    "decimal_max_digits": _("This number is too large."),
    "decimal_whole_digits": _("This number is too large."),
    "decimal_max_places": _("At most %(decimal_places)s decimal places."),
    "greater_than_equal": _("At least %(ge)s."),
    "less_than_equal": _("At most %(le)s."),
    "bool_type": _("This must be true or false."),
    "bool_parsing": _("This must be true or false."),
    "timezone_aware": _("Give the time with its time zone, such as +08:00."),
    "time_of_day": _("A time of day has no time zone."),
    "moment_range": _("This time is out of reach."),
    "string_pattern_mismatch": _("This is not written as it must be: %(pattern)s"),
    "list_type": _("This must be a list."),
    "tuple_type": _("This must be a list."),
    "too_short": _("At least %(min_length)s entries."),
    "too_long": _("At most %(max_length)s entries."),
    "dict_type": _("This must be an object."),
    "model_attributes_type": _("This must be an object."),
    "model_type": _("This must be an object."),
    "email": _("This is not an e-mail address."),
    "enum": _("Only these are known: %(expected)s"),
    "literal_error": _("Only these are known: %(expected)s"),
}
OTHERWISE = _("This value is not right.")
TIMES = ("date", "time")


def message_of(item: Mapping[str, Any]) -> str:
    """The message of one error of pydantic, in words of our own: its own are English only."""
    kind = str(item.get("type", ""))
    if kind.startswith(TIMES) and kind not in WRONG:
        return str(_("This must be a date or a time as ISO 8601 writes it."))
    text = str(WRONG.get(kind, OTHERWISE))
    context = item.get("ctx") or {}
    try:
        return text % context
    except (KeyError, TypeError, ValueError):
        return text


def field_of(item: Mapping[str, Any]) -> str:
    """The path of the field, such as ``body.data.urgency``; a name without end is cut."""
    return ".".join(str(part)[:80] for part in item.get("loc", ()))[:300]


class WrongFields(HttpError):
    """Fields whose values the rules of the company do not know (422)."""

    def __init__(self, errors: Mapping[str, str], place: str = "body.data") -> None:
        super().__init__(422, _now("Some fields are not right."))
        self.errors = [{"field": f"{place}.{field}", "message": text} for field, text in errors.items()]


def wrong(field: str, value: object) -> WrongFields:
    """The refusal of a value that nobody knows."""
    return WrongFields({field: _now("“%(value)s” is not known") % {"value": str(value)[:60]}})


def at_most(field: str, files: Sized, most: int) -> None:
    """Refuse more files than one request may bring."""
    if len(files) > most:
        raise WrongFields({field: _now("At most %(most)s files.") % {"most": most}})


def known(field: str, value: str, codes: Container[str]) -> str:
    """Return the value if it is one of the codes; the answer names the field otherwise."""
    if value not in codes:
        raise wrong(field, value)
    return value


def checked(form: BaseForm) -> dict[str, Any]:
    """Return what a form of the pages has cleaned: program and page are held to one rule."""
    if not form.is_valid():
        raise WrongFields({name: " ".join(map(str, errors)) for name, errors in form.errors.items()})
    return dict(form.cleaned_data)

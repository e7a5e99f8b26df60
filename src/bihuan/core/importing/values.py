"""How the cells of a table are read; a cell that cannot be read raises ValueError with words for people."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext as _

Parser = Callable[[Any], Any]
DATE = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?$")
EXCEL_ZERO = date(1899, 12, 30)


def plain(cell: Any) -> str:
    """The text of a cell; whole numbers without the point that spreadsheets add."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def text(most: int = 200) -> Parser:
    """Text of at most ``most`` characters."""

    def parse(cell: Any) -> str:
        value = plain(cell)
        if len(value) > most:
            raise ValueError(_("longer than %(most)s characters") % {"most": most})
        if any(ord(char) < 32 and char not in "\r\n\t" for char in value):
            raise ValueError(_("holds characters that cannot be printed"))
        return value

    return parse


def day(cell: Any) -> date:
    """A date: a date cell, a day number of a spreadsheet, or 2026-01-31, 2026/1/31, 2026年1月31日, 20260131."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    value = plain(cell)
    if re.fullmatch(r"\d{8}", value):
        value = f"{value[:4]}-{value[4:6]}-{value[6:]}"
    elif re.fullmatch(r"\d{5}", value):
        return EXCEL_ZERO + timedelta(days=int(value))
    match = DATE.match(value)
    try:
        if match:
            return date(*(int(part) for part in match.groups()))
    except ValueError:
        pass
    raise ValueError(_("is not a date such as 2026-01-31"))


def whole(least: int = 0, most: int = 2_000_000_000) -> Parser:
    """A whole number within limits."""

    def parse(cell: Any) -> int:
        value = plain(cell).replace(",", "").replace("，", "")
        if not re.fullmatch(r"-?\d{1,12}", value):
            raise ValueError(_("is not a whole number"))
        number = int(value)
        if not least <= number <= most:
            raise ValueError(_("must lie between %(least)s and %(most)s") % {"least": least, "most": most})
        return number

    return parse


def email(cell: Any) -> str:
    """An e-mail address, in lower case."""
    value = plain(cell).lower()
    try:
        validate_email(value)
    except ValidationError as error:
        raise ValueError(_("is not an e-mail address")) from error
    return value


def choice(options: Callable[[], Mapping[str, str | Promise]]) -> Parser:
    """One of the options, by its code or by its words."""

    def parse(cell: Any) -> str:
        value = plain(cell)
        for code, label in options().items():
            if value in {code, str(label)}:
                return code
        wanted = "、".join(str(label) for label in options().values())
        raise ValueError(_("must be one of: %(wanted)s") % {"wanted": wanted})

    return parse

"""Telephone numbers as keys."""

import re
import unicodedata

from bihuan.core.listing.spec import Reader
from bihuan.registry.customers import permissions as perm
from bihuan.ui.templatetags.bihuan import masked

EXTENSION = re.compile(r"(?:转|轉|ext\.?|x|#|分机).*$", re.IGNORECASE)


def phone_key(text: str) -> str:
    """Return the digits that identify a telephone: without country code, trunk zero, spaces and extension."""
    folded = unicodedata.normalize("NFKC", text)
    digits = re.sub(r"\D", "", EXTENSION.sub("", folded))
    if digits.startswith("0086"):
        digits = digits[4:]
    elif digits.startswith("86") and len(digits) > 11:
        digits = digits[2:]
    return digits.lstrip("0")[:20] if len(digits) >= 7 else ""


def shown_phone(text: str, reader: Reader) -> str:
    """A telephone number as this person may read it in lists, on the page and in exports alike: whole or masked."""
    return text if reader.may(perm.CUSTOMERS_REVEAL) else masked(text)

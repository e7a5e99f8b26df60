"""Telephone numbers as keys."""

import re
import unicodedata

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

"""What a scanner read against what is to be issued (PRT-13)."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.spares.queries import LABEL_MARK


def read_codes(text: str) -> list[str]:
    """The codes of a scan, one a line; a label gives the number of its part."""
    lines = unicodedata.normalize("NFKC", text).splitlines()
    return [line.strip().removeprefix(LABEL_MARK) for line in lines if line.strip()]


def check_scanned(pieces: Sequence[Any], text: str) -> None:
    """Refuse what was scanned and is not issued, and what is issued and was not scanned; no scan, no check.

    A piece is known by the number of its part or by its own batch or serial number.
    """
    codes = Counter(code.upper() for code in read_codes(text))
    if not codes:
        return
    for piece in pieces:
        names = {piece.line.part.code.upper(), piece.lot.upper()} - {""}
        count = sum(codes.pop(name, 0) for name in names)
        if count != piece.quantity:
            values = {"part": piece.line.part, "count": piece.quantity, "scanned": count}
            raise MoveRefused(_("%(part)s: %(count)s to issue, %(scanned)s scanned.") % values, code="scanned")
    if codes:
        text = _("“%(code)s” was scanned and is not asked for.") % {"code": next(iter(codes))}
        raise MoveRefused(text, code="scanned")

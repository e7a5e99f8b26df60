"""Decoding whatever Chinese mail programs send."""

import codecs
import re
import unicodedata

WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030",
         "big5": "big5hkscs", "x-x-big5": "big5hkscs", "us-ascii": "utf-8", "ascii": "utf-8"}  # fmt: skip
GUESSES = ("utf-8", "gb18030", "big5hkscs")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def clean(text: str) -> str:
    """Make a text storable: NFC, no control characters, no lone surrogates, line ends as LF."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = CONTROL.sub("", text.encode("utf-8", "replace").decode("utf-8"))
    return unicodedata.normalize("NFC", text)


def decode(data: bytes, declared: str | None) -> tuple[str, bool]:
    """Decode bytes by the declared charset, or by what they look like; second value: whether it fitted."""
    name = _known(declared)
    for charset in ([name] if name else []) + [guess for guess in GUESSES if guess != name]:
        try:
            return clean(data.decode(charset)), charset == name
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return clean(data.decode(name or "gb18030", "replace")), False


def _known(declared: str | None) -> str | None:
    name = (declared or "").strip().strip("\"'").lower()
    name = WIDER.get(name, name)
    if not name or "utf-7" in name or "utf7" in name:
        return None
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    return info.name if getattr(info, "_is_text_encoding", True) else None

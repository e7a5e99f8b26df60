"""Compile the message catalogues, so that a machine needs no gettext tools."""

from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent / "src" / "bihuan" / "locale"

for path in ROOT.glob("*/LC_MESSAGES/django.po"):
    target = path.with_suffix(".mo")
    if not target.exists() or target.stat().st_mtime < path.stat().st_mtime:
        polib.pofile(str(path)).save_as_mofile(str(target))

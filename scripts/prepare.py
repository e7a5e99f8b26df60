"""Bring static files, database and demo company up to date before `make run` starts the server."""

import hashlib
import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")

import django
from django.conf import settings
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent


def static_sum() -> str:
    """What the collected static files depend on."""
    digest = hashlib.sha256()
    for folder in (ROOT / "src", ROOT / "build" / "vendor"):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and ("static" in path.parts or "vendor" in path.parts):
                digest.update(f"{path}{path.stat().st_size}{path.stat().st_mtime_ns}".encode())
    return digest.hexdigest()


def main() -> None:
    """Do only what has changed."""
    django.setup()
    mark, now = settings.STATIC_ROOT / ".stamp", static_sum()
    if not mark.exists() or mark.read_text() != now:
        print("Collecting static files …")
        call_command("collectstatic", interactive=False, verbosity=0)
        mark.write_text(now)
    call_command("migrate", interactive=False, verbosity=0)
    from bihuan.config.demo import build

    sys.exit(build())


if __name__ == "__main__":
    main()

"""Write docs/api/openapi.json anew; a test fails while it is not what the code says."""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "api" / "openapi.json"


def current() -> str:
    """The schema as the code says it, ready to be compared and read."""
    from bihuan.config.api import api

    return json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), ensure_ascii=False, indent=1, default=str) + "\n"


def main() -> None:
    """Write the file."""
    import os

    import django

    sys.path.insert(0, str(ROOT / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
    django.setup()
    TARGET.write_text(current(), encoding="utf-8")


if __name__ == "__main__":
    main()

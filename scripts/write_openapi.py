"""Write docs/api/contract/ anew: one file for each part of the API; a test fails while it is not what the code says."""

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "api" / "contract"
PREFIX = "/api/v1/"


def current() -> dict[str, str]:
    """The OpenAPI schema as the code says it: paths by their first word, schemas, and all the rest; text by file name."""
    from bihuan.config.api import api

    schema: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=PREFIX))
    parts: dict[str, Any] = defaultdict(dict)
    for path, operations in schema.pop("paths").items():
        parts[path.removeprefix(PREFIX).split("/")[0]][path] = operations
    parts["_schemas"] = schema["components"].pop("schemas")
    parts["_about"] = schema
    return {f"{name}.json": _text(part) for name, part in parts.items()}


def _text(part: Any) -> str:
    return json.dumps(part, ensure_ascii=False, indent=1, default=str) + "\n"


def main() -> None:
    """Write the files, remove those of parts that are gone."""
    import os

    import django

    sys.path.insert(0, str(ROOT / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
    django.setup()
    files = current()
    TARGET.mkdir(exist_ok=True)
    for old in TARGET.glob("*.json"):
        if old.name not in files:
            old.unlink()
    for name, text in files.items():
        (TARGET / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

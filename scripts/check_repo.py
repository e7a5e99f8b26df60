"""What no linter looks for: sizes, words, foreign addresses, untranslated text."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
LONGEST = {".yaml": 600, ".py": 600, ".html": 150, ".js": 400, ".css": 600}
MARKS = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|(?<![.\w])print\(|breakpoint\(")
HOSTS = re.compile(r"https?://[^\s\"']*(?:py" + r"pi|python" + r"hosted|np" + r"mjs|deb" + r"ian)\.", re.IGNORECASE)
GETTEXT = {"_", "gettext", "gettext_lazy", "lazy", "translate"}
TRANSLATE = re.compile(r"""{%\s*translate\s+(?:"([^"]+)"|'([^']+)')|_\("([^"]+)"\)""")
BLOCK = re.compile(r"{%\s*blocktranslate[^%]*%}(.*?){%\s*endblocktranslate\s*%}", re.DOTALL)
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
    words: set[str] = set()
    for path in (ROOT / "src").rglob("*"):
        if path.suffix == ".py" and "migrations" not in path.parts:
            words |= words_of_code(path.read_text(encoding="utf-8"))
        elif path.suffix == ".html":
            words |= words_of_template(path.read_text(encoding="utf-8"))
    return words


def words_of_code(text: str) -> set[str]:
    """Every constant that is given to a function of gettext."""
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and node.args]
    marked = [node.args[0] for node in calls if isinstance(node.func, ast.Name) and node.func.id in GETTEXT]
    return {node.value for node in marked if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def words_of_template(text: str) -> set[str]:
    """Texts of translate and blocktranslate; placeholders as gettext writes them."""
    words = {next(filter(None, groups)).replace("%", "%%") for groups in TRANSLATE.findall(text)}
    return words | {re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", block) for block in BLOCK.findall(text)}


def main() -> None:
    """Print every problem."""
    problems = [line for path in tracked() for line in of_file(path)] + of_words()
    sys.stdout.write("".join(f"{line}\n" for line in problems))
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()

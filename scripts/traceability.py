"""Check docs/traceability.csv: every test that it names ran and passed, on every database named on the command line.

A requirement's tests are read from the docstrings, so nobody keeps the table by hand: ``--write`` makes it. A test whose
name ends in ``_on_postgresql`` is for that database alone, and browser tests run on SQLite alone; a requirement shown
by nothing else than such tests on one of the databases is a problem, unless a browser shows it.
"""

import ast
import csv
import re
import sys
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "docs" / "traceability.csv"
NUMBER = re.compile(r"\b(?:GEN|INT|CUS|TRI|SLA|WO|SOL|ACC|SUR|QIS|NCR|CAP|CST|CMP|KPI|RET|PRT|KNO|INS|D|F)-?\d{2}\b")


def named() -> dict[str, list[str]]:
    """Requirement -> tests whose docstring names it."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for number in sorted(set(NUMBER.findall(ast.get_docstring(node) or ""))):
                    found[number].append(f"{path.relative_to(ROOT)}::{node.name}")
    return dict(found)


def passed(report: str) -> set[str]:
    """The tests of a report that ran and passed, without their parameters."""
    names, failed = set(), set()
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name', '').split('[')[0]}"
        bad = any(case.find(tag) is not None for tag in ("failure", "error", "skipped"))
        (failed if bad else names).add(name)
    return names - failed


def wanted(test: str, database: str) -> bool:
    """Whether a test has to pass on a database ("sqlite" or "postgres")."""
    return "/e2e/" not in test if database == "postgres" else not test.endswith("_on_postgresql")


def main() -> None:
    """Write the table, or check it against the reports."""
    tests = named()
    rows = [[number, test] for number in sorted(tests) for test in tests[number]]
    if "--write" in sys.argv:
        with TABLE.open("w", newline="", encoding="utf-8") as handle:
            csv.writer(handle, lineterminator="\n").writerows([["requirement", "test"], *rows])
        return
    with TABLE.open(encoding="utf-8") as handle:
        written = list(csv.reader(handle))[1:]
    problems = [] if written == rows else ["docs/traceability.csv is old; run scripts/traceability.py --write"]
    for report in sys.argv[1:]:
        ran, name = passed(report), Path(report).stem
        due = [(number, test) for number, test in written if wanted(test, name)]
        problems += [f"{number}: {test} did not pass ({name})" for number, test in due if test not in ran]
        shown = {number for number, _test in due} | {number for number, test in written if "/e2e/" in test}
        problems += [f"{number}: no test shows it ({name})" for number in sorted(set(tests) - shown)]
    sys.stdout.write("".join(f"{line}\n" for line in problems))
    sys.stdout.write(f"{len(tests)} requirements shown by {len({test for _number, test in rows})} tests\n")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()

"""The room as a whole: examples that run, one import, and the promises that hold for every public function."""

import doctest
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bihuan import stats

SOURCES = sorted(Path(stats.__path__[0]).rglob("*.py"))
DOCS = Path(__file__).parents[2] / "docs" / "stats"
MODULES = [found.name for found in pkgutil.walk_packages(stats.__path__, stats.__name__ + ".")]


@pytest.mark.parametrize("name", [*MODULES, stats.__name__])
def test_examples_of_docstrings(name):
    module = importlib.import_module(name)
    own = {key: inspect.unwrap(item) for key, item in vars(module).items() if callable(item)}
    own = {key: item for key, item in own.items() if getattr(item, "__module__", "") == name}
    finder, runner = doctest.DocTestFinder(exclude_empty=True), doctest.DocTestRunner(verbose=False)
    examples = finder.find(module, name)
    known = {test.name for test in examples}
    for key, item in own.items():
        if f"{name}.{key}" not in known:
            examples += finder.find(item, f"{name}.{key}", module)
    for test in examples:
        runner.run(test)
    assert runner.failures == 0, name


def test_one_import_is_enough_and_cheap():
    code = (
        "import sys\nfrom bihuan import stats\n"
        "assert not {'numpy', 'scipy', 'django'} & set(sys.modules), 'importing the room costs'\n"
        "assert stats.rates.poisson_test(3, 1.0).p_value > 0\n"
        "assert all(getattr(stats, name) for name in stats.__all__)\n"
        "assert dir(stats) == stats.__all__\n"
        "assert 'django' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    with pytest.raises(AttributeError, match="no attribute 'chart'"):
        _ = stats.chart


def test_every_code_of_a_refusal_is_on_the_page():
    source = "".join(path.read_text(encoding="utf-8") for path in SOURCES)
    used = set(re.findall(r'NoAnswer\(\s*"([a-z_]+)"', source)) | {"not_text", "wrong_kind"}
    page = (DOCS / "README.md").read_text(encoding="utf-8")
    assert used == set(re.findall(r"^\| `([a-z_]+)` \|", page, re.MULTILINE))


def test_every_module_has_its_page_and_every_function_its_place():
    pages = {path.stem for path in DOCS.glob("*.md")}
    assert pages == {"README", *(name for name in stats.__all__ if name != "NoAnswer")}
    for name in pages - {"README"}:
        module = getattr(stats, name)
        page = (DOCS / f"{name}.md").read_text(encoding="utf-8") + (DOCS / "README.md").read_text(encoding="utf-8")
        for function in module.__all__:
            if inspect.isfunction(getattr(module, function)):
                assert f"`{function}" in page or f"{name}.{function}`" in page, f"{name}.{function} is on no page"

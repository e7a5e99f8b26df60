"""The room as a whole: examples that run, one import, and the promises that hold for every public function."""

import doctest
import importlib
import inspect
import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
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


def test_one_import_is_enough_and_cheap_and_needs_numpy_and_scipy_only():
    """No settings, no Django, nothing else installed: clusters and seasons alone ask for more, and only when called.

    Without numba the plain loops answer, with the same bits.
    """
    code = """
import sys

class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"django", "numba", "sklearn", "statsmodels", "pandas", "pydantic", "threadpoolctl", "joblib"}:
            raise ImportError(f"no {name} here")

sys.meta_path.insert(0, Nothing())
from bihuan import stats

assert not {"numpy", "scipy"} & set(sys.modules), "importing the room costs"
assert dir(stats) == stats.__all__
modules = [getattr(stats, name) for name in stats.__all__]
assert not {"scipy.stats", "scipy.optimize"} & set(sys.modules), "importing a module costs"
import numpy as np

values = np.arange(30_000) % 7 - 3.0
pair = stats.charts.cusum(values, stats.charts.Setup(standard=stats.charts.Standard(0, 1)), restart=True)
sys.stdout.write(f"{float(pair.upper.points.sum())!r} {pair.upper.signals.points().size}")
assert stats.sampling.attribute_plan(1000, 1.0).plan.sample == 80
assert stats.life.fit_weibull([1, 2, 3]).shape > 1
assert stats.rates.poisson_test(3, 1.0).p_value > 0
assert stats.rates.fit_gamma([0, 9, 2, 14], [2.0] * 4).shapes.size == 1
assert stats.text.SimilarTexts.fit(["电机异响", "屏幕碎裂"]).query("电机响", 1)
"""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO")}
    printed = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], check=True, capture_output=True, env=environment
    )
    values = np.arange(30_000) % 7 - 3.0
    pair = stats.charts.cusum(values, stats.charts.Setup(standard=stats.charts.Standard(0, 1)), restart=True)
    assert printed.stdout.decode().split() == [
        repr(float(pair.upper.points.sum())),
        str(pair.upper.signals.points().size),
    ]
    with pytest.raises(AttributeError, match="no attribute 'chart'"):
        _ = stats.chart


def test_every_code_of_a_refusal_is_on_the_page():
    source = "".join(path.read_text(encoding="utf-8") for path in SOURCES)
    used = set(re.findall(r'NoAnswer\(\s*"([a-z_]+)"', source)) | {"not_text", "wrong_kind"}
    page = (DOCS / "README.md").read_text(encoding="utf-8")
    assert used == set(re.findall(r"^\| `([a-z_]+)` \|", page, re.MULTILINE))


OF_THE_HOUSE = {"joined", "exceeds"}
"""Plain arithmetic, which follows no source."""


def test_every_docstring_has_its_sections():
    """Parameters, what comes back, refusals, the source and an example; results name their fields."""
    for name in set(stats.__all__) - {"NoAnswer"}:
        module = getattr(stats, name)
        for key in module.__all__:
            item = getattr(module, key)
            text = inspect.getdoc(item) or ""
            sections = set(re.findall(r"^(\w+)\n-{5,}$", text, re.MULTILINE))
            if inspect.isfunction(item):
                wanted = {"Parameters", "Returns", "Raises", "Examples", "References"}
                assert wanted - sections - ({"References"} if key in OF_THE_HOUSE else set()) == set(), f"{name}.{key}"
                missing = [one for one in inspect.signature(item).parameters if not re.search(rf"\b{one}\b", text)]
                assert not missing, f"{name}.{key} does not explain {missing}"
            elif inspect.isclass(item) and key != "Family":
                assert sections & {"Attributes", "Parameters"}, f"{name}.{key}"


def test_every_module_has_its_page_and_every_function_its_place():
    pages = {path.stem for path in DOCS.glob("*.md")}
    assert pages == {"README", *(name for name in stats.__all__ if name != "NoAnswer")}
    contents = (DOCS / "README.md").read_text(encoding="utf-8")
    for name in pages - {"README"}:
        module = getattr(stats, name)
        page = (DOCS / f"{name}.md").read_text(encoding="utf-8")
        assert "## Checked against" in page, name
        for function in (key for key in module.__all__ if inspect.isfunction(getattr(module, key))):
            assert re.search(rf"`[^`]*\b{function}\b", page), f"{name}.{function} is not on its page"
            assert f"`{name}.{function}`" in contents, f"{name}.{function} is not in the contents"

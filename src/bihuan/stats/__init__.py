"""The statistics of quality: pure functions on numpy and scipy, usable on their own (``from bihuan import stats``).

Owns every formula of the product: control charts, capability, acceptance sampling, gauge studies, lifetimes, rates,
demand and clusters of texts. Owns no data, knows no Django and does no input or output; results are frozen dataclasses.

Examples
--------
>>> from bihuan import stats
>>> stats.sampling.code_letter(1000)
'J'
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from bihuan.stats.errors import NoAnswer

if TYPE_CHECKING:
    from bihuan.stats import capability, charts, demand, gauges, life, rates, sampling, text

__all__ = ["NoAnswer", "capability", "charts", "demand", "gauges", "life", "rates", "sampling", "text"]


def __getattr__(name: str) -> ModuleType:
    """Import a module of the room when it is first asked for, so that the import of the room itself costs nothing."""
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__

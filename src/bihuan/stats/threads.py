"""Linear algebra on one core where the matrices are small."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from importlib import import_module


def one_thread() -> AbstractContextManager[None]:
    """Sums in one order and on one core, where threadpoolctl is installed.

    An optimiser asks the linear algebra library for thousands of tiny steps; threads that wait for one another there
    take many times the work, and sums over several threads change their last bits from run to run.
    """
    try:
        found: AbstractContextManager[None] = import_module("threadpoolctl").threadpool_limits(limits=1)
    except ImportError:
        return nullcontext()
    return found

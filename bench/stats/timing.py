"""The clock of these measurements: processor time of the process, so that neighbours on the machine do not count."""

from collections.abc import Callable
from time import process_time


def taken(work: Callable[[], object]) -> float:
    """Seconds of processor time of one run, all threads together."""
    start = process_time()
    work()
    return process_time() - start


def best(work: Callable[[], object], rounds: int = 5) -> float:
    """The shortest of several runs after a first one that does not count."""
    work()
    return min(taken(work) for _ in range(rounds))


def ratio(work: Callable[[], object], bare: Callable[[], object], rounds: int = 9) -> float:
    """Best time of the work over best time of the bare pass, taken in turn so that both meet the same machine."""
    work()
    pairs = [(taken(work), taken(bare)) for _ in range(rounds)]
    return min(pair[0] for pair in pairs) / min(pair[1] for pair in pairs)

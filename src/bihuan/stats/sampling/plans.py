"""What a plan by attributes is, and the verdict on one lot."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.stats.checks import choice, whole
from bihuan.stats.errors import NoAnswer
from bihuan.stats.signatures import checked


@dataclass(frozen=True, slots=True)
class SinglePlan:
    """Take ``sample`` items and accept the lot with at most ``accept`` nonconforming ones (or nonconformities).

    Attributes
    ----------
    sample : int
        Items, at least 1.
    accept : int
        Acceptance number, Ac.
    """

    sample: int
    accept: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "sample", whole(self.sample, "sample", least=1))
        object.__setattr__(self, "accept", whole(self.accept, "accept"))

    @property
    def reject(self) -> int:
        return self.accept + 1


@dataclass(frozen=True, slots=True)
class DoublePlan:
    """Take ``first`` items; between ``accept1`` and ``reject1`` take ``second`` more and count both together.

    Attributes
    ----------
    first, second : int
        Items in each sample, at least 1.
    accept1, reject1 : int
        Acceptance and rejection number of the first sample, with room between them.
    accept2 : int
        Acceptance number of both samples together; one more rejects.
    """

    first: int
    accept1: int
    reject1: int
    second: int
    accept2: int

    def __post_init__(self) -> None:
        for name in ("first", "accept1", "reject1", "second", "accept2"):
            least = 1 if name in ("first", "second") else 0
            object.__setattr__(self, name, whole(getattr(self, name), name, least=least))
        if not self.accept1 + 1 < self.reject1 <= self.accept2 + 1:
            raise NoAnswer("limits_reversed", "a double plan needs accept1 + 1 < reject1 <= accept2 + 1")

    @property
    def reject2(self) -> int:
        return self.accept2 + 1


Plan = SinglePlan | DoublePlan


@checked
def decide(plan: Plan, found: int, found_second: int | None = None, *, unit: str = "percent") -> str:
    """Decide on a lot from what its sample showed.

    Parameters
    ----------
    plan : SinglePlan or DoublePlan
    found : int
        Nonconforming items (or nonconformities) in the only or first sample.
    found_second : int, optional
        The same in the second sample of a double plan.
    unit : {"percent", "per_hundred"}
        ``percent`` counts nonconforming items, of which a sample cannot hold more than its size; ``per_hundred``
        counts nonconformities.

    Returns
    -------
    str
        ``"accept"``, ``"reject"`` or, for a double plan after its first sample, ``"second_sample"``.

    Raises
    ------
    NoAnswer
        ``negative``, ``not_whole``, ``above_sample``, ``no_second_sample`` when a second sample was counted although
        the first had decided or the plan has only one.

    Notes
    -----
    ISO 2859-1:1999, clauses 11.1.1 and 11.1.2.

    References
    ----------
    ISO 2859-1:1999 (GB/T 2828.1-2012), clauses 11.1.1 and 11.1.2.

    Examples
    --------
    >>> decide(SinglePlan(80, 2), 2)
    'accept'
    >>> decide(DoublePlan(50, 0, 3, 50, 3), 1)
    'second_sample'
    >>> decide(DoublePlan(50, 0, 3, 50, 3), 1, 3)
    'reject'
    """
    _fits(found, plan.sample if isinstance(plan, SinglePlan) else plan.first, unit)
    if isinstance(plan, SinglePlan):
        if found_second is not None:
            raise NoAnswer("no_second_sample", "a single plan has no second sample")
        return "accept" if found <= plan.accept else "reject"
    if found <= plan.accept1 or found >= plan.reject1:
        if found_second is not None:
            raise NoAnswer("no_second_sample", "the first sample decides: there is no second one")
        return "accept" if found <= plan.accept1 else "reject"
    if found_second is None:
        return "second_sample"
    _fits(found_second, plan.second, unit)
    return "accept" if found + found_second <= plan.accept2 else "reject"


def _fits(found: int, sample: int, unit: str) -> None:
    whole(found, "found")
    choice(unit, ("percent", "per_hundred"), "unit")
    if unit == "percent" and found > sample:
        raise NoAnswer("above_sample", f"{found} nonconforming items cannot come from a sample of {sample}")

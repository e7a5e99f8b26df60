"""Normal, tightened, reduced and discontinued inspection: the switching rules of ISO 2859-1:1999 as a state machine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from bihuan.stats.checks import whole
from bihuan.stats.errors import NoAnswer
from bihuan.stats.sampling.iso2859 import AttributePlan, attribute_plan, tables
from bihuan.stats.sampling.plans import SinglePlan, decide
from bihuan.stats.signatures import check_fields, checked

SCORE_FOR_REDUCED = 30
STATES = ("normal", "tightened", "reduced", "discontinued")


@dataclass(frozen=True, slots=True)
class SwitchingState:
    """Where a series of lots from one source stands.

    Attributes
    ----------
    severity : {"normal", "tightened", "reduced", "discontinued"}
    score : int or None
        The switching score; None outside normal inspection.
    recent : tuple of bool
        Acceptance of the last lots (at most 4) since normal inspection began, oldest first.
    accepted_run : int
        Consecutive lots accepted on tightened inspection.
    rejected : int
        Lots not accepted since tightened inspection began.

    Raises
    ------
    NoAnswer
        ``bad_state`` for a severity that is not one of these, a score where there is none, or numbers below zero.
    """

    severity: str = "normal"
    score: int | None = 0
    recent: tuple[bool, ...] = ()
    accepted_run: int = 0
    rejected: int = 0

    def __post_init__(self) -> None:
        whole_counts = all(type(n) is int and n >= 0 for n in (self.accepted_run, self.rejected))
        flags = type(self.recent) is tuple and len(self.recent) <= 4 and all(type(flag) is bool for flag in self.recent)
        known = isinstance(self.severity, str) and self.severity in STATES
        needs_score = known and self.severity == "normal"
        scored = type(self.score) is int and self.score >= 0 if needs_score else self.score is None
        if not (known and whole_counts and flags and scored):
            raise NoAnswer("bad_state", f"a switching state contradicts itself: {self.severity}, {self.score}")

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; `from_dict` reads them back."""
        return {
            "severity": self.severity,
            "score": self.score,
            "recent": list(self.recent),
            "accepted_run": self.accepted_run,
            "rejected": self.rejected,
        }

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> SwitchingState:
        """Read what `as_dict` wrote.

        Raises
        ------
        NoAnswer
            ``bad_state`` when it is not such a dictionary.
        """
        try:
            recent = tuple(stored["recent"])
            return cls(stored["severity"], stored["score"], recent, stored["accepted_run"], stored["rejected"])
        except (KeyError, TypeError, IndexError) as problem:
            raise NoAnswer("bad_state", "this is not a stored switching state") from problem


@dataclass(frozen=True, slots=True)
class LotResult:
    """What the switching rules need to know of one lot.

    Attributes
    ----------
    accepted : bool
    credit : int
        What the lot adds to the score on normal inspection: 2, 3 or 0 for a reset (see `lot_result`).
    original : bool
        False for a resubmitted lot, which the rules leave out.
    steady : bool
        Production runs steadily (9.3.3 b and 9.3.4 b).
    approved : bool
        The responsible authority agrees to reduced inspection (9.3.3 c).
    """

    accepted: bool
    credit: int = 0
    original: bool = True
    steady: bool = True
    approved: bool = False

    def __post_init__(self) -> None:
        check_fields(self)


@checked
def lot_result(
    plan: AttributePlan,
    found: int,
    found_second: int | None = None,
    *,
    original: bool = True,
    steady: bool = True,
    approved: bool = False,
) -> LotResult:
    """Judge a lot with a plan of the standard and work out its credit for the switching score.

    Parameters
    ----------
    plan : AttributePlan
    found, found_second : int
        Counts in the first and, if taken, second sample.
    original, steady, approved : bool
        As in `LotResult`.

    Returns
    -------
    LotResult

    Raises
    ------
    NoAnswer
        As `decide`; ``second_sample_missing`` when the first sample did not decide.

    Notes
    -----
    ISO 2859-1:1999, 9.3.3.2. Single sampling: with an acceptance number of 0 or 1 an accepted lot counts 2; from 2
    on it counts 3 when it would also have been accepted at the AQL one step tighter. Double sampling: 3 when accepted
    on the first sample. All else resets the score. The step tighter is read in normal inspection at the letter whose
    plan is used.

    References
    ----------
    ISO 2859-1:1999 (GB/T 2828.1-2012), clause 9.3.3.2.

    Examples
    --------
    >>> lot_result(attribute_plan(3000, 1.0), 2).credit, lot_result(attribute_plan(3000, 1.0), 3).credit
    (3, 0)
    """
    verdict = decide(plan.plan, found, found_second, unit=plan.unit)
    if verdict == "second_sample":
        raise NoAnswer("second_sample_missing", "the first sample does not decide: count the second one")
    accepted = verdict == "accept"
    credit = 0
    if accepted and isinstance(plan.plan, SinglePlan):
        tight = tighter_accept(plan)
        credit = 2 if tight is None else 3 if found <= tight else 0
    elif accepted:
        credit = 3 if found_second is None else 0
    return LotResult(accepted, credit, original, steady, approved)


@checked
def tighter_accept(plan: AttributePlan) -> int | None:
    """Return the acceptance number at the AQL one step tighter, None where the rule does not ask for it (Ac 0 or 1).

    Parameters
    ----------
    plan : AttributePlan
        A plan of the standard.

    Returns
    -------
    int or None
        Read in normal inspection at the letter whose plan is used; None for double plans as well.

    Raises
    ------
    NoAnswer
        ``no_plan`` where the table has no such cell.

    References
    ----------
    ISO 2859-1:1999 (GB/T 2828.1-2012), clause 9.3.3.2.

    Examples
    --------
    >>> tighter_accept(attribute_plan(3000, 1.0)), tighter_accept(attribute_plan(100, 1.0))
    (2, None)
    """
    if not isinstance(plan.plan, SinglePlan) or plan.plan.accept <= 1:
        return None
    loaded = tables(plan.edition)
    row = loaded["single"]["normal"]["grid"][plan.letter]
    value = row[loaded["aql"].index(plan.aql) - 1]
    if not isinstance(value, int):
        raise NoAnswer("no_plan", f"no plan one step tighter than AQL {plan.aql} at letter {plan.letter}")
    return value


@checked
def switch(state: SwitchingState, lot: LotResult) -> SwitchingState:
    """Return the state for the next lot.

    Parameters
    ----------
    state : SwitchingState
        The state in which the lot was inspected; start with ``SwitchingState()``, which is normal.
    lot : LotResult

    Returns
    -------
    SwitchingState

    Raises
    ------
    NoAnswer
        ``discontinued``: no lot is inspected until `resume`; ``out_of_range`` for a credit other than 0, 2 or 3.

    Notes
    -----
    ISO 2859-1:1999, clause 9. Normal to tightened: 2 of 5 or fewer consecutive lots not accepted. Tightened to normal:
    5 consecutive lots accepted. Normal to reduced: a score of 30 or more, steady production and approval. Reduced to
    normal: a lot not accepted, or unsteady production. Discontinued: 5 lots not accepted since tightened inspection
    began. Only lots inspected under a severity count towards leaving it, and resubmitted lots count nowhere. The limit
    numbers of MIL-STD-105E are another set of rules and are not mixed in.

    References
    ----------
    ISO 2859-1:1999 (GB/T 2828.1-2012), clause 9.

    Examples
    --------
    >>> state = SwitchingState()
    >>> for accepted in (False, True, False):
    ...     state = switch(state, LotResult(accepted, credit=3 * accepted))
    >>> state.severity
    'tightened'
    """
    if state.severity == "discontinued":
        raise NoAnswer("discontinued", "inspection is discontinued until corrective action; then resume")
    if lot.credit not in (0, 2, 3) or (lot.credit and not lot.accepted):
        raise NoAnswer("out_of_range", f"an accepted lot earns 0, 2 or 3 and no other lot earns any, not {lot.credit}")
    if not lot.original:
        return state
    if state.severity == "normal":
        return _after_normal(state, lot)
    if state.severity == "tightened":
        return _after_tightened(state, lot)
    return state if lot.accepted and lot.steady else SwitchingState()


def _after_normal(state: SwitchingState, lot: LotResult) -> SwitchingState:
    if not lot.accepted and False in state.recent:
        return SwitchingState("tightened", None)
    score = (state.score or 0) + int(lot.credit) if lot.credit else 0
    if score >= SCORE_FOR_REDUCED and lot.steady and lot.approved:
        return SwitchingState("reduced", None)
    return replace(state, score=score, recent=(*state.recent, bool(lot.accepted))[-4:])


def _after_tightened(state: SwitchingState, lot: LotResult) -> SwitchingState:
    run = state.accepted_run + 1 if lot.accepted else 0
    rejected = state.rejected + (0 if lot.accepted else 1)
    if run >= 5:
        return SwitchingState()
    if rejected >= 5:
        return SwitchingState("discontinued", None)
    return replace(state, accepted_run=run, rejected=rejected)


@checked
def resume(state: SwitchingState) -> SwitchingState:
    """Start again on tightened inspection after corrective action ended a discontinuation (9.4).

    Parameters
    ----------
    state : SwitchingState
        A discontinued one.

    Returns
    -------
    SwitchingState
        Tightened, with nothing counted yet.

    Raises
    ------
    NoAnswer
        ``not_discontinued``.

    References
    ----------
    ISO 2859-1:1999 (GB/T 2828.1-2012), clause 9.4.

    Examples
    --------
    >>> resume(SwitchingState("discontinued", None)).severity
    'tightened'
    """
    if state.severity != "discontinued":
        raise NoAnswer("not_discontinued", f"inspection is {state.severity}, there is nothing to resume")
    return SwitchingState("tightened", None)


@dataclass(frozen=True, slots=True)
class SwitchingStep:
    """One lot of a series.

    Attributes
    ----------
    plan : AttributePlan
        The plan that it met.
    found : int
        What its only or first sample showed.
    lot : LotResult
        Verdict and credit.
    state : SwitchingState
        The state after it.
    found_second : int or None
        What its second sample showed, where one was taken.
    """

    plan: AttributePlan
    found: int
    lot: LotResult
    state: SwitchingState
    found_second: int | None = None


@checked
def follow(
    found: Iterable[int | tuple[int, int | None]],
    aql: str | float,
    *,
    letter: str | None = None,
    lot: int | None = None,
    level: str = "II",
    kind: str = "single",
    unit: str = "percent",
    approved: bool = False,
    state: SwitchingState | None = None,
    edition: str = "1999",
) -> tuple[SwitchingStep, ...]:
    """Run a series of lots of one size through the plans of the standard and the switching rules.

    Parameters
    ----------
    found : iterable of int, or of pairs of int
        Nonconforming items (or nonconformities) in the sample of each lot, in order; for double plans a pair where a
        second sample was taken.
    aql, letter, lot, level, kind, unit, edition
        As in `attribute_plan`.
    approved : bool
        The authority agrees to reduced inspection.
    state : SwitchingState, optional
        Where the series starts, by default normal inspection.

    Returns
    -------
    tuple of SwitchingStep

    Raises
    ------
    NoAnswer
        As `attribute_plan`, `lot_result` and `switch`: ``discontinued`` when lots are left after discontinuation.

    References
    ----------
    ISO 2859-1:1999 (GB/T 2828.1-2012), clause 9.

    Examples
    --------
    >>> steps = follow([4, 0, 4], 1.0, letter="K")
    >>> [step.state.severity for step in steps]
    ['normal', 'normal', 'tightened']
    >>> [step.lot.credit for step in follow([0, (2, 1), 1], 1.0, letter="K", kind="double")]
    [3, 0, 3]
    """
    now = state or SwitchingState()
    steps: list[SwitchingStep] = []
    for one in found:
        first, second = _samples(one)
        plan = attribute_plan(lot, aql, level, now.severity, kind=kind, unit=unit, letter=letter, edition=edition)
        result = lot_result(plan, first, second, approved=approved)
        now = switch(now, result)
        steps.append(SwitchingStep(plan, first, result, now, second))
    return tuple(steps)


def _samples(found: Any) -> tuple[int, int | None]:
    """The counts of the first and, if there is one, of the second sample of a lot."""
    if not isinstance(found, tuple | list):
        return whole(found, "found"), None
    if len(found) != 2:
        raise NoAnswer("wrong_shape", "a lot has one count, or the pair of its first and second sample")
    return whole(found[0], "found"), None if found[1] is None else whole(found[1], "found")

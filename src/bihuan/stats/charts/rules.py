"""The rules that call a point of a control chart a signal, as data: each can be left out or given other parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bihuan.stats.errors import NoAnswer
from bihuan.stats.signatures import check_fields, checked

Kind = Literal["beyond", "one_side", "trend", "alternating", "share", "within", "outside"]
"""``beyond`` the limits, a run on ``one_side``, ``trend``, ``alternating``, ``share`` (k of n) beyond a zone on one
side, all ``within`` a zone, all ``outside`` it."""

ZONE_KINDS: frozenset[Kind] = frozenset({"share", "within", "outside"})
MOST_RULES = 16
TOLERANCE = 1e-9
"""Values nearer than this many sigma count as equal, so that rounding of the last digit makes no signal."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; build it with `beyond`, `one_side`, `trend`, `alternating`, `share`, `within` or `outside`.

    Attributes
    ----------
    name : str
        Stable name, unique within a set, such as ``nelson-5``.
    kind : str
        What is looked for, see `Kind`.
    need, window : int
        At least ``need`` of ``window`` points in a row.
    sigmas : float or None
        Edge of the zone in standard deviations of the plotted statistic; None stands for the limits of the chart.
    last_must_qualify : bool
        For ``share``: the signalling point itself must lie beyond the edge.
    full_window : bool
        For ``share``: as many points as the window is long must have come before there can be a signal.
    both_sides : bool
        For ``outside``: the window must hold points on both sides of the centre line.
    """

    name: str
    kind: Kind
    need: int = 1
    window: int = 1
    sigmas: float | None = None
    last_must_qualify: bool = True
    full_window: bool = True
    both_sides: bool = True

    def __post_init__(self) -> None:
        check_fields(self)
        if not 1 <= self.need <= self.window:
            raise NoAnswer("out_of_range", f"rule {self.name} needs 1 to {self.window} points, not {self.need}")
        if self.sigmas is not None and not 0 < self.sigmas < float("inf"):
            raise NoAnswer("out_of_range", f"the zone of rule {self.name} must end above zero, not at {self.sigmas}")
        if self.kind in ZONE_KINDS and self.sigmas is None:
            raise NoAnswer("out_of_range", f"rule {self.name} needs a zone")

    @property
    def is_zone(self) -> bool:
        """Whether the rule counts in zones between centre line and limits."""
        return self.kind in ZONE_KINDS


@checked
def beyond(sigmas: float | None = None, *, name: str = "beyond") -> Rule:
    """One point strictly outside the limits of the chart, or outside ``centre +- sigmas * sigma``.

    Parameters
    ----------
    sigmas : float, optional
        Own distance in standard deviations of the plotted statistic; without it the drawn limits hold.
    name : str
        Name of the rule.

    Returns
    -------
    Rule
        A rule for `charts.Setup`.

    Raises
    ------
    NoAnswer
        ``out_of_range`` for a distance that is not above zero.

    Notes
    -----
    A point exactly on a limit is no signal (qcc and Minitab agree).

    References
    ----------
    Nelson (1984), Journal of Quality Technology 16, test 1.

    Examples
    --------
    >>> from bihuan.stats.charts import judge_z
    >>> judge_z([3.0, 3.1], [beyond()]).points("beyond").tolist()
    [1]
    """
    return Rule(name, "beyond", sigmas=sigmas)


@checked
def one_side(count: int = 9, *, name: str = "one-side") -> Rule:
    """``count`` points in a row strictly on one side of the centre line.

    Parameters
    ----------
    count : int
        9 with Nelson and Minitab, 8 in the Western Electric handbook, 7 in qcc.
    name : str
        Name of the rule.

    Returns
    -------
    Rule
        A rule for `charts.Setup`.

    Raises
    ------
    NoAnswer
        ``out_of_range`` for a count below 1.

    Notes
    -----
    A point on the centre line ends the run. Every further point of a longer run signals too.

    References
    ----------
    Nelson (1984), test 2.

    Examples
    --------
    >>> from bihuan.stats.charts import judge_z
    >>> judge_z([1, 1, 0, 1, 1, 1], [one_side(3)]).points("one-side").tolist()
    [5]
    """
    return Rule(name, "one_side", count, count)


@checked
def trend(count: int = 6, *, name: str = "trend") -> Rule:
    """``count`` points in a row, each above the one before, or each below.

    Parameters
    ----------
    count : int
        Points, not steps: 6 points are 5 increases.
    name : str
        Name of the rule.

    Returns
    -------
    Rule
        A rule for `charts.Setup`.

    Raises
    ------
    NoAnswer
        ``out_of_range`` for a count below 2.

    Notes
    -----
    Two equal points end the trend.

    References
    ----------
    Nelson (1984), test 3. (AIAG counts 6 or 7 points depending on the edition: give ``count``.)

    Examples
    --------
    >>> from bihuan.stats.charts import judge_z
    >>> judge_z([0, 0.1, 0.2, 0.2, 0.3, 0.4], [trend(3)]).points("trend").tolist()
    [2, 5]
    """
    return Rule(name, "trend", _at_least_two(count), count)


@checked
def alternating(count: int = 14, *, name: str = "alternating") -> Rule:
    """``count`` points in a row that go up and down in turn.

    Parameters
    ----------
    count : int
        Points, not steps.
    name : str
        Name of the rule.

    Returns
    -------
    Rule
        A rule for `charts.Setup`.

    Raises
    ------
    NoAnswer
        ``out_of_range`` for a count below 3.

    Notes
    -----
    The direction of the steps counts, not the side of the centre line. Two equal points end the alternation.

    References
    ----------
    Nelson (1984), test 4.

    Examples
    --------
    >>> from bihuan.stats.charts import judge_z
    >>> judge_z([1, 2, 1, 2, 3], [alternating(4)]).points("alternating").tolist()
    [3]
    """
    if count < 3:
        raise NoAnswer("out_of_range", f"points alternate from 3 on, not {count}")
    return Rule(name, "alternating", count, count)


@checked
def share(
    need: int,
    window: int,
    sigmas: float,
    *,
    last_must_qualify: bool = True,
    full_window: bool = True,
    name: str = "share",
) -> Rule:
    """``need`` of ``window`` points in a row strictly beyond ``sigmas`` on the same side of the centre line.

    Parameters
    ----------
    need, window : int
        "2 of 3" is ``share(2, 3, 2)``, "4 of 5" is ``share(4, 5, 1)``.
    sigmas : float
        Edge of the zone in standard deviations.
    last_must_qualify : bool
        Whether the point that signals must itself lie beyond the edge (the default, as in qcc and Minitab). Without
        it, every point whose window holds enough signals, even one near the centre.
    full_window : bool
        Whether ``window`` points must have come first (the default, as in qcc). Without it, two points beyond 2 sigma
        at the very start are "2 of 3" already.
    name : str
        Name of the rule.

    Returns
    -------
    Rule
        A rule for `charts.Setup`.

    Raises
    ------
    NoAnswer
        ``out_of_range`` when ``need`` exceeds ``window`` or the edge is not above zero.

    References
    ----------
    Nelson (1984), tests 5 and 6; Western Electric, Statistical Quality Control Handbook (1956), tests 2 and 3.

    Examples
    --------
    >>> from bihuan.stats.charts import judge_z
    >>> judge_z([2.1, 0, 2.2, 0], [share(2, 3, 2)]).points("share").tolist()
    [2]
    """
    return Rule(name, "share", need, window, sigmas, last_must_qualify, full_window)


@checked
def within(count: int = 15, sigmas: float = 1.0, *, name: str = "within") -> Rule:
    """``count`` points in a row strictly within ``sigmas`` of the centre line, on either side.

    Parameters
    ----------
    count : int
        Points in a row.
    sigmas : float
        Edge of the zone in standard deviations.
    name : str
        Name of the rule.

    Returns
    -------
    Rule
        A rule for `charts.Setup`.

    Raises
    ------
    NoAnswer
        ``out_of_range``.

    References
    ----------
    Nelson (1984), test 7.

    Examples
    --------
    >>> from bihuan.stats.charts import judge_z
    >>> judge_z([0.5, -0.5, 0.1, 1.0], [within(3)]).points("within").tolist()
    [2]
    """
    return Rule(name, "within", count, count, sigmas)


@checked
def outside(count: int = 8, sigmas: float = 1.0, *, both_sides: bool = True, name: str = "outside") -> Rule:
    """``count`` points in a row, all strictly beyond ``sigmas``, none in between.

    Parameters
    ----------
    count : int
        Points in a row.
    sigmas : float
        Edge of the zone in standard deviations.
    both_sides : bool
        Whether those ``count`` points must lie on both sides of the centre line, as Nelson's words say (the default).
        Minitab also calls points on one side only: give False.
    name : str
        Name of the rule.

    Returns
    -------
    Rule
        A rule for `charts.Setup`.

    Raises
    ------
    NoAnswer
        ``out_of_range``.

    References
    ----------
    Nelson (1984), test 8.

    Examples
    --------
    >>> from bihuan.stats.charts import judge_z
    >>> judge_z([1.5, -1.5, 1.5, 1.5, 1.5], [outside(3)]).points("outside").tolist()
    [2, 3]
    """
    return Rule(name, "outside", count, count, sigmas, both_sides=both_sides)


def _at_least_two(count: int) -> int:
    if count < 2:
        raise NoAnswer("out_of_range", f"a trend has at least 2 points, not {count}")
    return count


LIMITS: tuple[Rule, ...] = (beyond(name="limits"),)
"""Only points beyond the limits: the set that a chart uses unless told otherwise."""

NELSON: tuple[Rule, ...] = (
    beyond(name="nelson-1"),
    one_side(9, name="nelson-2"),
    trend(6, name="nelson-3"),
    alternating(14, name="nelson-4"),
    share(2, 3, 2.0, name="nelson-5"),
    share(4, 5, 1.0, name="nelson-6"),
    within(15, 1.0, name="nelson-7"),
    outside(8, 1.0, name="nelson-8"),
)
"""The eight tests of Nelson (1984)."""

WESTERN_ELECTRIC: tuple[Rule, ...] = (
    beyond(name="western-electric-1"),
    share(2, 3, 2.0, name="western-electric-2"),
    share(4, 5, 1.0, name="western-electric-3"),
    one_side(8, name="western-electric-4"),
)
"""The four tests of the Western Electric handbook (1956)."""

"""Plans of GB/T 2828.1-2012 (ISO 2859-1:1999) from its tables, which are data with their edition."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from bihuan.stats.checks import choice, whole
from bihuan.stats.errors import NoAnswer
from bihuan.stats.sampling.plans import DoublePlan, Plan, SinglePlan
from bihuan.stats.signatures import checked

EDITIONS = {"1999": "iso2859_1_1999.json"}
SEVERITIES = ("normal", "tightened", "reduced")


@dataclass(frozen=True, slots=True)
class AttributePlan:
    """A plan read from the tables of ISO 2859-1, with everything that a report needs to name it.

    Attributes
    ----------
    edition : str
        The key of the edition of the tables, such as ``1999``.
    standard, table : str
        The title of that edition and its table, such as ``2-A``.
    severity, level, aql, unit : str
        What was asked; ``aql`` as the table prints it; ``unit`` is ``percent`` or ``per_hundred``.
    lot : int or None
        The lot size, None when the plan was asked for by code letter.
    code_letter : str
        The letter that lot size and level give.
    letter : str
        The letter whose plan is used after following the arrows.
    plan : SinglePlan or DoublePlan
        For full inspection the sample is the lot.
    full_inspection : bool
        The sample of the table is as large as the lot or larger: inspect every item.
    table_sample : int
        The (first) sample size that the table gives.
    disputed : bool
        Transcriptions of the standard disagree on a cell that was used; ``reason`` says how.
    note : str
        What else is known about the source of the plan.
    """

    edition: str
    standard: str
    table: str
    severity: str
    level: str | None
    aql: str
    unit: str
    lot: int | None
    code_letter: str
    letter: str
    plan: Plan
    full_inspection: bool
    table_sample: int
    disputed: bool
    reason: str
    note: str


@checked
@lru_cache(maxsize=4)
def tables(edition: str = "1999") -> dict[str, Any]:
    """Return the tables of an edition as read from its file (do not change them).

    Parameters
    ----------
    edition : str
        Key of the edition, ``1999``.

    Returns
    -------
    dict
        Code letters, grids of single and double plans with their arrows, and the disputed cells.

    Raises
    ------
    NoAnswer
        ``unknown_choice``.

    References
    ----------
    ISO 2859-1:1999 (GB/T 2828.1-2012), tables 1, 2-A to 2-C and 3-A to 3-C.

    Examples
    --------
    >>> len(tables()["aql"]), tables()["aql"][9]
    (26, '0.65')
    """
    choice(edition, EDITIONS, "edition")
    text = (files("bihuan.stats") / "data" / EDITIONS[edition]).read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@checked
def aql_name(aql: str | float, edition: str = "1999") -> str:
    """Return an AQL as the table prints it.

    Parameters
    ----------
    aql : str or float
        Percent nonconforming, or nonconformities per 100 items.
    edition : str
        Key of the edition.

    Returns
    -------
    str
        One of the 26 values of the table.

    Raises
    ------
    NoAnswer
        ``aql_not_in_table``: only the 26 values of the table exist, nothing between them.

    References
    ----------
    ISO 2859-1:1999 (GB/T 2828.1-2012), tables 2 and 3.

    Examples
    --------
    >>> aql_name(1), aql_name("0.65"), aql_name(10.0)
    ('1.0', '0.65', '10')
    """
    return match_aql(aql, tables(edition)["aql"])


def match_aql(aql: str | float, known: list[str]) -> str:
    """Return the item of ``known`` that equals ``aql`` as a number, or refuse with ``aql_not_in_table``."""
    try:
        value = float(aql)
    except (TypeError, ValueError) as problem:
        raise NoAnswer("not_numbers", f"an AQL must be a number, not {aql!r}") from problem
    for name in known:
        if abs(float(name) - value) <= 1e-9 * float(name):
            return name
    raise NoAnswer("aql_not_in_table", f"AQL {aql} is not in the table: {', '.join(known)}")


@checked
def code_letter(lot: int, level: str = "II", edition: str = "1999") -> str:
    """Return the sample size code letter of a lot (table 1).

    Parameters
    ----------
    lot : int
        Items in the lot, at least 2.
    level : {"I", "II", "III", "S-1", "S-2", "S-3", "S-4"}
        Inspection level.
    edition : str
        Key of the edition.

    Returns
    -------
    str
        A letter from A to R, without I and O.

    Raises
    ------
    NoAnswer
        ``unknown_choice``, ``lot_too_small``, ``not_whole``.

    References
    ----------
    ISO 2859-1:1999 (GB/T 2828.1-2012), table 1.

    Examples
    --------
    >>> code_letter(1000), code_letter(1000, "S-2")
    ('J', 'C')
    """
    loaded = tables(edition)
    return letter_of(lot, level, loaded["levels"], loaded["lot_size_ranges"])


def letter_of(lot: int, level: str, levels: dict[str, list[str]], ranges: list[list[int | None]]) -> str:
    """Return the code letter in a table of levels by lot size ranges."""
    if level not in levels:
        raise NoAnswer("unknown_choice", f"no inspection level {level}; there are {', '.join(levels)}")
    size = whole(lot, "lot")
    if size < 2:
        raise NoAnswer("lot_too_small", f"a lot for sampling has at least 2 items, not {size}")
    for row, (low, high) in enumerate(ranges):
        if low is not None and size >= low and (high is None or size <= high):
            return levels[level][row]
    raise NoAnswer("lot_too_small", f"no row for a lot of {size}")


@checked
def attribute_plan(
    lot: int | None,
    aql: str | float,
    level: str = "II",
    severity: str = "normal",
    *,
    kind: str = "single",
    unit: str = "percent",
    letter: str | None = None,
    edition: str = "1999",
) -> AttributePlan:
    """Return the plan of GB/T 2828.1-2012 (ISO 2859-1:1999) for a lot.

    Parameters
    ----------
    lot : int or None
        Items in the lot. None only together with ``letter``.
    aql : str or float
        Acceptance quality limit from the table: percent nonconforming or nonconformities per 100 items to 10, above 10
        nonconformities per 100 items only.
    level : str
        Inspection level I, II, III or S-1 to S-4 (table 1).
    severity : {"normal", "tightened", "reduced"}
        Tables 2-A, 2-B, 2-C and 3-A, 3-B, 3-C.
    kind : {"single", "double"}
        Where the double table points to single sampling (acceptance number 0 and the smallest letters) the plan is
        single.
    unit : {"percent", "per_hundred"}
        Nonconforming items in percent or nonconformities per 100 items.
    letter : str, optional
        A code letter to start from instead of that of lot and level.
    edition : str
        The edition of the tables.

    Returns
    -------
    AttributePlan

    Raises
    ------
    NoAnswer
        ``aql_not_in_table``, ``aql_needs_nonconformities``, ``unknown_choice``, ``lot_missing``, ``lot_too_small``,
        ``not_whole``, ``no_plan`` (a blank cell), ``discontinued``.

    Notes
    -----
    An arrow leads to the first plan below or above with its own sample size; both change, sample size and acceptance
    number. When the sample is as large as the lot or larger, every item is inspected; a second sample is at most what
    the first left over. MIL-STD-105E and ANSI/ASQ Z1.4 differ in reduced inspection (a gap between Ac and Re) and in
    the switching rules, and R's AQLSchemes gives those tables. The plans for letter R and S that only arrows reach are
    those of the 1999 text.

    References
    ----------
    ISO 2859-1:1999 (GB/T 2828.1-2012), clauses 10 and 11, tables 1 to 3.

    Examples
    --------
    >>> attribute_plan(1000, 1.0).plan
    SinglePlan(sample=80, accept=2)
    >>> attribute_plan(1000, 1.0, kind="double").plan
    DoublePlan(first=50, accept1=0, reject1=3, second=50, accept2=3)
    >>> attribute_plan(40, 0.65).full_inspection
    False
    >>> attribute_plan(15, 0.65).full_inspection
    True
    """
    loaded = tables(edition)
    aql = match_aql(aql, loaded["aql"])
    _known(severity, kind, unit, float(aql))
    start = _start(lot, level, letter, loaded)
    final = _follow(loaded, kind, severity, start, loaded["aql"].index(aql))
    plan = _cell(loaded, kind, severity, final, loaded["aql"].index(aql))
    size = plan.sample if isinstance(plan, SinglePlan) else plan.first
    reason = _dispute(loaded, severity, (start, final), aql)
    fitted, full = _fit(plan, lot)
    double = isinstance(plan, DoublePlan)
    return AttributePlan(
        edition=edition,
        standard=loaded["edition"],
        table=loaded["double" if double else "single"][severity]["table"],
        severity=severity,
        level=level if letter is None else None,
        aql=aql,
        unit=unit,
        lot=None if lot is None else int(lot),
        code_letter=start,
        letter=final,
        plan=fitted,
        full_inspection=full,
        table_sample=size,
        disputed=bool(reason),
        reason=reason,
        note=loaded["double_note"] if double else "",
    )


def _known(severity: str, kind: str, unit: str, aql: float) -> None:
    if severity == "discontinued":
        raise NoAnswer("discontinued", "inspection is discontinued: there is no plan until corrective action")
    choice(severity, SEVERITIES, "severity")
    choice(kind, ("single", "double"), "kind")
    choice(unit, ("percent", "per_hundred"), "unit")
    if aql > 10 and unit == "percent":
        raise NoAnswer("aql_needs_nonconformities", "an AQL above 10 counts nonconformities per 100 items")


def _start(lot: int | None, level: str, letter: str | None, loaded: dict[str, Any]) -> str:
    if letter is None:
        if lot is None:
            raise NoAnswer("lot_missing", "give a lot size or a code letter")
        return letter_of(lot, level, loaded["levels"], loaded["lot_size_ranges"])
    if letter not in loaded["code_letters"]:
        raise NoAnswer("unknown_choice", f"no code letter {letter}")
    if lot is not None and whole(lot, "lot") < 2:
        raise NoAnswer("lot_too_small", f"a lot for sampling has at least 2 items, not {lot}")
    return letter


def _follow(loaded: dict[str, Any], kind: str, severity: str, letter: str, column: int) -> str:
    grid = loaded[kind][severity]["grid"]
    letters = loaded["code_letters"]
    while True:
        value = grid.get(letter, [None] * len(loaded["aql"]))[column]
        if value is None:
            raise NoAnswer("no_plan", f"the table is blank at letter {letter}, {severity}")
        if value not in ("up", "down"):
            return letter
        letter = letters[letters.index(letter) + (1 if value == "down" else -1)]


def _cell(loaded: dict[str, Any], kind: str, severity: str, letter: str, column: int) -> Plan:
    value = loaded[kind][severity]["grid"][letter][column]
    if value == "single":
        return _cell(loaded, "single", severity, letter, column)
    size = int(loaded[kind][severity]["n"][letter])
    if kind == "single":
        return SinglePlan(size, int(value))
    accept1, reject1, accept2, _ = value
    return DoublePlan(size, accept1, reject1, size, accept2)


def _dispute(loaded: dict[str, Any], severity: str, letters: tuple[str, str], aql: str) -> str:
    for cell in loaded["disputed"]:
        if cell["severity"] == severity and cell["letter"] in letters and cell["aql"] == aql:
            return str(cell["reason"])
    return ""


def _fit(plan: Plan, lot: int | None) -> tuple[Plan, bool]:
    if lot is None:
        return plan, False
    size = plan.sample if isinstance(plan, SinglePlan) else plan.first
    if size >= lot:
        accept = plan.accept if isinstance(plan, SinglePlan) else plan.accept2
        return SinglePlan(int(lot), accept), True
    if isinstance(plan, DoublePlan) and plan.first + plan.second > lot:
        return DoublePlan(plan.first, plan.accept1, plan.reject1, int(lot) - plan.first, plan.accept2), False
    return plan, False

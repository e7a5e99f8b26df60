"""Early warning below the lines: which cells see more than their own history lets expect (QIS-16, issue C).

Every cell is compared with its own past, drawn to that of all cells where it tells little; the exact tails are
controlled for false discoveries over all cells of a month, and a likelihood-ratio CUSUM gathers small excesses.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone
from numpy.typing import NDArray

from bihuan.core.policy import queries as policy
from bihuan.core.policy.schema.monitor import EarlyWarning
from bihuan.quality.monitor.exposure import START
from bihuan.quality.monitor.facts import add_months, month_of, months_between
from bihuan.quality.monitor.models import Cell, Counter, Exposure, Finding, Kind, Source
from bihuan.stats.errors import NoAnswer
from bihuan.stats.rates import Detection, detect, history_expectation

Floats = NDArray[np.float64]
Report = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Grid:
    """Counts of cells by months, and the units at risk behind them."""

    cells: list[int]
    first: date
    counts: Floats
    exposure: Floats


def look(*, on: date | None = None, report: Report | None = None) -> dict[str, int]:
    """Look at all cells and keep what rises; the running month, of which days are missing, is left out."""
    rules = policy.default().monitor.warning
    last = add_months(month_of(on or timezone.localdate()), -1)
    grid = read_grid(rules, last)
    if report:
        report(0, len(grid.cells), "")
    found = judge_grid(grid.counts, grid.exposure, rules) if grid.cells else None
    rows = _findings(grid, found[0], found[1], rules) if found else []
    if report:
        report(len(grid.cells), len(grid.cells), "")
    return {"cells": len(grid.cells), "findings": keep(rows, last)}


def read_grid(rules: EarlyWarning, last: date) -> Grid:
    """Counts by month of complaint; at risk is what was shipped within the months before. Two queries.

    A month without a unit at risk is not judged: nothing is expected there, and nothing can be compared.
    """
    months = rules.history_months + rules.months
    first = add_months(last, 1 - months)
    scopes = dict(Cell.objects.order_by("pk").values_list("pk", "scope"))
    place = {pk: index for index, pk in enumerate(scopes)}
    counts = np.zeros((len(scopes), months))
    seen = Counter.objects.filter(kind=Kind.COMPLAINT, period__gte=first, period__lt=add_months(last, 1))
    by_month = seen.annotate(month=TruncMonth("period")).values_list("cell_id", "month").annotate(n=Sum("count"))
    for cell, month, number in by_month.order_by().iterator(chunk_size=10_000):
        counts[place[cell], months_between(first, month)] += number
    at_risk = _at_risk(rules.at_risk_months, first, months)
    nothing = np.zeros(months)
    exposure = np.array([at_risk.get(scope, nothing) for scope in scopes.values()]).reshape(len(scopes), months)
    counts[exposure <= 0] = 0
    useful: NDArray[np.bool_] = np.any(exposure[:, rules.history_months :] > 0, axis=1)
    return Grid(
        [pk for pk, good in zip(scopes, useful.tolist(), strict=True) if good], first, counts[useful], exposure[useful]
    )


def _at_risk(span: int, first: date, months: int) -> dict[str, Floats]:
    """For each scope and month the units shipped in the months up to it."""
    begin = add_months(first, -span)
    rows = Exposure.objects.filter(source=Source.SHIPPED, kind=START, period__gte=begin)
    rows = rows.filter(period__lt=add_months(first, months))
    shipped: dict[str, Floats] = {}
    by_month = rows.annotate(month=TruncMonth("period")).values_list("scope", "month").annotate(n=Sum("quantity"))
    for scope, month, quantity in by_month.order_by().iterator(chunk_size=10_000):
        line = shipped.setdefault(scope, np.zeros(span + months))
        line[months_between(begin, month)] += quantity
    return {scope: _rolling(line, span, months) for scope, line in shipped.items()}


def _rolling(line: Floats, span: int, months: int) -> Floats:
    total = np.concatenate(([0.0], np.cumsum(line)))
    ends = np.arange(span + 1, span + months + 1)
    result: Floats = total[ends] - total[ends - span]
    return result


def judge_grid(counts: Floats, exposure: Floats, rules: EarlyWarning) -> tuple[Detection, Floats] | None:
    """Detect over the watched months; without any event in the history nothing can be said.

    Cells that differ no more than chance all have the common rate.
    """
    cut = rules.history_months
    past, ahead = counts[:, :cut].sum(axis=1), exposure[:, cut:]
    before = exposure[:, :cut].sum(axis=1)
    past = np.where(before > 0, past, 0)
    try:
        expectation = history_expectation(past, before, ahead)
    except NoAnswer as problem:
        if problem.code != "no_overdispersion":
            return None
        expected, shape = ahead * (past.sum() / before.sum()), None
    else:
        expected, shape = expectation.expected, expectation.shape
    found = detect(
        counts[:, cut:], expected, shape=shape, ratio=rules.ratio, false_cells=rules.false_cells,
        discovery_rate=rules.discovery_rate,
    )  # fmt: skip
    return found, expected


def _findings(grid: Grid, found: Detection, expected: Floats, rules: EarlyWarning) -> list[dict[str, Any]]:
    """Cells in signal in the last month, by the strength of what speaks for them."""
    rows: list[dict[str, Any]] = []
    watched = grid.counts[:, rules.history_months :]
    for index in found.order:
        if not found.signal[index, -1]:
            continue
        month = add_months(grid.first, rules.history_months + int(found.first[index]))
        rows.append(
            {
                "cell_id": grid.cells[index], "first_month": month, "place": len(rows) + 1,
                "observed": int(watched[index].sum()), "expected": float(expected[index].sum()),
                "q_value": float(found.q_value[index, -1]),
                "excess": float(found.cusum[index, -1] - found.limit[index]),
            }
        )  # fmt: skip
    return rows


@transaction.atomic
def keep(rows: list[dict[str, Any]], last: date) -> int:
    """Keep findings: known ones with the month they were first seen, those in signal no longer as past ones."""
    known = {row.cell_id: row for row in Finding.objects.filter(is_current=True)}
    now = {row["cell_id"] for row in rows}
    Finding.objects.filter(pk__in=[row.pk for cell, row in known.items() if cell not in now]).update(is_current=False)
    for values in rows:
        finding = known.get(values["cell_id"])
        if finding is None:
            Finding.objects.create(**values, last_month=last)
            continue
        first = min(finding.first_month, values["first_month"])
        for name, value in {**values, "first_month": first, "last_month": last}.items():
            setattr(finding, name, value)
        finding.save()
    return len(rows)

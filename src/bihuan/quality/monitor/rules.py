"""Which rules a cell's figures call for, as they are written and in whole numbers (QIS-01, QIS-04)."""

from dataclasses import dataclass
from datetime import date

from bihuan.core.policy.schema.monitor import Monitor, RateRule
from bihuan.quality.monitor.facts import add_months, month_of
from bihuan.stats.rates import exceeds


@dataclass(frozen=True, slots=True)
class Figures:
    """What the rules ask of a cell."""

    count: int = 0
    exposure: int = 0
    serious: int = 0
    danger: int = 0
    recent: tuple[int, ...] = ()
    first: date | None = None
    last: date | None = None


def fires(rule: RateRule, found: Figures, lasting: dict[int, int]) -> int:
    """By how many cases a rule fires, 0 if it does not; strictly more than the line, compared in whole numbers."""
    if rule.above is not None:
        if found.exposure <= 0 or found.count <= 0:
            return 0
        line = rule.above
        return found.count if exceeds(found.count, found.exposure, line.numerator, line.denominator) else 0
    if rule.flag is not None:
        return found.serious if rule.flag == "serious" else found.danger
    return _lasts(rule, found, lasting)


def _lasts(rule: RateRule, found: Figures, lasting: dict[int, int]) -> int:
    """First seen at least so many months before the latest complaint, and so often within the last months."""
    if rule.lasting is None or found.first is None or found.last is None:
        return 0
    recent = lasting.get(rule.lasting.months, 0)
    begun = add_months(month_of(found.last), -rule.lasting.months)
    return recent if month_of(found.first) <= begun and recent >= rule.lasting.count else 0


def fired_rules(rules: Monitor, found: Figures, *, coded: bool = True) -> list[tuple[RateRule, int]]:
    """The rules that fire, with their cases; where a graver form replaces the lighter one only the gravest (D22).

    Rates are those of the same mechanism (QIS-01): a cell that only has a symptom yet is judged by them where the
    policy wants it. Single serious or dangerous cases need no mechanism.
    """
    lasting = dict(zip(spans(rules), found.recent, strict=False))
    asked = [rule for rule in rules.rules if coded or rule.flag or rules.symptom_rates]
    hits = [(rule, cases) for rule in asked if (cases := fires(rule, found, lasting))]
    if rules.special_report == "replaces" and hits:
        gravest = max(rule.level for rule, _cases in hits)
        hits = [(rule, cases) for rule, cases in hits if rule.level == gravest]
    return hits


def spans(rules: Monitor) -> list[int]:
    """The spans of months that rules about long-standing faults ask for."""
    return sorted({rule.lasting.months for rule in rules.rules if rule.lasting})

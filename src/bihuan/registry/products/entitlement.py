"""What a customer may ask for when goods fail: from facts and rules to an answer with its reasons.

The rules are SOL-06, RET-07 and RET-09. Pure reckoning: no database, no clock. The rules are rows of the policy;
nothing here knows a sector.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from bihuan.core.policy.schema.warranty import WarrantyRight, WarrantyRule
from bihuan.registry.products.warranty import Dates, Interval, IsOff, Terms, Warranty, evaluate, merged

CENT = Decimal("0.01")
DAY = timedelta(days=1)


class FaultKind(StrEnum):
    """How a fault weighs in the rules; ``none`` is no trouble found."""

    NONE = "none"
    ORDINARY = "ordinary"
    SERIOUS = "serious"
    MAIN_PART = "main_part"
    SAFETY = "safety"


HEAVY = frozenset({FaultKind.SERIOUS, FaultKind.MAIN_PART, FaultKind.SAFETY})


@dataclass(frozen=True)
class Repair:
    """One repair of a unit; ``done_on`` None while it lasts. ``fault`` is the code by which the same fault is known."""

    sent_on: date
    done_on: date | None = None
    fault: str = ""
    is_heavy: bool = False
    main_part: str = ""
    waited: Interval | None = None
    delay_days: int = 0
    found_nothing: bool = False


@dataclass(frozen=True)
class Facts:
    """What is known of a unit and of the fault that is complained of."""

    dates: Dates
    repairs: Sequence[Repair] = ()
    fault: FaultKind = FaultKind.ORDINARY
    fault_code: str = ""
    user_caused: bool = False
    exclusion: str = ""
    meter: int | None = None
    unit_replacements: int = 0


@dataclass(frozen=True)
class Reason:
    """Why the answer is what it is: a code and what fills its sentence."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """In or out with the reasons, the last day, the rights that hold, and what the customer may choose from."""

    warranty: Warranty
    reasons: tuple[Reason, ...] = ()
    rights: tuple[WarrantyRight, ...] = ()
    rule: WarrantyRule | None = None

    @property
    def is_free(self) -> bool:
        """Whether the company bears the repair: some right to it holds (SOL-06)."""
        return any(right.remedies for right in self.rights)

    @property
    def entitlements(self) -> frozenset[str]:
        """What the customer may ask for; the fee stands there when no right grants a refund without it."""
        found = {str(remedy) for right in self.rights for remedy in right.remedies}
        refunds = [right for right in self.rights if "refund" in right.remedies]
        if refunds and all(right.depreciates for right in refunds):
            found.add("depreciation_fee")
        return frozenset(found)


def days_of(intervals: Iterable[Interval]) -> int:
    """How many days lie in the intervals, none counted twice."""
    return sum((end - begin).days + 1 for begin, end in merged(list(intervals)))


def working_days_of(interval: Interval, is_off: IsOff | None) -> int:
    """How many working days lie in an interval; without a calendar, Monday to Friday."""
    count = (interval[1] - interval[0]).days + 1
    days = (interval[0] + DAY * offset for offset in range(count))
    return sum(1 for day in days if not (is_off(day) if is_off else day.weekday() > 4))


def span_of(repair: Repair, on: date) -> Interval:
    """The days of a repair up to the day in question, the first and the last counted."""
    end = min(repair.done_on or on, on)
    return repair.sent_on, max(end, repair.sent_on)


def months_begun(start: date, on: date) -> int:
    """How many months have begun since a day: 24 until the day before two years are full."""
    whole = (on.year - start.year) * 12 + on.month - start.month
    return max(whole + (1 if on.day >= start.day else 0), 0)


def counted(facts: Facts, start: date, on: date, is_off: IsOff | None, today: date) -> dict[str, object]:
    """The facts that conditions ask for; what is not known is left out and fails its condition.

    The age counts from the first day of the period, that day itself not counted (Civil Code 201).
    """
    real = [row for row in facts.repairs if row.sent_on <= today and not row.found_nothing]
    done = [row for row in real if row.done_on is not None and row.done_on <= today]
    same = [row for row in done if facts.fault_code and row.fault == facts.fault_code]
    spans = [span_of(row, today) for row in real]
    parts: dict[str, int] = {}
    for row in done:
        if row.main_part:
            parts[row.main_part] = parts.get(row.main_part, 0) + 1
    found: dict[str, object] = {
        "fault": facts.fault.value, "same_fault_repairs": len(same),
        "serious_fault_repairs": sum(row.is_heavy for row in same) if facts.fault in HEAVY else 0,
        "main_part_replacements": max(parts.values(), default=0), "unit_replacements": facts.unit_replacements,
        "repair_days": days_of(spans), "single_repair_days": max(map(_length, spans), default=0),
        "single_repair_working_days": max((working_days_of(span, is_off) for span in spans), default=0),
        "no_parts_days": max((_length(row.waited) for row in real if row.waited), default=0),
        "delay_days": max((row.delay_days for row in real), default=0),
        "age_days": (on - start).days, "age_months": months_begun(start, on),
    }  # fmt: skip
    if facts.meter is not None:
        found["meter"] = facts.meter
    if ends := [row.done_on for row in same if row.done_on]:
        found["days_since_repair"] = (on - max(ends)).days
    return found


@dataclass(frozen=True)
class Limits:
    """Until when the law of a sector wants an answer, the goods or the repair; working days and days, none without."""

    answer_days: int | None = None
    finish_days: int | None = None
    busy_days: int | None = None

    def known(self) -> dict[str, int]:
        """Those that run, by their names."""
        return {name: days for name, days in vars(self).items() if days is not None}


def limits(found: Answer, asked_on: date, *, wish: str, fault: str = "", region: str = "") -> Limits:
    """What limits run from the day of a request, where the answer grants any right (RET-07, SLA-12).

    The answer and the end for those wishes that the rule names. In a busy season the days of a main part, or of any
    other part; while the fault is not known, the shorter time.
    """
    rule = found.rule
    if rule is None or not found.rights:
        return Limits()
    is_asked = wish in rule.limited_wishes
    season = next((item for item in rule.busy_seasons if item.holds(asked_on, region)), None)
    main, other = rule.busy_main_days, rule.busy_other_days
    shorter = min((days for days in (main, other) if days), default=None)
    by_fault = shorter if not fault else main if fault in HEAVY else other
    return Limits(
        rule.answer_working_days if is_asked else None, rule.finish_working_days if is_asked else None,
        by_fault if season else None,
    )  # fmt: skip


def _length(interval: Interval) -> int:
    return (interval[1] - interval[0]).days + 1


def suspensions(repairs: Iterable[Repair], on: date) -> list[Interval]:
    """The days that do not count: in repair, or waiting for parts."""
    rows = [row for row in repairs if row.sent_on <= on]
    return [span_of(row, on) for row in rows] + [row.waited for row in rows if row.waited]


def answer(
    rule: WarrantyRule | None, terms: Terms | None, facts: Facts, on: date, *, main_months: int | None = None,
    is_off: IsOff | None = None, today: date | None = None,
) -> Answer:  # fmt: skip
    """Say whether a fault is covered on a day, until when, why, and what the customer may ask for.

    ``on`` is the day of the complaint; the days of a repair that still lasts are counted up to ``today``.

    A fault of a main part has the longer period of main parts. What the rule excludes, or the user caused, grants
    nothing, whatever the day; rights marked ``beyond`` hold after the period too.
    """
    if terms is not None and main_months and facts.fault == FaultKind.MAIN_PART:
        terms = replace(terms, months=max(terms.months, main_months))
    stopped = suspensions(facts.repairs, on)
    found = evaluate(terms, facts.dates, on, stopped, meter=facts.meter, is_off=is_off)
    reasons = [*_of_period(found, terms, facts), *_of_cause(rule, facts)]
    if rule is None or found.starts_on is None or _of_cause(rule, facts):
        return Answer(found, tuple(reasons), (), rule)
    known = counted(facts, found.starts_on, on, is_off, today or on)
    rights = [right for right in rule.rights if (found.state == "in" or right.beyond) and right.when.holds(known)]
    return Answer(found, tuple(reasons), tuple(rights), rule)


def _of_period(found: Warranty, terms: Terms | None, facts: Facts) -> list[Reason]:
    """What the days and the meter say."""
    if found.state == "unknown":
        return [Reason("no_policy" if terms is None else "no_date")]
    days = {"start": found.starts_on, "until": found.until}
    if found.over_meter:
        reasons = [Reason("over_meter", {"meter": facts.meter, "limit": terms.meter if terms else None})]
    else:
        reasons = [Reason("within" if found.state == "in" else "after", days)]
    reasons.append(Reason(f"from_{found.basis}", days))
    if found.prolonged:
        reasons.append(Reason("prolonged", {"days": found.prolonged}))
    if terms is not None and terms.meter is not None and facts.meter is None:
        reasons.append(Reason("meter_unknown", {"limit": terms.meter}))
    return reasons


def _of_cause(rule: WarrantyRule | None, facts: Facts) -> list[Reason]:
    """What takes the right away."""
    reasons = [Reason("no_trouble")] if facts.fault == FaultKind.NONE else []
    if facts.user_caused:
        reasons.append(Reason("user_caused"))
    if facts.exclusion:
        names = {item.code: item.name for item in rule.exclusions} if rule else {}
        reasons.append(Reason("excluded", {"name": names.get(facts.exclusion, facts.exclusion)}))
    return reasons


def depreciation_fee(
    rule: WarrantyRule, *, price: Decimal, days_in_use: int = 0, days_in_repair: int = 0, meter: int = 0
) -> Decimal:
    """The fee for the use of goods that are given back, in cents: by the days outside repair, or by the meter.

    Price times rate times days, or price times thousands of the meter times rate; never more than the price.
    """
    by_days = rule.depreciation_per_day * max(days_in_use - days_in_repair, 0)
    by_meter = rule.depreciation_per_thousand * Decimal(max(meter, 0)) / 1000
    fee = (price * (by_days + by_meter)).quantize(CENT, ROUND_HALF_UP)
    return min(fee, price)

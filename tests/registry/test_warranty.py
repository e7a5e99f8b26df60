"""The warranty engine against the law: vectors of each sector rule, and what holds for every rule."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bihuan.core.policy.schema.warranty import WarrantyRule
from bihuan.registry.products.entitlement import Answer, Facts, FaultKind, Repair, answer, counted, depreciation_fee
from bihuan.registry.products.warranty import Dates, Terms, evaluate
from bihuan.registry.products.words import shown

FILE = Path(__file__).parents[2] / "profiles" / "base" / "warranty.yaml"
RULES = {row["code"]: WarrantyRule.model_validate(row) for row in yaml.safe_load(FILE.read_text())["warranty_rules"]}
SOLD = date(2025, 3, 10)
HOLIDAYS = {date(2026, 10, day) for day in range(1, 8)}
days = st.dates(date(2015, 1, 1), date(2030, 1, 1))
lengths = st.integers(0, 60)
intervals = st.lists(st.tuples(st.integers(-100, 900), lengths), max_size=6)


def asked(code: str, day: int, *, sold: date = SOLD, is_off: Any = None, **facts: Any) -> Answer:
    """What a rule answers so many days after the sale."""
    rule = RULES[code]
    terms = Terms(rule.months, rule.start_basis, rule.fallback_days, rule.meter, rule.prolongs, rule.rolls_over,
                  rule.restarts)  # fmt: skip
    known = Facts(dates=Dates(delivered_on=sold, invoiced_on=sold), **{"fault_code": "leak", **facts})
    on = sold + timedelta(days=day)
    return answer(rule, terms, known, on, main_months=rule.main_part_months, is_off=is_off)


def repair(begin: int, length: int = 1, **more: Any) -> Repair:
    """A finished repair of the same fault, ``length`` days long, beginning so many days after the sale."""
    start = SOLD + timedelta(days=begin)
    return Repair(start, start + timedelta(days=length - 1), **{"fault": "leak", **more})


def repairs(count: int, **more: Any) -> list[Repair]:
    """So many repairs of a day each, a month apart."""
    return [repair(20 + 30 * number, **more) for number in range(count)]


def waited(length: int) -> list[Repair]:
    """One repair that waited so long for parts."""
    start = SOLD + timedelta(days=30)
    return [repair(30, length, waited=(start, start + timedelta(days=length - 1)))]


OWN, THREE = {"repair"}, {"refund", "replace", "repair"}
EXCHANGE = {"repair", "replace", "refund", "depreciation_fee"}
VECTORS: list[tuple[str, int, dict[str, Any], set[str]]] = [
    # 家电 1995: 7 days refund, 15 days exchange, a year's repair, main parts three years, two repairs, 90 and 30 days
    ("appliance_1995", 7, {}, THREE), ("appliance_1995", 8, {}, {"replace", "repair"}),
    ("appliance_1995", 15, {}, {"replace", "repair"}), ("appliance_1995", 16, {}, OWN),
    ("appliance_1995", 364, {}, OWN), ("appliance_1995", 365, {}, set()),
    ("appliance_1995", 365, {"fault": FaultKind.MAIN_PART}, OWN),
    ("appliance_1995", 1096, {"fault": FaultKind.MAIN_PART}, set()),
    ("appliance_1995", 200, {"repairs": repairs(1)}, OWN),
    ("appliance_1995", 200, {"repairs": repairs(2)}, EXCHANGE),
    ("appliance_1995", 200, {"repairs": repairs(2, fault="noise")}, OWN),
    ("appliance_1995", 200, {"repairs": repairs(2, found_nothing=True)}, OWN),
    ("appliance_1995", 200, {"repairs": waited(90)}, OWN),
    ("appliance_1995", 200, {"repairs": waited(91)}, {"repair", "replace"}),
    ("appliance_1995", 200, {"repairs": [repair(30, 40, delay_days=30)]}, OWN),
    ("appliance_1995", 200, {"repairs": [repair(30, 40, delay_days=31)]}, {"repair", "replace"}),
    ("appliance_1995", 100, {"user_caused": True}, set()), ("appliance_1995", 100, {"exclusion": "opened"}, set()),
    ("appliance_1995", 3, {"fault": FaultKind.NONE}, set()),
    ("appliance_1995", 394, {"repairs": [repair(364)]}, OWN),  # 30 days after the repair, the year being over
    ("appliance_1995", 395, {"repairs": [repair(364)]}, set()),
    # 手机 2001: day 8 to 15, 60 days without parts, a loan phone from day 8 on
    ("phone_2001", 7, {}, THREE), ("phone_2001", 8, {}, {"replace", "repair"}),
    ("phone_2001", 15, {}, {"replace", "repair"}), ("phone_2001", 16, {}, OWN),
    ("phone_2001", 200, {"repairs": repairs(2)}, EXCHANGE),
    ("phone_2001", 200, {"repairs": waited(60)}, {"repair", "loaner"}),
    ("phone_2001", 200, {"repairs": waited(61)}, {"repair", "loaner", "replace"}),
    ("phone_2001", 200, {"repairs": [repair(30, 7)]}, OWN),
    ("phone_2001", 200, {"repairs": [repair(30, 8)]}, {"repair", "loaner"}),
    # 汽车 2021: 7 days, 60 days or 3000 km, 2 and 4 repairs, two main parts, 30 days, 5 days, first reached
    ("car_2021", 7, {"fault": FaultKind.MAIN_PART, "meter": 500}, {"repair", "refund", "replace", "replace_part"}),
    ("car_2021", 8, {"fault": FaultKind.MAIN_PART, "meter": 500}, {"repair", "replace_part"}),
    ("car_2021", 60, {"fault": FaultKind.SAFETY, "meter": 3000}, {"repair", "refund", "replace"}),
    ("car_2021", 60, {"fault": FaultKind.SAFETY, "meter": 3001}, OWN),
    ("car_2021", 61, {"fault": FaultKind.SAFETY, "meter": 2000}, OWN),
    ("car_2021", 200, {"fault": FaultKind.SAFETY, "meter": 9000, "repairs": repairs(2, is_heavy=True)}, EXCHANGE),
    ("car_2021", 200, {"fault": FaultKind.SAFETY, "meter": 9000, "repairs": repairs(1, is_heavy=True)}, OWN),
    ("car_2021", 200, {"meter": 9000, "repairs": repairs(4)}, OWN),
    ("car_2021", 200, {"meter": 9000, "repairs": repairs(5)}, EXCHANGE),
    ("car_2021", 200, {"meter": 9000, "repairs": repairs(2, main_part="gearbox")}, EXCHANGE),
    ("car_2021", 200, {"meter": 9000, "repairs": repairs(1, main_part="gearbox")}, OWN),
    ("car_2021", 300, {"meter": 9000, "repairs": [repair(20, 5), repair(60, 5), repair(90, 5)]}, OWN),
    ("car_2021", 300, {"meter": 9000, "repairs": [repair(20, 6)]}, {"repair", "loaner", "compensation"}),
    ("car_2021", 300, {"meter": 9000, "repairs": [repair(20 + 10 * n, 5, fault=f"x{n}") for n in range(6)]}, OWN),
    ("car_2021", 300, {"meter": 9000, "repairs": [*(repair(20 + 10 * n, 5, fault=f"x{n}") for n in range(6)),
                                                  repair(200, 1, fault="x9")]}, EXCHANGE),
    ("car_2021", 729, {"meter": 50000, "repairs": repairs(5)}, EXCHANGE),
    ("car_2021", 730, {"meter": 50000, "repairs": repairs(5)}, OWN),
    ("car_2021", 729, {"meter": 50001, "repairs": repairs(5)}, OWN),
    ("car_2021", 900, {"meter": 60000}, OWN), ("car_2021", 900, {"meter": 60001}, set()),
    ("car_2021", 1095, {"meter": 10}, OWN), ("car_2021", 1096, {"meter": 10}, set()),
    # 农机 2010: main part, machine, refund by steps; more than 30 working days
    ("farm_2010", 200, {"fault": FaultKind.SERIOUS, "repairs": repairs(1, is_heavy=True)}, OWN),
    ("farm_2010", 200, {"fault": FaultKind.SERIOUS, "repairs": repairs(2, is_heavy=True)}, {"repair", "replace_part"}),
    ("farm_2010", 200, {"fault": FaultKind.SERIOUS,
                        "repairs": [*repairs(2, is_heavy=True), repair(100, main_part="engine", is_heavy=True)]},
     {"repair", "replace_part", "replace"}),
    ("farm_2010", 200, {"fault": FaultKind.SERIOUS, "unit_replacements": 1}, {"repair", "refund"}),
    ("farm_2010", 200, {"repairs": [repair(0, 40)]}, OWN),  # 30 working days
    ("farm_2010", 200, {"repairs": [repair(0, 43)]}, {"repair", "replace"}),  # 31 working days
    # contract: repair, exchange after two vain repairs
    ("contract", 100, {}, OWN), ("contract", 100, {"repairs": repairs(2)}, {"repair", "replace"}),
    ("contract", 365, {}, set()), ("contract", 100, {"exclusion": "modified"}, set()),
]  # fmt: skip


@pytest.mark.parametrize(("code", "day", "facts", "wanted"), VECTORS)
def test_the_law_grants_what_it_says(code: str, day: int, facts: dict[str, Any], wanted: set[str]) -> None:
    """SOL-06, RET-07, RET-09: each limit of the sector rules on its last day and on the day after it."""
    assert asked(code, day, **facts).entitlements == wanted


def test_the_days_of_repair_and_waiting_are_added_once() -> None:
    """RET-07: eleven days in repair, five of them also waiting for parts, move the last day by eleven."""
    start = SOLD + timedelta(days=50)
    row = repair(50, 11, waited=(start, start + timedelta(days=4)))
    found = asked("appliance_1995", 60, repairs=[row]).warranty
    assert (found.until, found.prolonged) == (date(2026, 3, 9) + timedelta(days=11), 11)
    assert asked("car_2021", 60, repairs=[row]).warranty.until == date(2028, 3, 9)


def test_waiting_before_the_repair_is_added_too() -> None:
    """RET-07: three days of waiting for parts, then five in the workshop: the last day moves by eight."""
    start = SOLD + timedelta(days=47)
    row = repair(50, 5, waited=(start, start + timedelta(days=2)))
    assert asked("appliance_1995", 60, repairs=[row]).warranty.prolonged == 8


@pytest.mark.parametrize(("begin", "length", "added"), [(364, 5, 5), (365, 5, 0), (-5, 5, 0), (-2, 4, 2), (0, 1, 1)])
def test_a_repair_moves_the_last_day_by_its_days_within_the_period(begin: int, length: int, added: int) -> None:
    """RET-07: one that begins on the last day counts, one of the day after and one before the sale do not."""
    found = asked("appliance_1995", 500, repairs=[repair(begin, length)]).warranty
    assert (found.prolonged, found.until) == (added, date(2026, 3, 9) + timedelta(days=added))


def test_only_repairs_of_the_same_fault_that_are_done_are_counted() -> None:
    """RET-07: a serious repair of another fault, one that still lasts and one that ends later do not add up."""
    day, more = SOLD + timedelta(days=100), {"fault": "leak", "is_heavy": True, "main_part": "泵"}
    rows = [
        Repair(SOLD + timedelta(days=10), SOLD + timedelta(days=12), **more),
        Repair(SOLD + timedelta(days=20), SOLD + timedelta(days=22), fault="noise", is_heavy=True),
        Repair(SOLD + timedelta(days=90), None, **more),
        Repair(SOLD + timedelta(days=95), day + timedelta(days=3), **more),
    ]  # fmt: skip
    facts = Facts(dates=Dates(delivered_on=SOLD), repairs=rows, fault=FaultKind.SERIOUS, fault_code="leak")
    found = counted(facts, SOLD, day, None, day)
    names = ("same_fault_repairs", "serious_fault_repairs", "main_part_replacements", "days_since_repair")
    assert [found[name] for name in names] == [1, 1, 1, 88]


def test_a_last_day_on_a_holiday_moves_behind_it_where_the_rule_says_so() -> None:
    """RET-07: phones: the last day 2026-10-03 lies in the National Day holiday, so 2026-10-08 is still covered."""
    sold, rule = date(2025, 10, 4), {"is_off": HOLIDAYS.__contains__}
    last = (date(2026, 10, 8) - sold).days
    assert asked("phone_2001", last, sold=sold, **rule).warranty.state == "in"
    assert asked("phone_2001", last + 1, sold=sold, **rule).warranty.state == "out"
    assert asked("appliance_1995", last, sold=sold, **rule).warranty.state == "out"


def test_after_an_exchange_everything_begins_anew() -> None:
    """RET-07: the period and the windows count from the day of the exchange."""
    rule, changed = RULES["phone_2001"], date(2026, 2, 1)
    terms = Terms(12, "latest")
    facts = Facts(dates=Dates(delivered_on=SOLD, replaced_on=changed), unit_replacements=1)
    found = answer(rule, terms, facts, changed + timedelta(days=7))
    assert (found.warranty.until, found.warranty.basis) == (date(2027, 1, 31), "replacement")
    assert found.entitlements == THREE
    assert [row.code for row in found.reasons] == ["within", "from_replacement"]


def test_an_exchange_leaves_the_period_where_the_promise_does_not_begin_anew() -> None:
    """RET-07: a contract may promise that the exchanged unit has what was left of the first one."""
    dates = Dates(delivered_on=SOLD, replaced_on=date(2026, 2, 1))
    found = evaluate(Terms(12, "delivery", restarts=False), dates, date(2026, 3, 9))
    assert (found.state, found.basis, found.until) == ("in", "delivery", date(2026, 3, 9))


def test_lost_papers_count_from_the_making_and_ninety_days() -> None:
    """RET-07: without invoice and delivery the period begins ninety days after production."""
    found = answer(RULES["phone_2001"], Terms(12, "latest"), Facts(dates=Dates(produced_on=SOLD)), SOLD)
    assert found.warranty.starts_on == SOLD + timedelta(days=90)
    assert [row.code for row in found.reasons] == ["within", "from_production"]


def test_nothing_is_guessed_without_a_promise_or_a_day() -> None:
    """SOL-06: what is not known is said, and grants nothing."""
    nothing = answer(None, None, Facts(dates=Dates()), SOLD)
    assert (nothing.warranty.state, nothing.entitlements, nothing.reasons[0].code) == (
        "unknown",
        frozenset(),
        "no_policy",
    )
    undated = answer(RULES["contract"], Terms(12, "latest"), Facts(dates=Dates()), SOLD)
    assert (undated.warranty.state, undated.entitlements, undated.reasons[0].code) == (
        "unknown",
        frozenset(),
        "no_date",
    )


@pytest.mark.parametrize(("code", "values", "fee"), [
    ("appliance_1995", {"days_in_use": 200, "days_in_repair": 20}, "269.91"),  # 2999 x 0.0005 x 180
    ("appliance_1995", {"days_in_use": 5000}, "2999.00"), ("appliance_1995", {"days_in_use": 3, "days_in_repair": 9}, "0.00"),
    ("car_2021", {"meter": 12000}, "179.94"),  # 2999 x 12 x 0.005
    ("contract", {"days_in_use": 200}, "0.00"),
])  # fmt: skip
def test_the_fee_for_the_use(code: str, values: dict[str, int], fee: str) -> None:
    """RET-07: price by days outside repair or by thousands of the meter, to the cent, never above the price."""
    assert depreciation_fee(RULES[code], price=Decimal(2999), **values) == Decimal(fee)


@given(days, st.integers(1, 60), intervals)
def test_a_repair_never_shortens_the_warranty(start: date, months: int, spans: list[tuple[int, int]]) -> None:
    """RET-07: for any repairs, overlapping or not."""
    dates, terms = Dates(delivered_on=start), Terms(months, "latest")
    rows = [(start + timedelta(days=a), start + timedelta(days=a + n)) for a, n in spans]
    plain = evaluate(terms, dates, start).until
    for count in range(len(rows) + 1):
        until = evaluate(terms, dates, start, rows[:count]).until
        assert plain is not None
        assert until is not None
        assert until >= plain
        plain = until


@given(
    st.sampled_from(sorted(RULES)), st.integers(0, 1200), st.lists(st.tuples(st.integers(0, 1000), lengths), max_size=7)
)
def test_one_more_repair_never_takes_a_right_away(code: str, day: int, spans: list[tuple[int, int]]) -> None:
    """RET-07: rights grow with the repairs; only the fee, which is no right, may come with a lesser refund."""
    rows = [repair(begin, length + 1, is_heavy=True) for begin, length in spans]
    before: frozenset[str] = frozenset()
    for count in range(len(rows) + 1):
        facts: dict[str, Any] = {"repairs": rows[:count], "fault": FaultKind.SERIOUS, "meter": 100}
        found = asked(code, day, **facts).entitlements - {"depreciation_fee"}
        assert before <= found
        before = found


@pytest.mark.parametrize(
    ("code", "years"), [("appliance_1995", 5), ("phone_2001", 2), ("farm_2010", 5), ("car_2021", None)]
)
def test_the_card_says_how_long_parts_are_kept(code: str, years: int | None) -> None:
    """SOL-06: the law's years of parts after the end of production stand with the answer."""
    found = answer(RULES[code], Terms(12, "latest"), Facts(dates=Dates(delivered_on=SOLD)), SOLD)
    assert shown(found)["parts_years"] == years

"""The lines as they are written, on whole numbers, and the alarms that they raise."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.utils import timezone

from bihuan.core.activity.models import Activity
from bihuan.core.activity.services import record
from bihuan.core.policy.schema.monitor import Monitor, RateRule, RateWindow, Share
from bihuan.core.policy.services import read_file
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues.models import Issue
from bihuan.quality.monitor.estimates import intervals, remark
from bihuan.quality.monitor.judging import judge
from bihuan.quality.monitor.models import Alarm
from bihuan.quality.monitor.recount import differences
from bihuan.quality.monitor.rules import Figures, fires
from bihuan.quality.monitor.services import close_alarm, note_report
from bihuan.quality.monitor.windows import bounds
from bihuan.registry.faults.models import Symptom
from bihuan.registry.products.models import InspectedLot, Shipment
from bihuan.service.desk.services import closing, triage
from tests.cast import Cast
from tests.quality import shop

pytestmark = pytest.mark.django_db


def verbs(alarm: Alarm) -> list[str]:
    rows = Activity.objects.filter(subject_type="monitor.alarm", subject_id=alarm.pk).order_by("seq")
    return list(rows.values_list("verb", flat=True))


def test_strictly_more_than_three_per_mille_calls_for_the_anomaly_sheet(cast: Cast) -> None:
    """QIS-01, QIS-02: 3 of 1000 is not more than 3 per mille; the fourth unit raises the alarm with exact numbers."""
    shop.ship(cast, 1000)
    shop.many(cast, 3)
    assert shop.alarms("per_mille") == []
    last = shop.coded(cast)
    (alarm,) = shop.alarms("per_mille")
    assert (alarm.form, alarm.level, alarm.count, alarm.exposure) == ("F01", 1, 4, 1000)
    assert alarm.rate == Fraction(1, 250)
    assert (alarm.numerator, alarm.denominator) == (1, 250)
    assert (round(alarm.low or 0, 6), round(alarm.high or 0, 6)) == (0.001091, 0.01021)
    assert alarm.case_id == last.pk
    assert (alarm.model_id, alarm.mechanism, alarm.symptom_id) == (cast.model.pk, shop.mechanism(), None)
    assert alarm.cell_key == f"model:{cast.model.pk}|m:{shop.mechanism().pk}"
    assert "2024-12" in alarm.window
    assert alarm.complained_at == last.complained_at
    row = Activity.objects.get(subject_type="monitor.alarm", subject_id=alarm.pk, verb="alarm.raised")
    assert {key: row.data[key] for key in ("alarm", "cell", "rule", "level", "form", "count", "exposure")} == {
        "alarm": alarm.pk, "cell": alarm.cell_key, "rule": "per_mille", "level": 1, "form": "F01", "count": 4,
        "exposure": 1000,
    }  # fmt: skip


def test_more_than_one_per_cent_calls_for_the_special_report_too(cast: Cast) -> None:
    """QIS-04, QIS-05, D22: 1 of 100 is not more than 1 per cent, 2 of 100 is; by default both forms are wanted."""
    shop.ship(cast, 100)
    shop.coded(cast)
    assert [len(shop.alarms(rule)) for rule in ("per_mille", "percent")] == [1, 0]
    shop.coded(cast)
    assert [alarm.form for alarm in shop.alarms("percent")] == ["F05"]
    assert len(shop.alarms("per_mille")) == 1


def test_the_special_report_may_replace_the_anomaly_sheet(cast: Cast) -> None:
    """D22: with ``replaces`` only the gravest rule that fires raises an alarm."""
    shop.policy(special_report="replaces")
    shop.ship(cast, 50)
    shop.coded(cast)
    assert [(alarm.rule, alarm.form) for alarm in Alarm.objects.all()] == [("percent", "F05")]


def test_which_form_a_rule_calls_for_is_data(cast: Cast) -> None:
    """D21: a company that reports on its own sheet says so in its rules; the seven per mille too."""
    rule = {
        "code": "own",
        "name": "千分之七",
        "form": "F07",
        "level": 1,
        "above": {"numerator": 7, "denominator": 1000},
    }
    shop.policy(rules=[rule])
    shop.ship(cast, 1000)
    shop.many(cast, 7)
    assert Alarm.objects.count() == 0
    shop.coded(cast)
    assert [(alarm.rule, alarm.form, alarm.count) for alarm in Alarm.objects.all()] == [("own", "F07", 8)]


def test_a_serious_symptom_is_enough_and_danger_more(cast: Cast) -> None:
    """QIS-01, QIS-04, TRI-08: one sparking unit in a million wants the sheet, and the report since it endangers people."""
    shop.ship(cast, 1_000_000)
    shop.judged(cast, shop.case(cast), symptom=Symptom.objects.get(code="spark"))
    assert sorted((alarm.rule, alarm.form, alarm.count) for alarm in Alarm.objects.all()) == [
        ("danger", "F05", 1), ("serious", "F01", 1),
    ]  # fmt: skip


def test_danger_is_what_people_judge_not_only_the_symptom(cast: Cast) -> None:
    """QIS-04, D05: the flag of the case raises the alarm, whatever the words of the symptom are."""
    shop.ship(cast, 1_000_000)
    shop.judged(cast, shop.case(cast), is_safety=True)
    assert [alarm.rule for alarm in Alarm.objects.all()] == ["danger"]


def test_the_alarm_of_the_mechanism_follows_that_of_the_symptom(cast: Cast) -> None:
    """TRI-12: when engineering codes the mechanism afterwards, its alarm names the one that the symptom raised."""
    shop.ship(cast, 1_000_000)
    case = shop.judged(cast, shop.case(cast), is_safety=True)
    triage.code_case(case=case, by=cast.erik, values={"mechanism": shop.mechanism()})
    first, second = shop.alarms("danger")
    assert second.follows_id == first.pk
    assert (first.symptom_id, second.mechanism) == (cast.symptom.pk, shop.mechanism())
    assert verbs(first) == ["alarm.raised", "alarm.joined", "alarm.sank"]
    issue = Issue.objects.get()
    assert (issue.mechanism, issue.is_safety, second.state) == (shop.mechanism(), True, "joined")


def test_long_standing_with_repeated_complaints(cast: Cast) -> None:
    """QIS-04: first seen six months before the latest complaint, six times within the six months; both are policy."""
    shop.ship(cast, 1_000_000)
    now = timezone.now()
    shop.coded(cast, at=now - timedelta(days=250))
    for _index in range(5):
        shop.coded(cast)
    assert shop.alarms("lasting") == []
    shop.coded(cast)
    assert [(alarm.form, alarm.measure) for alarm in shop.alarms("lasting")] == [("F05", 6)]


@pytest.mark.parametrize(("first", "fired"), [(date(2026, 5, 31), 6), (date(2026, 6, 1), 0)])
def test_long_standing_begins_six_months_before_the_latest_complaint(first: date, fired: int) -> None:
    """QIS-04: by months, whatever the day."""
    (rule,) = (rule for rule in Monitor().rules if rule.lasting)
    found = Figures(7, 1_000_000, 0, 0, (6,), first, date(2026, 11, 3))
    assert fires(rule, found, {6: 6}) == fired


def test_repeats_join_the_open_alarm_and_a_closed_one_makes_room(cast: Cast) -> None:
    """QIS-01: one live alarm per cell and rule, also while it stands in an issue; closed, the next case raises anew."""
    shop.ship(cast, 100)
    shop.coded(cast)
    (alarm,) = shop.alarms("per_mille")
    shop.coded(cast)
    shop.coded(cast)
    alarm.refresh_from_db()
    assert (alarm.state, alarm.count, alarm.latest_count) == ("joined", 1, 3)
    assert verbs(alarm) == ["alarm.raised", "alarm.joined", "alarm.repeated", "alarm.repeated"]
    close_alarm(alarm=alarm, by=None, reason="措施有效")
    assert judge([shop.cell().pk]) == 0, "the night sees nothing new"
    assert len(shop.alarms("per_mille")) == 1
    shop.policy(rules=[{**rule, "opens_issue": False} for rule in read_file("general")["monitor"]["rules"]])
    Issue.objects.update(state="cancelled")
    shop.coded(cast)
    assert [item.state for item in shop.alarms("per_mille")] == ["closed", "open"]


def test_judging_the_same_again_changes_nothing(cast: Cast) -> None:
    """QIS-01: the night judges every cell; what has not changed is neither raised nor repeated."""
    shop.ship(cast, 100)
    shop.coded(cast)
    before = Activity.objects.count()
    assert judge([shop.cell().pk]) == 0
    assert Activity.objects.count() == before


def test_a_recoded_case_that_drops_a_cell_is_noted_and_nothing_undone(cast: Cast) -> None:
    """QIS-16: noted once as sunk, nothing is closed; above again it is repeated."""
    shop.ship(cast, 1000)
    case = shop.many(cast, 4)[-1]
    triage.code_case(case=case, by=cast.erik, values={"mechanism": shop.mechanism("leak")})
    judge([shop.cell().pk])
    (alarm,) = shop.alarms("per_mille")
    assert (alarm.state, alarm.is_below, alarm.count, alarm.latest_count) == ("joined", True, 4, 3)
    assert verbs(alarm) == ["alarm.raised", "alarm.joined", "alarm.sank"]
    triage.code_case(case=case, by=cast.erik, values={"mechanism": shop.mechanism("wear")})
    alarm.refresh_from_db()
    assert (alarm.is_below, verbs(alarm)) == (False, ["alarm.raised", "alarm.joined", "alarm.sank", "alarm.repeated"])


def test_without_units_there_is_no_rate_and_after_the_shipment_it_is_right(cast: Cast) -> None:
    """QIS-01: a denominator of zero crosses no line; shipments that arrive after their failures are judged then."""
    shop.coded(cast)
    cell = shop.cell()
    assert (cell.count, cell.exposure, cell.stage, Alarm.objects.count()) == (1, 0, 0, 0)
    assert remark(1, 0, None, Monitor()) != ""
    shop.ship(cast, 100)
    cell.refresh_from_db()
    assert (cell.count, cell.exposure, cell.stage) == (1, 100, 1)
    (alarm,) = shop.alarms("per_mille")
    assert (alarm.count, alarm.exposure) == (1, 100)


def test_the_clock_of_an_alarm_that_no_complaint_raised_counts_from_now(cast: Cast) -> None:
    """SLA-03: an old complaint crosses the line only when its shipment comes: nobody is late for what he could not know."""
    case = shop.coded(cast, at=timezone.now() - timedelta(days=20))
    before = timezone.now()
    shop.ship(cast, 100)
    (alarm,) = shop.alarms("per_mille")
    assert (alarm.case, alarm.complained_at) == (case, alarm.at)
    assert alarm.at >= before


def test_a_corrected_shipment_counts_by_the_difference(cast: Cast) -> None:
    """QIS-16: quantity and date of a delivery note are corrected; the rate follows."""
    from bihuan.core.activity.services import record
    from bihuan.core.jobs.relay import run_due

    row = shop.ship(cast, 100)
    shop.coded(cast)
    Shipment.objects.filter(pk=row.pk).update(quantity=1000)
    record(subject=Shipment.objects.get(pk=row.pk), verb="shipment.changed", by=None)
    run_due()
    assert (shop.cell().exposure, shop.cell().stage) == (1000, 0)
    (alarm,) = shop.alarms("per_mille")
    assert (alarm.exposure, alarm.latest_exposure, alarm.is_below) == (100, 1000, True)


@pytest.mark.parametrize(
    ("count", "exposure", "fired"),
    [(3, 1000, False), (4, 1000, True), (3_000_000_000, 10**12, False), (3_000_000_001, 10**12, True), (1, 333, True),
     (1, 334, False), (0, 0, False), (5, 0, False)],
)  # fmt: skip
def test_the_line_is_compared_without_rounding(count: int, exposure: int, *, fired: bool) -> None:
    """QIS-01: whole numbers of any size, never a float."""
    rule = RateRule(code="x", name="x", form="F01", level=1, above=Share(numerator=3, denominator=1000))
    assert bool(fires(rule, Figures(count=count, exposure=exposure), {})) is fired


def test_interval_and_remark_stand_beside_a_small_sample(cast: Cast) -> None:
    """QIS-01: one of fifty fires as written, and people are told that it may be chance."""
    shop.ship(cast, 50)
    shop.coded(cast)
    assert shop.cell().fired == ["per_mille", "percent"]
    low, high = intervals([(1, 50)], 0.95)[0]
    assert (round(low or 0, 5), round(high or 0, 5)) == (0.00051, 0.10647)
    assert remark(1, 50, low, Monitor()) == "样本量小：50 台中 1 台，可能是偶然"
    assert intervals([(0, 0)], 0.95) == [(None, None)]


def test_more_failures_than_units_have_an_interval(cast: Cast) -> None:
    """QIS-01: in a window of complaints failures may belong to earlier shipments; a count then has its own limits."""
    low, high = intervals([(7, 5)], 0.95)[0]
    assert (round(low or 0, 4), round(high or 0, 4)) == (0.5629, 2.8845)


def window(cast: Cast, **values: Any) -> tuple[int, int]:
    shop.policy(window=values)
    cell = shop.cell()
    return cell.count, cell.exposure


def test_the_window_is_policy(cast: Cast) -> None:
    """QIS-16: by ship month, service age and rolling days the same records give other counts and other units."""
    for months, quantity in ((30, 700), (14, 200), (2, 90)):
        shop.ship(cast, quantity, on=shop.months_ago(months))
        serial = f"SN-{months}"
        shop.coded(cast, unit=shop.unit(cast, serial, shipped=shop.months_ago(months)))
    assert window(cast, basis="ship_month", length=24) == (2, 290)
    assert window(cast, basis="ship_month", length=36) == (3, 990)
    assert window(cast, basis="service_age", length=24, age=12) == (0, 900)
    assert window(cast, basis="service_age", length=24, age=14) == (1, 900)
    assert window(cast, basis="rolling_days", length=120) == (3, 90)


@pytest.mark.parametrize(
    ("window", "first", "last"),
    [
        (RateWindow(basis="ship_month", length=1), date(2026, 11, 1), date(2026, 11, 1)),
        (RateWindow(basis="production_month", length=12), date(2025, 12, 1), date(2026, 11, 1)),
        (RateWindow(basis="service_age", length=12, age=6), date(2025, 6, 1), date(2026, 5, 1)),
        (RateWindow(basis="rolling_days", length=1), date(2026, 11, 21), date(2026, 11, 21)),
        (RateWindow(basis="rolling_days", length=30), date(2026, 10, 23), date(2026, 11, 21)),
    ],
)
def test_a_window_is_as_long_as_it_says(window: RateWindow, first: date, last: date) -> None:
    """QIS-16: so many months or days, the running one the last of them; by age those that have reached it."""
    found = bounds(window, date(2026, 11, 21))
    assert (found.first, found.last) == (first, last)


def test_the_production_month_takes_the_batch(cast: Cast) -> None:
    """QIS-16: by production month failures and units both count by the date of their batch."""
    from bihuan.registry.products.models import Batch

    old = Batch.objects.create(model=cast.model, number="B-OLD", produced_on=shop.months_ago(20))
    new = Batch.objects.create(model=cast.model, number="B-NEW", produced_on=shop.months_ago(2))
    for batch, quantity in ((old, 500), (new, 60)):
        shop.ship(cast, quantity, on=shop.months_ago(1), batch=batch)
        shop.coded(cast, unit=shop.unit(cast, f"S{batch.number}", batch=batch))
    assert window(cast, basis="production_month", length=12) == (1, 60)
    assert window(cast, basis="production_month", length=24) == (2, 560)


def test_the_denominator_is_policy(cast: Cast) -> None:
    """QIS-16: shipped, installed within the window, all in service, or inspected."""
    from bihuan.registry.products.services import create_unit

    shop.ship(cast, 400)
    for index, months in enumerate((40, 3, 2)):
        create_unit(serial=f"IN-{index}", model=cast.model, by=None, installed_on=shop.months_ago(months))
    shop.inspect(cast, 250)
    lot = shop.inspect(cast, 40)
    lot.quantity = 50
    lot.save()
    record(subject=lot, verb="inspected_lot.changed", by=None)
    shop.coded(cast)
    found = {}
    for denominator in ("shipped", "installed", "in_service", "inspected"):
        shop.policy(denominator=denominator)
        found[denominator] = shop.cell().exposure
    assert found == {"shipped": 400, "installed": 2, "in_service": 3, "inspected": 300}
    assert list(differences()) == []
    InspectedLot.objects.filter(pk=lot.pk).update(quantity=60)
    assert len(list(differences())) == 1, "a lot that was changed behind the counters is found"


def test_rates_of_symptoms_are_judged_where_the_policy_wants_it(cast: Cast) -> None:
    """QIS-01, TRI-12: by default the same mechanism only; a company may also judge symptoms that nobody coded yet."""
    shop.ship(cast, 100)
    shop.judged(cast, shop.case(cast))
    assert Alarm.objects.count() == 0
    shop.policy(symptom_rates=True)
    assert [(alarm.rule, alarm.symptom, alarm.mechanism_id) for alarm in Alarm.objects.all()] == [
        ("per_mille", cast.symptom, None)
    ]


def test_rules_look_at_the_levels_of_the_policy(cast: Cast) -> None:
    """QIS-01: counted is at every level, alarms are raised where the policy wants them."""
    shop.policy(levels=["line", "model"])
    shop.ship(cast, 100)
    shop.coded(cast)
    assert sorted(alarm.cell.level for alarm in shop.alarms("per_mille")) == ["line", "model"]


def test_a_policy_changed_in_mid_flight_judges_anew_and_old_alarms_keep_their_version(cast: Cast) -> None:
    """QIS-01: a stricter line raises at once, on the counters as they are."""
    shop.ship(cast, 1000)
    shop.coded(cast)
    assert Alarm.objects.count() == 0
    rule = {
        "code": "per_mille",
        "name": "超过 0.5‰",
        "form": "F01",
        "level": 1,
        "above": {"numerator": 5, "denominator": 10000},
    }
    shop.policy(rules=[rule])
    (alarm,) = shop.alarms("per_mille")
    number = alarm.policy_version.number
    shop.policy()
    alarm.refresh_from_db()
    assert (alarm.rule_name, alarm.policy_version.number, alarm.is_below) == ("超过 0.5‰", number, True)


def test_a_retired_mechanism_goes_on_counting(cast: Cast) -> None:
    """TRI-12: codes are retired, never deleted; what was coded stays counted, and nobody is offered the code any more."""
    from django.db.models import ProtectedError

    from bihuan.quality.monitor.counting import count_case
    from bihuan.registry.faults.models import FailureMechanism
    from bihuan.registry.faults.queries import usable

    shop.ship(cast, 100)
    case = shop.coded(cast)
    entry = shop.mechanism()
    entry.retired_on = timezone.localdate()
    entry.save()
    with pytest.raises(ProtectedError):
        entry.delete()
    assert count_case(case.pk) == set()
    assert (shop.cell().count, len(shop.alarms("per_mille"))) == (1, 1)
    assert entry not in usable(FailureMechanism, cast.model.line)


def test_the_report_is_due_72_hours_after_the_complaint(cast: Cast) -> None:
    """SLA-03, SLA-07, QIS-07, D11: of an alarm that waits for people, from the complaint; stopped by the report."""
    from bihuan.core.deadlines.services import of_subject

    shop.policy(rules=[{**rule, "opens_issue": False} for rule in read_file("general")["monitor"]["rules"]])
    shop.ship(cast, 100)
    at = timezone.now() - timedelta(hours=30)
    shop.coded(cast, at=at)
    (alarm,) = shop.alarms("per_mille")
    row = of_subject(alarm).get(code="anomaly_report")
    assert (row.starts_at, row.due_at) == (at, at + timedelta(hours=72))
    rule = next(rule for rule in alarm.policy.deadlines if rule.code == "anomaly_report")
    assert "general_manager" in rule.escalations[0].roles
    note_report(alarm=alarm, by=None, form="F01", number="202611-0001")
    row.refresh_from_db()
    assert row.state == "met"


@pytest.mark.parametrize(("dispersion", "code", "hours"), [(2, "batch_problem", 48), (3, "special_problem", 72)])
def test_batch_and_special_problems_have_their_hours(cast: Cast, dispersion: int, code: str, hours: int) -> None:
    """SLA-05, SLA-06, SLA-07, TRI-07, D11: batch problems in 48 hours, special ones in 72, then the general manager."""
    from bihuan.core.deadlines.services import of_subject

    case = shop.judged(cast, shop.case(cast), dispersion=dispersion)
    rows = {row.code: row for row in of_subject(case) if row.code in {"batch_problem", "special_problem"}}
    assert list(rows) == [code]
    assert rows[code].due_at == case.complained_at + timedelta(hours=hours)
    rule = next(rule for rule in case.policy.deadlines if rule.code == code)
    assert "general_manager" in rule.escalations[-1].roles


def test_closing_wants_a_reason_and_a_right(cast: Cast) -> None:
    """GEN-13: whoever may not close is refused, nothing changes; twice is refused."""
    from bihuan.core.permissions.services import Refused

    shop.ship(cast, 100)
    shop.coded(cast)
    (alarm,) = shop.alarms("per_mille")
    with pytest.raises(Refused):
        close_alarm(alarm=alarm, by=cast.alice, reason="x")
    with pytest.raises(MoveRefused):
        close_alarm(alarm=alarm, by=cast.grace, reason="  ")
    close_alarm(alarm=alarm, by=cast.grace, reason="偶然")
    with pytest.raises(MoveRefused):
        close_alarm(alarm=alarm, by=cast.grace, reason="又一次")
    assert Alarm.objects.get().reason == "偶然"


def test_a_cancelled_case_sinks_its_alarm(cast: Cast) -> None:
    """QIS-16."""
    shop.ship(cast, 100)
    case = shop.coded(cast)
    closing.cancel_case(case=case, by=cast.bob, reason="重复")
    assert [alarm.is_below for alarm in shop.alarms("per_mille")] == [True]

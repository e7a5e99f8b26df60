"""Alarms follow the rules: raised once per cell and crossing, repeated on the live one, noted when they sink."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.notify.services import tell_roles
from bihuan.core.policy.models import PolicyVersion
from bihuan.core.policy.queries import parsed
from bihuan.core.policy.schema.monitor import Monitor, RateRule
from bihuan.quality.monitor.counting import CELLS
from bihuan.quality.monitor.estimates import interval
from bihuan.quality.monitor.models import Alarm, AlarmState, Cell, CountedCase, Level
from bihuan.quality.monitor.rules import Figures
from bihuan.quality.monitor.windows import bounds, in_words
from bihuan.service.desk.models import Case

LIVE = [AlarmState.OPEN, AlarmState.JOINED]
Hits = Mapping[int, list[tuple[RateRule, int]]]
Before = Mapping[int, Collection[str]]


def follow_rules(
    cells: Sequence[Cell], figures: Mapping[int, Figures], hits: Hits, version: PolicyVersion, *, day: date,
    case: Case | None, by: Any, before: Before,
) -> int:  # fmt: skip
    """Raise, repeat or note for cells that were just judged; returns how many alarms were raised.

    ``before`` says which rules fired already when the cells were judged last: what is still above a line after its
    alarm was closed is no new crossing, until one more case comes.
    """
    if not cells:
        return 0
    rows = Alarm.objects.filter(cell__in=[cell.pk for cell in cells], state__in=LIVE)
    live = {(alarm.cell_id, alarm.rule): alarm for alarm in rows}
    ended = _ended(cells, hits, live, before)
    raised = 0
    for cell in cells:
        fired = {rule.code: (rule, cases) for rule, cases in hits[cell.pk]}
        for code, (rule, cases) in fired.items():
            known = live.get((cell.pk, code))
            last = ended.get((cell.pk, code))
            if known is None and last is not None and cases <= last.measure:
                _keep_measure(last, cases)
            elif known is None:
                raised += _raise(cell, rule, cases, figures[cell.pk], version, day=day, case=case, by=by)
            else:
                _repeat(known, cases, figures[cell.pk], case, by)
        for (cell_id, code), alarm in live.items():
            if cell_id == cell.pk and code not in fired:
                _sink(alarm, figures[cell.pk], case, by)
    return raised


def _ended(
    cells: Sequence[Cell], hits: Hits, live: Mapping[tuple[int, str], Alarm], before: Before
) -> dict[tuple[int, str], Alarm]:
    """The last closed alarms of rules that fired before and still fire, with nothing live of them."""
    wanted = {
        (cell.pk, rule.code) for cell in cells for rule, _cases in hits[cell.pk]
        if rule.code in before.get(cell.pk, ()) and (cell.pk, rule.code) not in live
    }  # fmt: skip
    if not wanted:
        return {}
    rows = Alarm.objects.filter(cell__in={pk for pk, _code in wanted}, state=AlarmState.CLOSED).order_by("pk")
    return {(row.cell_id, row.rule): row for row in rows if (row.cell_id, row.rule) in wanted}


def _keep_measure(alarm: Alarm, cases: int) -> None:
    """As the window moves on the count may fall; growth is seen from the lowest on."""
    if cases < alarm.measure:
        Alarm.objects.filter(pk=alarm.pk).update(measure=cases)


def _raise(
    cell: Cell, rule: RateRule, cases: int, found: Figures, version: PolicyVersion, *, day: date,
    case: Case | None, by: Any,
) -> int:  # fmt: skip
    """Write the alarm with what was true at its moment, and tell the roles of the rule.

    The clock starts with the complaint that crossed the line; where no complaint did, but a shipment, a new policy or
    the window that moved on, it starts now (SLA-03).
    """
    rules, now = parsed(version).monitor, timezone.now()
    crossed = case is not None and _counts_in(case, cell)
    cause = case if crossed else _newest(cell)
    if cause is None:
        return 0
    rate = Fraction(found.count, found.exposure) if found.exposure else None
    low, high = interval(found.count, found.exposure, rules.confidence)
    alarm = Alarm.objects.create(
        policy_version_id=version.pk, cell=cell, cell_key=cell.key, line_id=cell.line_id, model_id=cell.model_id,
        batch_id=cell.batch_id, region_id=cell.region_id, mechanism_id=cell.mechanism_id, symptom_id=cell.symptom_id,
        rule=rule.code, level=rule.level, form=rule.form, case=cause, follows=_before(cause, cell, rule),
        count=found.count, exposure=found.exposure, numerator=rate.numerator if rate is not None else None,
        denominator=rate.denominator if rate is not None else None, low=low, high=high, window=_window(rules, day),
        complained_at=cause.complained_at if crossed else now, at=now, measure=cases, latest_count=found.count,
        latest_exposure=found.exposure,
    )  # fmt: skip
    record(subject=alarm, verb="alarm.raised", by=by, data={**facts(alarm), "to": alarm.state})
    with translation.override(settings.LANGUAGE_CODE):
        title = _("%(rule)s: %(cell)s") % {"rule": rule.name, "cell": cell}
    tell_roles(roles=rule.tell, title=title, subject=alarm, level="urgent" if rule.flag else "warn",
               verb="alarm.raised")  # fmt: skip
    return 1


def facts(alarm: Alarm) -> dict[str, Any]:
    """What the room above is told of an alarm."""
    return {
        "alarm": alarm.pk, "cell": alarm.cell_key, "rule": alarm.rule, "level": alarm.level, "form": alarm.form,
        "count": alarm.latest_count, "exposure": alarm.latest_exposure, "case": alarm.case_id,
        "follows": alarm.follows_id,
    }  # fmt: skip


def _window(rules: Monitor, day: date) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return in_words(rules, bounds(rules.window, day))[:120]


def _counts_in(case: Case, cell: Cell) -> bool:
    field = CELLS[Level(cell.level)]
    return CountedCase.objects.filter(pk=case.pk, **{f"{field}_id": cell.pk}).exists()


def _newest(cell: Cell) -> Case | None:
    """The newest case of a cell; a cell without one has nothing to alarm about."""
    field = CELLS[Level(cell.level)]
    row = CountedCase.objects.filter(**{f"{field}_id": cell.pk, "is_first": True}).select_related("case")
    last = row.order_by("-complained_on", "-case_id").first()
    return last.case if last else None


def _before(case: Case, cell: Cell, rule: RateRule) -> Alarm | None:
    """The live alarm of the same rule that this case raised by its symptom, before its mechanism was coded."""
    if cell.mechanism_id is None:
        return None
    rows = Alarm.objects.filter(case=case, rule=rule.code, cell__scope=cell.scope, mechanism__isnull=True)
    return rows.filter(state__in=LIVE).order_by("pk").first()


def _repeat(alarm: Alarm, cases: int, found: Figures, case: Case | None, by: Any) -> None:
    """One more case, or above the line again: it joins the live alarm. Fewer cases are only kept in mind."""
    grown = cases > alarm.measure  # of one that sank the measure is nothing
    if not grown and cases == alarm.measure:
        return
    _keep(alarm, cases, found, below=False)
    if grown:
        record(subject=alarm, verb="alarm.repeated", by=by, data=_news(alarm, case))


def _sink(alarm: Alarm, found: Figures, case: Case | None, by: Any) -> None:
    """The rule holds no longer: noted once, and never undone by itself."""
    if alarm.is_below:
        return
    _keep(alarm, 0, found, below=True)
    record(subject=alarm, verb="alarm.sank", by=by, data=_news(alarm, case))


def _keep(alarm: Alarm, cases: int, found: Figures, *, below: bool) -> None:
    alarm.measure, alarm.is_below = cases, below
    alarm.latest_count, alarm.latest_exposure = found.count, found.exposure
    alarm.save(update_fields=["measure", "is_below", "latest_count", "latest_exposure"])


def _news(alarm: Alarm, case: Case | None) -> dict[str, Any]:
    return {**facts(alarm), "case": case.pk if case else None}

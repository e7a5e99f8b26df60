"""The seam to the rate monitor: what an alarm says, what it is told, and when both are settled, at one place.

An alarm opens its issue by itself where its rule says so, and joins it; its repeats join the open issue. The issue then
has the one clock of both (SLA-03); a later alarm that calls for the special report starts a clock of its own. When the
issue ends its alarms end with it (NCR-07).
"""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.models import Activity
from bihuan.core.activity.services import record
from bihuan.core.documents.queries import for_subject
from bihuan.core.permissions.services import require
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues.counting import made_before_remedy
from bihuan.quality.issues.models import Issue, IssueState, Signal, Source
from bihuan.quality.issues.papers import SPECIAL
from bihuan.quality.issues.queries import closed_like, open_like
from bihuan.quality.issues.services.proving import note_late_failure, note_recurrence
from bihuan.quality.issues.services.registration import (
    AlarmFacts,
    Sign,
    add_cases,
    call_special,
    join_issue,
    register_issue,
)
from bihuan.quality.monitor.models import Alarm, AlarmState
from bihuan.quality.monitor.permissions import ALARM_JOIN
from bihuan.quality.monitor.queries import cases_of_cell
from bihuan.quality.monitor.services import join_alarm, note_report, settle_alarm
from bihuan.service.desk.models import Case

MOST_CASES = 500


def facts_of(alarm: Alarm) -> AlarmFacts:
    """The alarm as plain values, as it was raised."""
    return AlarmFacts(
        alarm_id=alarm.pk, rule=alarm.rule_name[:60], form_code=alarm.form, count=alarm.count, exposure=alarm.exposure,
        low=alarm.low, high=alarm.high, window=alarm.window,
    )  # fmt: skip


def raised(activity: Activity, alarm: Alarm) -> Issue | None:
    """Take a new alarm into the open issue of its cell; else open one by itself, where the rule wants it (QIS-01).

    A closed issue of the cell opens again, unless the failure is one of a product that was made before its remedy.
    """
    return _taken(alarm, by=None, must=alarm.opens_issue)


@transaction.atomic
def take_alarm(*, alarm: Alarm, by: Any) -> Issue:
    """Take an open alarm into an issue by hand: for rules that open none by themselves."""
    require(by, ALARM_JOIN, alarm)
    if alarm.state != AlarmState.OPEN:
        raise MoveRefused(_("The alarm is in an issue already, or closed."), code="state")
    issue = _taken(alarm, by=by, must=True)
    if issue is None:
        raise MoveRefused(_("The alarm is in an issue already, or closed."), code="state")
    return issue


def _taken(alarm: Alarm, *, by: Any, must: bool) -> Issue | None:
    facts = facts_of(alarm)
    place: dict[str, Any] = {"cell": alarm.cell_key, "mechanism_id": alarm.mechanism_id, "model_id": alarm.model_id}
    before = _issue_of(alarm.follows) if alarm.follows else None
    issue = before if before is not None and not before.is_at_rest else open_like(**place)
    if issue is not None:
        is_new_report = _calls_special(issue, alarm)
        join_issue(issue=issue, by=by, cases=_cases(alarm), alarm=facts, text=_words(facts))
        _learn(issue, alarm)
        if is_new_report:
            call_special(issue=issue, at=alarm.complained_at, name=_words(facts))
        return _join(alarm, issue)
    closed = closed_like(**place)
    if closed is not None and made_before_remedy(closed, alarm.case):
        return _settled_late(alarm, closed, facts)
    if closed is not None:
        issue = note_recurrence(issue=closed, reason=_words(facts))
        if alarm.form == SPECIAL:
            call_special(issue=issue, at=alarm.complained_at, name=_words(facts))
        return _join(alarm, join_issue(issue=issue, by=by, cases=_cases(alarm), alarm=facts, text=_words(facts)))
    if not must:
        return None
    issue = register_issue(sign=_sign(alarm, facts), by=by, cases=_cases(alarm), alarm=facts)
    return _join(alarm, issue)


def _calls_special(issue: Issue, alarm: Alarm) -> bool:
    """Whether this is the first alarm that asks this issue for the special report, and none has gone out yet (D22)."""
    if alarm.form != SPECIAL or Signal.objects.filter(issue=issue, form_code=SPECIAL).exists():
        return False
    return not any(row.form_code == SPECIAL for row in for_subject(issue))


def _learn(issue: Issue, alarm: Alarm) -> None:
    """An issue of a symptom learns the mechanism that engineering coded since; danger is never forgotten (TRI-12)."""
    fields: dict[str, Any] = {}
    if issue.mechanism_id is None and alarm.mechanism_id is not None:
        fields["mechanism"] = alarm.mechanism
    if alarm.is_danger and not issue.is_safety:
        fields["is_safety"] = True
    if fields:
        Issue.objects.filter(pk=issue.pk).update(**fields)
        about = {key: str(value) for key, value in fields.items()}
        record(subject=issue, verb="issue.learned", by=None, data=about)


def _join(alarm: Alarm, issue: Issue) -> Issue:
    if alarm.state == AlarmState.OPEN:
        join_alarm(alarm=alarm, by=None, issue=issue.number)
    return issue


def _settled_late(alarm: Alarm, issue: Issue, facts: AlarmFacts) -> Issue:
    """What was made before the remedy goes on failing for a while; that says nothing against the remedy.

    Danger is told aloud even so: it is for people to judge whether the products out there are called back.
    """
    note_late_failure(issue=issue, reason=_words(facts), danger=alarm.is_danger)
    add_cases(issue=issue, cases=[alarm.case] if alarm.case else [], alarm=facts)
    reason = _("%(number)s is closed; the product was made before its remedy.") % {"number": issue.number}
    settle_alarm(alarm=alarm, by=None, issue=issue.number, reason=reason)
    return issue


def repeated(activity: Activity, alarm: Alarm) -> Issue | None:
    """Join the repeat to the open issue of the alarm; without one it is as if the alarm were raised."""
    issue = _issue_of(alarm)
    if issue is None or issue.is_at_rest:
        return raised(activity, alarm)
    case = Case.objects.filter(pk=activity.data.get("case") or 0).select_related("unit__batch").first()
    Signal.objects.filter(issue=issue, alarm_id=alarm.pk).update(
        repeats=F("repeats") + 1, latest_count=alarm.latest_count, latest_exposure=alarm.latest_exposure,
        latest_at=timezone.now(), sank=False,
    )  # fmt: skip
    words = _words(facts_of(alarm), alarm.latest_count, alarm.latest_exposure)
    if issue.state == IssueState.VERIFYING and not made_before_remedy(issue, case):
        note_recurrence(issue=issue, reason=words)
    return join_issue(issue=issue, by=None, cases=[case] if case else [], text=words)


def sank(activity: Activity, alarm: Alarm) -> None:
    """Note on the issue that its cell fell below the line by re-coding; people decide what follows."""
    issue = _issue_of(alarm)
    if issue is None:
        return
    Signal.objects.filter(issue=issue, alarm_id=alarm.pk).update(
        sank=True, latest_count=alarm.latest_count, latest_exposure=alarm.latest_exposure, latest_at=timezone.now()
    )
    words = _words(facts_of(alarm), alarm.latest_count, alarm.latest_exposure)
    record(subject=issue, verb="issue.alarm_sank", by=None, data={"name": words})


def closed_alone(activity: Activity, alarm: Alarm) -> None:
    """Somebody closed an alarm for itself: its issue is told, and stays open until people decide otherwise."""
    issue = _issue_of(alarm)
    if issue is not None and not issue.is_at_rest:
        about = {"name": alarm.rule_name, "reason": alarm.reason}
        record(subject=issue, verb="issue.alarm_closed", by=activity.actor, data=about)


def settle(issue: Issue, by: Any, reason: str) -> int:
    """The issue has ended: what its alarms wait for has happened; returns how many ended."""
    rows = list(Alarm.objects.filter(pk__in=_ids(issue)).exclude(state=AlarmState.CLOSED).order_by("pk"))
    for alarm in rows:
        settle_alarm(alarm=alarm, by=by, issue=issue.number, reason=reason)
    return len(rows)


def tell_reported(issue: Issue, by: Any, *, form: str, number: str) -> None:
    """The report of an issue is the report that its live alarms wait for (SLA-03, QIS-07)."""
    for alarm in Alarm.objects.filter(pk__in=_ids(issue)).exclude(state=AlarmState.CLOSED):
        note_report(alarm=alarm, by=by, form=form, number=number)


def alarms_of(issue: Issue) -> dict[int, Alarm]:
    """The alarms behind an issue by number."""
    return Alarm.objects.in_bulk(_ids(issue))


def _ids(issue: Issue) -> list[int]:
    ids = Signal.objects.filter(issue=issue, alarm_id__isnull=False).order_by().values_list("alarm_id", flat=True)
    return [pk for pk in ids.distinct() if pk is not None]


def _issue_of(alarm: Alarm | None) -> Issue | None:
    """The newest issue that took the alarm."""
    rows = Signal.objects.filter(alarm_id=alarm.pk if alarm else 0).select_related("issue")
    signal = rows.order_by("-pk").first()
    return signal.issue if signal else None


def _words(facts: AlarmFacts, count: int | None = None, exposure: int | None = None) -> str:
    values = {
        "rule": facts.rule, "window": facts.window, "count": facts.count if count is None else count,
        "exposure": facts.exposure if exposure is None else exposure,
    }  # fmt: skip
    return _("%(rule)s: %(count)s of %(exposure)s units, %(window)s") % values


def _cases(alarm: Alarm) -> list[Case]:
    """The cases that count in the cell, the newest first."""
    return list(cases_of_cell(alarm.cell)[:MOST_CASES])


def _sign(alarm: Alarm, facts: AlarmFacts) -> Sign:
    alarm_symptom = alarm.case.symptom if alarm.case else None
    about = " ".join(str(part) for part in (alarm.model or alarm.line, alarm.mechanism or alarm.symptom) if part)
    return Sign(
        source=Source.MONITOR, title=about or facts.rule, description=_words(facts), quantity=facts.count,
        complained_at=alarm.complained_at, occurred_at=alarm.at, line=alarm.line, model=alarm.model, batch=alarm.batch,
        region=alarm.region, mechanism=alarm.mechanism, symptom=alarm.symptom or alarm_symptom,
        cell=alarm.cell_key, is_safety=alarm.is_danger,
    )  # fmt: skip

"""The seam to the rate monitor: what an alarm says and what it is told, at one place."""

from typing import Any

from django.utils.translation import gettext as _

from bihuan.core.activity.models import Activity
from bihuan.core.activity.services import record
from bihuan.quality.issues.models import Issue, IssueState, Signal, Source
from bihuan.quality.issues.queries import open_like
from bihuan.quality.issues.services.proving import note_recurrence
from bihuan.quality.issues.services.registration import AlarmFacts, Sign, join_issue, register_issue
from bihuan.quality.monitor.models import Alarm, AlarmState
from bihuan.quality.monitor.services import note_report
from bihuan.registry.faults.models import FailureMechanism
from bihuan.registry.people.models import Region
from bihuan.registry.products.models import Batch, ProductLine, ProductModel
from bihuan.service.desk.models import Case, CaseState

MOST_CASES = 500


def facts_of(activity: Activity, alarm: Any) -> AlarmFacts:
    """The alarm as plain values: the row says them, the journal's data stand in for what it does not."""

    def told(*names: str, default: Any = None) -> Any:
        for name in names:
            value = getattr(alarm, name, activity.data.get(name))
            if value is not None:
                return value
        return default

    return AlarmFacts(
        alarm_id=told("pk", "alarm"), rule=str(told("rule", "rule_code", default="")),
        form_code=str(told("form_code", "form", default="")), count=int(told("count", default=0)),
        exposure=int(told("exposure", default=0)), low=told("low"), high=told("high"),
        window=str(told("window", default="")),
    )  # fmt: skip


def cell_of(activity: Activity, alarm: Any) -> str:
    """The key of the alarm's cell."""
    return str(getattr(alarm, "cell_key", "") or activity.data.get("cell", ""))[:120]


def raised(activity: Activity, alarm: Any) -> Issue:
    """Open an issue for the cell; the open one takes the repeat, a closed one of the same cell opens again (NCR-08)."""
    facts, cell = facts_of(activity, alarm), cell_of(activity, alarm)
    open_now = open_like(cell=cell, mechanism_id=_id(alarm, "mechanism"), model_id=_id(alarm, "model"))
    closed = Issue.objects.filter(cell=cell, state=IssueState.CLOSED).order_by("-id").first() if cell else None
    if open_now is None and closed is not None:
        again = note_recurrence(issue=closed, reason=_words(facts))
        return join_issue(issue=again, by=None, cases=_cases(alarm), alarm=facts, text=_words(facts))
    return register_issue(sign=_sign(activity, alarm, facts, cell), by=None, cases=_cases(alarm), alarm=facts)


def repeated(activity: Activity, alarm: Any) -> Issue | None:
    """Join the repeat to the open issue of the alarm; without one it is as if the alarm were raised."""
    issue = _issue_of(alarm)
    if issue is None or issue.is_at_rest:
        return raised(activity, alarm)
    facts = facts_of(activity, alarm)
    if issue.state == IssueState.VERIFYING:
        note_recurrence(issue=issue, reason=_words(facts))
    return join_issue(issue=issue, by=None, cases=_cases(alarm), alarm=facts, text=_words(facts))


def sank(activity: Activity, alarm: Any) -> None:
    """Note on the issue that its cell fell below the line by re-coding; people decide what follows."""
    issue = _issue_of(alarm)
    if issue is None:
        return
    Signal.objects.filter(issue=issue, alarm_id=alarm.pk).update(sank=True)
    facts = facts_of(activity, alarm)
    record(subject=issue, verb="issue.alarm_sank", by=None, data={"name": _words(facts)})


def tell_reported(issue: Issue, by: Any, *, form: str, number: str) -> None:
    """The report of an issue is the report that its open alarms wait for (SLA-03, QIS-07)."""
    ids = Signal.objects.filter(issue=issue).values_list("alarm_id", flat=True)
    for alarm in Alarm.objects.filter(pk__in=[pk for pk in ids if pk]).exclude(state=AlarmState.CLOSED):
        note_report(alarm=alarm, by=by, form=form, number=number)


def _issue_of(alarm: Any) -> Issue | None:
    signal = Signal.objects.filter(alarm_id=alarm.pk).select_related("issue").first()
    return signal.issue if signal else None


def _id(alarm: Any, name: str) -> int | None:
    value: int | None = getattr(alarm, f"{name}_id", None)
    return value


def _words(facts: AlarmFacts) -> str:
    values = {"rule": facts.rule, "count": facts.count, "exposure": facts.exposure, "window": facts.window}
    return _("%(rule)s: %(count)s of %(exposure)s units, %(window)s") % values


def _cases(alarm: Any) -> list[Case]:
    """The cases behind the cell: the same mechanism within its product, the newest first."""
    mechanism = _id(alarm, "mechanism")
    if mechanism is None:
        return []
    rows = Case.objects.filter(mechanism=mechanism, duplicate_of__isnull=True).exclude(state=CaseState.CANCELLED)
    wanted = {"line": _id(alarm, "line"), "model": _id(alarm, "model"), "region": _id(alarm, "region"),
              "unit__batch": _id(alarm, "batch")}  # fmt: skip
    rows = rows.filter(**{key: value for key, value in wanted.items() if value is not None})
    return list(rows.order_by("-id")[:MOST_CASES])


def _sign(activity: Activity, alarm: Any, facts: AlarmFacts, cell: str) -> Sign:
    def row(model: Any, name: str) -> Any:
        pk = _id(alarm, name)
        return model.objects.filter(pk=pk).first() if pk else None

    mechanism, product = row(FailureMechanism, "mechanism"), row(ProductModel, "model")
    about = " ".join(str(part) for part in (product or row(ProductLine, "line"), mechanism) if part)
    danger = bool(activity.data.get("danger") or getattr(alarm, "is_danger", False))
    return Sign(
        source=Source.MONITOR, title=about or facts.rule, description=_words(facts), quantity=facts.count,
        line=row(ProductLine, "line"), model=product, batch=row(Batch, "batch"), region=row(Region, "region"),
        mechanism=mechanism, cell=cell, is_safety=danger,
    )  # fmt: skip

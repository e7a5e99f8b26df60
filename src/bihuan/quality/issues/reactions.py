"""What the issues do when something happens below them."""

from typing import Any

from bihuan.core.activity.models import Activity
from bihuan.core.activity.reactions import on
from bihuan.core.activity.services import record
from bihuan.quality.issues import alarms
from bihuan.quality.issues.models import Issue, Source
from bihuan.quality.issues.papers import REPORTS, SPECIAL
from bihuan.quality.issues.services.publishing import plan_decided
from bihuan.quality.issues.services.registration import Sign, register_issue
from bihuan.service.desk.models import Case


@on("alarm.raised")
def open_by_alarm(activity: Activity, subject: Any) -> None:
    """A cell crossed its line: open an issue, join the open one, or reopen the closed one (QIS-01, QIS-04)."""
    alarms.raised(activity, subject)


@on("alarm.repeated")
def join_repeat(activity: Activity, subject: Any) -> None:
    """The same cell rang again: its new counts go to the open issue."""
    alarms.repeated(activity, subject)


@on("alarm.sank")
def note_sinking(activity: Activity, subject: Any) -> None:
    """A re-coded case took the cell below the line: it is noted, and nothing is undone."""
    alarms.sank(activity, subject)


@on("alarm.closed")
def note_closed_alarm(activity: Activity, subject: Any) -> None:
    """An alarm was closed for itself while its issue is open."""
    alarms.closed_alone(activity, subject)


@on("issue.closed", "issue.cancelled")
def settle_alarms(activity: Activity, subject: Any) -> None:
    """The issue has ended; its alarms end with it, with its outcome as their reason."""
    reason = str(activity.data.get("reason") or activity.data.get("name") or "")
    alarms.settle(subject, activity.actor, f"{subject.number} {subject.get_state_display()} {reason}".strip())


@on("case.registered")
def open_by_delivery(activity: Activity, subject: Any) -> None:
    """Acceptance failed at delivery: the same handling starts as for a complaint (INT-34)."""
    if isinstance(subject, Case) and subject.channel in subject.policy.issues.open_from_channels:
        sign = Sign(
            source=Source.DELIVERY, description=subject.description or subject.summary, title=subject.summary,
            occurred_at=subject.occurred_at, complained_at=subject.complained_at, line=subject.line,
            model=subject.model, region=subject.region, batch=subject.unit.batch if subject.unit else None,
        )  # fmt: skip
        register_issue(sign=sign, by=activity.actor, cases=[subject])


@on("approval.approved", "approval.returned")
def go_on_after_approval(activity: Activity, subject: Any) -> None:
    """The approval of a plan ended: publish the result, or give the plan back."""
    data = activity.data.get("data") or {}
    if isinstance(subject, Issue) and data.get("issue") == subject.pk and data.get("cycle") == subject.cycle:
        subject.refresh_from_db()
        plan_decided(issue=subject, approved=activity.verb == "approval.approved", by=activity.actor)


@on("document.issued")
def note_report(activity: Activity, subject: Any) -> None:
    """One of the named reports left the house: the clock of the 72 hours stops (SLA-03, QIS-07)."""
    if isinstance(subject, Issue) and activity.data.get("form") in REPORTS:
        about = {"name": f"{activity.data.get('title', '')} {activity.data.get('number', '')}"}
        record(subject=subject, verb="issue.report_issued", by=activity.actor, data=about)
        if activity.data["form"] == SPECIAL and subject.special_from is not None:
            record(subject=subject, verb="issue.special_issued", by=activity.actor, data=about)
        number = str(activity.data.get("number", ""))
        alarms.tell_reported(subject, activity.actor, form=str(activity.data["form"]), number=number)

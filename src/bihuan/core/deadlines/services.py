"""Starting, stopping, pausing and recomputing milestones, driven by what the journal says happened."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, cast

from django.db import models

from bihuan.core.activity.models import Activity
from bihuan.core.activity.services import subject_type
from bihuan.core.calendar.arithmetic import Unit
from bihuan.core.calendar.queries import default_data
from bihuan.core.deadlines.models import Deadline, DeadlineState
from bihuan.core.policy import queries as policy
from bihuan.core.policy.schema.service import DeadlineRule

Interval = tuple[datetime, datetime | None]


class HasDeadlines(Protocol):
    """A subject with deadlines: its facts choose the rules, its version of the policy holds them."""

    pk: Any
    policy_version_id: int
    cycle: int
    state: str

    def deadline_facts(self) -> dict[str, object]: ...


def follow(activity: Activity, subject: Any) -> None:
    """React to one activity: stop what it answers, start what it opens, pause or go on with the rest."""
    if not hasattr(subject, "deadline_facts"):
        return
    rules = {rule.code: rule for rule in policy.content(subject.policy_version_id).deadlines}
    is_new = activity.seq == 1
    rows = [] if is_new else list(of_subject(subject).filter(cycle=subject.cycle))
    open_rows = [row for row in rows if row.state == DeadlineState.OPEN]
    changed = _stop(activity, open_rows, rules) + _drop(activity, subject, open_rows, rules)
    if _crosses_pause(activity, open_rows, rules):
        changed += _recompute([row for row in open_rows if row.state == DeadlineState.OPEN], subject)
    _save(changed)
    taken = {row.code for row in rows if row.state != DeadlineState.VOID}
    started = _start(activity, subject, rules.values(), taken)
    if changed or started:
        _tell_subject(subject, [row for row in [*open_rows, *started] if row.state == DeadlineState.OPEN])


def of_subject(subject: Any) -> models.QuerySet[Deadline]:
    """All milestones of a subject, of every cycle."""
    return Deadline.objects.filter(subject_type=subject_type(subject), subject_id=subject.pk)


def _stop(activity: Activity, rows: Iterable[Deadline], rules: dict[str, DeadlineRule]) -> list[Deadline]:
    met = [row for row in rows if row.code in rules and activity.verb in rules[row.code].stop]
    for row in met:
        row.state, row.ended_at, row.next_check_at = DeadlineState.MET, activity.at, None
        if row.due_at and activity.at > row.due_at and row.breached_at is None:
            row.breached_at = row.due_at
    return met


def _drop(
    activity: Activity, subject: HasDeadlines, rows: Iterable[Deadline], rules: dict[str, DeadlineRule]
) -> list[Deadline]:
    """A new triage may choose other rules: what no longer applies falls away, with its trace kept (TRI-11)."""
    facts = subject.deadline_facts()
    dropped = [
        row
        for row in rows
        if row.state == DeadlineState.OPEN
        and (rule := rules.get(row.code))
        and rule.start == activity.verb
        and not rule.when.holds(facts)
    ]
    for row in dropped:
        row.state, row.ended_at, row.next_check_at = DeadlineState.VOID, activity.at, None
    return dropped


def _start(activity: Activity, subject: Any, rules: Iterable[DeadlineRule], taken: set[str]) -> list[Deadline]:
    facts = subject.deadline_facts()
    started = [
        _build(rule, subject, _clock_start(rule, subject, activity))
        for rule in rules
        if rule.start == activity.verb and rule.code not in taken and rule.when.holds(facts)
    ]
    return Deadline.objects.bulk_create(started)


def _clock_start(rule: DeadlineRule, subject: Any, activity: Activity) -> datetime:
    """The moment that the clock counts from: a time of the subject (SLA-03, D13) or the event itself."""
    moment = getattr(subject, rule.clock_from, None) if rule.clock_from else None
    return cast(datetime, moment or activity.at)


def _build(rule: DeadlineRule, subject: Any, start: datetime) -> Deadline:
    row = Deadline(
        subject_type=subject_type(subject),
        subject_id=subject.pk,
        policy_version_id=subject.policy_version_id,
        code=rule.code,
        name=rule.name,
        cycle=subject.cycle,
        starts_at=start,
    )
    pauses: list[Interval] = [(start, None)] if subject.state in rule.pause_states else []
    _set_due(row, rule, pauses)
    return row


def _set_due(row: Deadline, rule: DeadlineRule, pauses: Sequence[Interval]) -> None:
    due = default_data().due_at(Unit(rule.unit), rule.amount, row.starts_at, pauses)
    row.due_at = due
    row.warn_at = row.starts_at + (due - row.starts_at) * rule.warn_share if due else None
    row.next_check_at = next_check(row, rule)


def next_check(row: Deadline, rule: DeadlineRule) -> datetime | None:
    """The next moment at which something must be done about an open milestone."""
    if row.due_at is None or row.state != DeadlineState.OPEN:
        return None
    if row.warned_at is None and row.breached_at is None:
        return row.warn_at
    if row.breached_at is None:
        return row.due_at
    steps = rule.escalations[row.escalation_level :]
    return row.due_at + timedelta(hours=steps[0].after_hours) if steps else None


def _crosses_pause(activity: Activity, rows: Iterable[Deadline], rules: dict[str, DeadlineRule]) -> bool:
    before, after = activity.data.get("from"), activity.data.get("to")
    if before == after:
        return False
    states = {state for row in rows if row.code in rules for state in rules[row.code].pause_states}
    return before in states or after in states


def pauses_from_history(subject: Any, states: Sequence[str]) -> list[Interval]:
    """Derive from the journal when the subject stood in one of the states; the last interval may be open."""
    moves = Activity.objects.filter(
        subject_type=subject_type(subject), subject_id=subject.pk, data__has_key="to"
    ).order_by("seq")
    intervals: list[Interval] = []
    began: datetime | None = None
    for at, data in moves.values_list("at", "data"):
        inside = data["to"] in states
        if inside and began is None:
            began = at
        elif not inside and began is not None:
            intervals.append((began, at))
            began = None
    return [*intervals, (began, None)] if began else intervals


def _recompute(rows: Iterable[Deadline], subject: Any) -> list[Deadline]:
    rules = {rule.code: rule for rule in policy.content(subject.policy_version_id).deadlines}
    changed = []
    for row in rows:
        rule = rules.get(row.code)
        if rule is not None and row.state == DeadlineState.OPEN:
            _set_due(row, rule, pauses_from_history(subject, rule.pause_states))
            changed.append(row)
    return changed


def recompute_subject(subject: Any) -> None:
    """Compute the open milestones of a subject again, after its calendar or its start time changed (D13)."""
    rows = list(of_subject(subject).filter(state=DeadlineState.OPEN))
    rules = {rule.code: rule for rule in policy.content(subject.policy_version_id).deadlines}
    for row in rows:
        rule = rules.get(row.code)
        if rule and rule.clock_from:
            row.starts_at = getattr(subject, rule.clock_from, None) or row.starts_at
    _save(_recompute(rows, subject))
    _tell_subject(subject, rows)


FIELDS = [
    "state", "starts_at", "due_at", "warn_at", "next_check_at", "warned_at", "breached_at", "ended_at",
    "escalation_level",
]  # fmt: skip


def _save(rows: Sequence[Deadline]) -> None:
    for row in rows:
        row.save(update_fields=FIELDS)


def _tell_subject(subject: Any, open_rows: Iterable[Deadline]) -> None:
    """Keep the subject's own ``next_due_at`` for its list, in the same transaction."""
    due = min((row.due_at for row in open_rows if row.due_at), default=None)
    if hasattr(subject, "next_due_at") and subject.next_due_at != due:
        type(subject)._default_manager.filter(pk=subject.pk).update(next_due_at=due)
        subject.next_due_at = due

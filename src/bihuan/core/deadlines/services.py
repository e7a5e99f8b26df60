"""Starting, stopping, pausing and recomputing milestones, driven by what the journal says happened."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, cast

from django.db import models

from bihuan.core.activity.models import Activity
from bihuan.core.activity.services import Entry, subject_type
from bihuan.core.calendar.arithmetic import Unit
from bihuan.core.calendar.queries import default_data
from bihuan.core.deadlines.models import Deadline, DeadlineState
from bihuan.core.policy import queries as policy
from bihuan.core.policy.schema.service import DeadlineRule
from bihuan.core.rows.services import insert, update

FORESEEN = "foreseen_milestones"
Interval = tuple[datetime, datetime | None]


class HasDeadlines(Protocol):
    """A subject with deadlines: its facts choose the rules, its version of the policy holds them."""

    pk: Any
    policy_version_id: int
    cycle: int
    state: str

    def deadline_facts(self) -> dict[str, object]: ...


@dataclass(frozen=True)
class Foreseen:
    """An activity that will be written together with its new subject."""

    verb: str
    at: datetime
    data: dict[str, Any]


Event = Activity | Foreseen


def follow(activities: Sequence[Activity], subject: Any) -> None:
    """React to what a subject got together: stop what it answers, start what it opens, pause or go on with the rest."""
    if not hasattr(subject, "deadline_facts"):
        return
    is_new = activities[0].seq == 1
    foreseen = subject.__dict__.pop(FORESEEN, None)
    if is_new and foreseen is not None:
        _insert(foreseen, subject)
        return
    rules = policy.content(subject.policy_version_id)
    if not any(row.verb in rules.deadline_verbs or row.data.get("from") != row.data.get("to") for row in activities):
        return
    rows = [] if is_new else list(of_subject(subject).filter(cycle=subject.cycle))
    changed = _play(activities, subject, rows)
    _save([row for row in changed if row.pk])
    started = [row for row in rows if row.pk is None]
    _insert(started, subject)
    if changed or started:
        _tell_subject(subject, rows)


def foresee(subject: Any, entries: Sequence[Entry], at: datetime) -> None:
    """Work out the milestones of a new subject from what will be recorded of it, before its row is written.

    The row is then written once, with its ``next_due_at``; the milestones follow with the activities.
    """
    rows: list[Deadline] = []
    _play([Foreseen(entry.verb, at, entry.data) for entry in entries], subject, rows)
    subject.next_due_at = _earliest(rows)
    subject.__dict__[FORESEEN] = rows


def _play(events: Sequence[Event], subject: Any, rows: list[Deadline]) -> list[Deadline]:
    """Move the milestones through the events; new ones are added to ``rows``, those that changed are returned."""
    rules, facts = policy.content(subject.policy_version_id).deadline_rules, subject.deadline_facts()
    changed: dict[int, Deadline] = {}
    for event in events:
        open_rows = [row for row in rows if row.state == DeadlineState.OPEN]
        moved = _stop(event, open_rows, rules) + _drop(event, facts, open_rows, rules)
        if getattr(subject, "is_at_rest", False):
            moved += _lay_down(event, open_rows)
        if _crosses_pause(event, open_rows, rules):
            moved += _recompute([row for row in open_rows if row.state == DeadlineState.OPEN], subject)
        changed |= {id(row): row for row in moved}
        taken = {row.code for row in rows if row.state != DeadlineState.VOID}
        rows += _start(event, subject, facts, rules.values(), taken)
    return list(changed.values())


def of_subject(subject: Any) -> models.QuerySet[Deadline]:
    """All milestones of a subject, of every cycle."""
    return Deadline.objects.filter(subject_type=subject_type(subject), subject_id=subject.pk)


def milestones(rows: Iterable[Deadline]) -> list[Deadline]:
    """Milestones as a page shows them: open ones first, by their due time; those that never counted left out."""
    found = [row for row in rows if row.state != DeadlineState.VOID]
    return sorted(
        found, key=lambda row: (row.state != DeadlineState.OPEN, row.due_at is None, row.due_at or row.starts_at)
    )


def _stop(activity: Event, rows: Iterable[Deadline], rules: dict[str, DeadlineRule]) -> list[Deadline]:
    met = [row for row in rows if row.code in rules and activity.verb in rules[row.code].stop]
    for row in met:
        row.state, row.ended_at, row.next_check_at = DeadlineState.MET, activity.at, None
        if row.due_at and activity.at > row.due_at and row.breached_at is None:
            row.breached_at = row.due_at
    return met


def _drop(
    activity: Event, facts: dict[str, object], rows: Iterable[Deadline], rules: dict[str, DeadlineRule]
) -> list[Deadline]:
    """A new triage may choose other rules: what no longer applies falls away, with its trace kept (TRI-11)."""
    dropped = [
        row
        for row in rows
        if row.state == DeadlineState.OPEN
        and (rule := rules.get(row.code))
        and rule.asks(activity.verb)
        and not rule.when.holds(facts)
    ]
    for row in dropped:
        row.state, row.ended_at, row.next_check_at = DeadlineState.VOID, activity.at, None
    return dropped


def _lay_down(event: Event, rows: Iterable[Deadline]) -> list[Deadline]:
    """Nobody works on a subject at rest: what is still open falls away, and lateness until then stays on record."""
    left = [row for row in rows if row.state == DeadlineState.OPEN]
    for row in left:
        row.state, row.ended_at, row.next_check_at = DeadlineState.VOID, event.at, None
        if row.due_at and event.at > row.due_at and row.breached_at is None:
            row.breached_at = row.due_at
    return left


def _start(
    activity: Event, subject: Any, facts: dict[str, object], rules: Iterable[DeadlineRule], taken: set[str]
) -> list[Deadline]:
    return [
        _build(rule, subject, _clock_start(rule, subject, activity), activity.verb)
        for rule in rules
        if rule.asks(activity.verb) and rule.code not in taken and rule.when.holds(facts)
    ]


def _clock_start(rule: DeadlineRule, subject: Any, activity: Event) -> datetime:
    """The moment that the clock counts from: a time of the subject (SLA-03, D13) or the event itself."""
    moment = getattr(subject, rule.clock_from, None) if rule.clock_from else None
    return cast(datetime, moment or activity.at)


def _build(rule: DeadlineRule, subject: Any, start: datetime, verb: str) -> Deadline:
    """A milestone that begins; one that is asked again later has stood still as often as the one before it."""
    row = Deadline(
        subject_type=subject_type(subject),
        subject_id=subject.pk or 0,
        policy_version_id=subject.policy_version_id,
        code=rule.code,
        name=rule.name,
        cycle=subject.cycle,
        starts_at=start,
    )
    pauses: list[Interval] = [(start, None)] if subject.state in rule.pause_states else []
    if rule.pause_states and verb in rule.asked_again:
        pauses = pauses_from_history(subject, rule.pause_states)
    _set_due(row, rule, pauses, fixed_due(rule, subject))
    return row


def fixed_due(rule: DeadlineRule, subject: Any) -> datetime | None:
    """The limit that people set on the subject itself, for rules that ask for one (SLA-14, SLA-15)."""
    return getattr(subject, rule.due_from, None) if rule.due_from else None


def _set_due(row: Deadline, rule: DeadlineRule, pauses: Sequence[Interval], fixed: datetime | None) -> None:
    """A limit set by people stands as it is; one before its start is due at once."""
    computed = default_data().due_at(Unit(rule.unit), rule.amount, row.starts_at, pauses) if fixed is None else None
    due = computed if fixed is None else max(fixed, row.starts_at)
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


def _crosses_pause(activity: Event, rows: Iterable[Deadline], rules: dict[str, DeadlineRule]) -> bool:
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
    rules = policy.content(subject.policy_version_id).deadline_rules
    changed = []
    for row in rows:
        rule = rules.get(row.code)
        if rule is not None and row.state == DeadlineState.OPEN:
            pauses = pauses_from_history(subject, rule.pause_states) if rule.pause_states else []
            _set_due(row, rule, pauses, fixed_due(rule, subject))
            changed.append(row)
    return changed


def recompute_subject(subject: Any) -> None:
    """Compute the open milestones of a subject again, after its calendar or its start time changed (D13)."""
    rows = list(of_subject(subject).filter(state=DeadlineState.OPEN))
    rules = policy.content(subject.policy_version_id).deadline_rules
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
    update(rows, FIELDS)


def _insert(rows: Sequence[Deadline], subject: Any) -> None:
    for row in rows:
        row.subject_id = subject.pk
    insert(rows)


def _earliest(rows: Iterable[Deadline]) -> datetime | None:
    return min((row.due_at for row in rows if row.due_at and row.state == DeadlineState.OPEN), default=None)


def _tell_subject(subject: Any, rows: Iterable[Deadline]) -> None:
    """Keep the subject's own ``next_due_at`` for its list, in the same transaction."""
    due = _earliest(rows)
    if hasattr(subject, "next_due_at") and subject.next_due_at != due:
        type(subject)._default_manager.filter(pk=subject.pk).update(next_due_at=due)
        subject.next_due_at = due

"""Looking only at the rows whose moment has come, in batches with a fixed number of queries."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import Entry, record_many
from bihuan.core.deadlines.models import Deadline, DeadlineState
from bihuan.core.deadlines.services import next_check, recompute_subject
from bihuan.core.jobs.services import enqueue
from bihuan.core.notify.services import tell, tell_roles
from bihuan.core.policy import queries as policy
from bihuan.core.policy.schema.service import DeadlineRule
from bihuan.core.rows.services import update

BATCH = 500
WARNED, BREACHED, ESCALATED = "deadline.warned", "deadline.breached", "deadline.escalated"
Event = tuple[Deadline, str, int]


def sweep(now: datetime | None = None) -> int:
    """Handle everything that is due; returns how many milestones were touched."""
    moment, handled = now or timezone.now(), 0
    with policy.one_look():
        while True:
            count = _batch(moment)
            handled += count
            if count < BATCH:
                return handled


@transaction.atomic
def _batch(now: datetime) -> int:
    """Two sweepers at once: PostgreSQL skips locked rows, SQLite lets one writer in at a time."""
    due = Deadline.objects.select_for_update(skip_locked=True).filter(state=DeadlineState.OPEN, next_check_at__lte=now)
    rows = list(due.order_by("next_check_at")[:BATCH])
    events: list[Event] = []
    for row in rows:
        events += _advance(row, now)
    update(rows, ["warned_at", "breached_at", "escalation_level", "next_check_at"])
    _journal(events)
    return len(rows)


def rule_of(row: Deadline) -> DeadlineRule | None:
    """The rule that a milestone was started by, under its own version of the policy."""
    return policy.content(row.policy_version_id).deadline_rules.get(row.code)


def _advance(row: Deadline, now: datetime) -> list[Event]:
    """Take every step whose time has come: warn, miss, escalate level by level; each happens once."""
    rule, events = rule_of(row), list[Event]()
    if rule is None or row.due_at is None:
        row.next_check_at = None
        return events
    if row.warned_at is None and row.breached_at is None:
        row.warned_at = now
        if now < row.due_at:
            events.append((row, WARNED, 0))
    if row.breached_at is None and now >= row.due_at:
        row.breached_at = row.due_at
        events.append((row, BREACHED, 0))
    while row.breached_at and row.escalation_level < len(rule.escalations):
        step = rule.escalations[row.escalation_level]
        if now < row.due_at + timedelta(hours=step.after_hours):
            break
        row.escalation_level += 1
        events.append((row, ESCALATED, row.escalation_level))
    row.next_check_at = next_check(row, rule)
    return events


def _journal(events: Sequence[Event]) -> None:
    if not events:
        return
    subjects = _subjects({(row.subject_type, row.subject_id) for row, _verb, _level in events})
    entries = [
        Entry(
            subjects[row.subject_type, row.subject_id],
            verb,
            {"code": row.code, "name": row.name, "level": level},
        )
        for row, verb, level in events
        if (row.subject_type, row.subject_id) in subjects
    ]
    record_many(entries=entries, by=None)
    enqueue("deadlines.announce", {"events": [[row.pk, verb, level] for row, verb, level in events]})


def _subjects(keys: set[tuple[str, int]]) -> dict[tuple[str, int], Any]:
    by_type: dict[str, list[int]] = defaultdict(list)
    for kind, pk in keys:
        by_type[kind].append(pk)
    return {
        (kind, pk): subject
        for kind, ids in by_type.items()
        for pk, subject in apps.get_model(kind)._default_manager.in_bulk(ids).items()
    }


def announce(events: Sequence[Sequence[Any]]) -> None:
    """Warn the person in charge; tell the named roles of what is late (SLA-07, A3)."""
    rows = Deadline.objects.in_bulk([item[0] for item in events])
    subjects = _subjects({(row.subject_type, row.subject_id) for row in rows.values()})
    for pk, verb, level in events:
        row = rows.get(pk)
        subject = subjects.get((row.subject_type, row.subject_id)) if row else None
        if row is not None and subject is not None:
            _announce_one(row, subject, verb, level)


def _announce_one(row: Deadline, subject: Any, verb: str, level: int) -> None:
    words = {WARNED: _("due soon"), BREACHED: _("overdue"), ESCALATED: _("overdue, escalated")}
    title = f"{subject} {row.name}: {words[verb]}"
    thread = f"deadline:{row.pk}:{verb}:{level}"
    owner = getattr(subject, "owner", None)
    if verb != ESCALATED and owner is not None:
        tell(users=[owner], title=title, subject=subject, level="warn", verb=verb, thread_key=thread)
    rule = rule_of(row)
    if verb == ESCALATED and rule and level <= len(rule.escalations):
        tell_roles(
            roles=rule.escalations[level - 1].roles, region_id=getattr(subject, "region_id", None), title=title,
            subject=subject, level="urgent", verb=verb, thread_key=thread,
        )  # fmt: skip


def recompute_all(report: Callable[[int, int], None]) -> int:
    """Compute the open milestones in working time again, subject by subject."""
    rows = Deadline.objects.filter(state=DeadlineState.OPEN).values_list(
        "subject_type", "subject_id", "policy_version", "code"
    )
    keys = set()
    for kind, pk, version, code in rows.iterator(chunk_size=5000):
        rule = policy.content(version).deadline_rules.get(code)
        if rule is not None and rule.unit != "hours":
            keys.add((kind, pk))
    for count, key in enumerate(sorted(keys), 1):
        with transaction.atomic():
            for subject in _subjects({key}).values():
                recompute_subject(subject)
        if count % 100 == 0:
            report(count, len(keys))
    return len(keys)

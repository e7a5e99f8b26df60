"""Writing the journal and proving that nobody changed it."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from bihuan.core.activity.models import Activity
from bihuan.core.activity.reactions import dispatch, dispatch_many
from bihuan.core.rows.services import insert

ATTEMPTS = 32
Key = tuple[str, int]


@dataclass(frozen=True)
class Entry:
    """One row to write: subject, verb and the data that a reader will need later."""

    subject: models.Model
    verb: str
    data: dict[str, Any]


def subject_type(subject: models.Model | type[models.Model]) -> str:
    """Return the journal's name of a model, such as ``desk.case``."""
    return subject._meta.label_lower


def digest(row: Activity) -> str:
    """SHA-256 over the canonical JSON of everything the row says and the hash before it."""
    content = [
        row.prev_hash,
        row.subject_type,
        row.subject_id,
        row.seq,
        row.verb,
        row.actor_id,
        row.actor_name,
        row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        row.data,
    ]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def record(
    *,
    subject: models.Model,
    verb: str,
    by: AbstractBaseUser | None,
    data: dict[str, Any] | None = None,
    at: datetime | None = None,
    actor_name: str = "",
) -> Activity:
    """Append one activity to the subject's chain and tell the reactions, in the caller's transaction.

    ``by`` is None for the system or for a person without an account, whose name goes into ``actor_name``.
    """
    entry = Entry(subject, verb, data or {})
    return record_many(entries=[entry], by=by, at=at, actor_name=actor_name)[0]


def record_many(
    *,
    entries: Sequence[Entry],
    by: AbstractBaseUser | None,
    at: datetime | None = None,
    actor_name: str = "",
    new_subjects: bool = False,
) -> list[Activity]:
    """Append many activities with a fixed number of queries; ``new_subjects`` promises that no chain exists yet."""
    if not entries:
        return []
    with transaction.atomic(savepoint=False):
        rows = _insert(entries, by, at or timezone.now(), actor_name, new_subjects)
        together: dict[Key, tuple[models.Model, list[Activity]]] = {}
        for row, entry in zip(rows, entries, strict=True):
            together.setdefault((row.subject_type, row.subject_id), (entry.subject, []))[1].append(row)
        for subject, activities in together.values():
            dispatch(activities, subject)
        dispatch_many([(entry.verb, entry.subject) for entry in entries])
    return rows


def _insert(
    entries: Sequence[Entry], by: AbstractBaseUser | None, at: datetime, actor_name: str, new: bool
) -> list[Activity]:
    if new:
        rows = _chain(entries, by, at, actor_name, {})
        insert(rows)
        return rows
    for attempt in range(ATTEMPTS):
        if attempt == 1:
            _queue_up(entries)
        try:
            with transaction.atomic():
                heads = _heads([entry.subject for entry in entries])
                rows = _chain(entries, by, at, actor_name, heads)
                insert(rows)
                return rows
        except IntegrityError:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def _queue_up(entries: Sequence[Entry]) -> None:
    """Who lost a place in a chain once waits in a row with the other losers; SQLite has one writer at a time anyway.

    The unique constraint stays the guard. Without the row a writer among many could lose again and again.
    """
    if connection.vendor != "postgresql":
        return
    names = sorted({f"{subject_type(entry.subject)}:{entry.subject.pk}" for entry in entries})
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _heads(subjects: Sequence[models.Model]) -> dict[Key, Activity]:
    """The last row of each subject's chain, one query per kind of subject."""
    by_type: dict[str, set[int]] = {}
    for subject in subjects:
        by_type.setdefault(subject_type(subject), set()).add(cast(int, subject.pk))
    heads: dict[Key, Activity] = {}
    for kind, ids in by_type.items():
        rows = Activity.objects.filter(subject_type=kind)
        if len(ids) == 1:
            found = list(rows.filter(subject_id=ids.pop()).order_by("-seq")[:1])
        else:
            last = rows.filter(subject_id__in=ids).values("subject_id").annotate(last=models.Max("id"))
            found = list(rows.filter(pk__in=[row["last"] for row in last]))
        heads.update({(kind, row.subject_id): row for row in found})
    return heads


def _chain(
    entries: Sequence[Entry],
    by: AbstractBaseUser | None,
    at: datetime,
    actor_name: str,
    heads: dict[Key, Activity],
) -> list[Activity]:
    rows = []
    for entry in entries:
        key = (subject_type(entry.subject), cast(int, entry.subject.pk))
        head = heads.get(key)
        row = Activity(
            subject_type=key[0],
            subject_id=key[1],
            seq=head.seq + 1 if head else 1,
            verb=entry.verb,
            actor_id=by.pk if by else None,
            actor_name=actor_name or (str(by) if by else ""),
            at=at,
            data=json.loads(json.dumps(entry.data, cls=DjangoJSONEncoder)),
            prev_hash=head.hash if head else "",
        )
        row.hash = digest(row)
        heads[key] = row
        rows.append(row)
    return rows


def verify(rows: Iterator[Activity]) -> Iterator[tuple[Activity, str]]:
    """Yield every row that was altered, or that does not follow the row before it.

    ``rows`` come ordered by subject and seq. A removed row shows at the row after it.
    """
    before: Activity | None = None
    for row in rows:
        same = before is not None and (before.subject_type, before.subject_id) == (
            row.subject_type,
            row.subject_id,
        )
        expected_seq, expected_prev = (before.seq + 1, before.hash) if before and same else (1, "")
        if row.hash != digest(row):
            yield row, "altered"
        elif row.seq != expected_seq or row.prev_hash != expected_prev:
            yield row, "broken"
        before = row

"""Telling people: rows in the caller's transaction, the network afterwards in jobs."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from bihuan.core.activity.services import record, subject_type
from bihuan.core.jobs.services import enqueue
from bihuan.core.notify.models import Level, MailState, NoticePreference, Notification, OutboundMail, Robot

Resolver = Callable[[Iterable[str], int | None], Iterable[Any]]
AUTOMATIC_PER_HOUR = 20

_resolvers: list[Resolver] = []


def register_role_resolver(resolver: Resolver) -> None:
    """Tell how roles become people; called by the leaf that owns people."""
    _resolvers[:] = [resolver]


def holders(roles: Iterable[str], region_id: int | None = None) -> list[Any]:
    """The people who hold one of the roles."""
    return list(_resolvers[0](roles, region_id)) if _resolvers else []


@transaction.atomic
def tell(
    *,
    users: Iterable[Any],
    title: str,
    subject: models.Model | None = None,
    level: str = Level.INFO,
    verb: str = "",
    thread_key: str = "",
) -> None:
    """Put a notice into people's inboxes, and into the groups whose robots want its level.

    The same ``thread_key`` reaches a person once, however often it is told.
    """
    users = list(users)
    rows = [
        Notification(
            user_id=user.pk,
            title=title[:200],
            level=level,
            verb=verb,
            thread_key=thread_key,
            subject_type=subject_type(subject) if subject else "",
            subject_id=subject.pk if subject else None,
        )
        for user in {user.pk: user for user in users}.values()
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    _mail_notices(rows, {user.pk: user for user in users}, subject)
    if level != Level.INFO:
        _tell_robots(title, level, thread_key)


def _mail_notices(rows: Sequence[Notification], users: dict[int, Any], subject: models.Model | None) -> None:
    """Send the notices by e-mail to those who want it from this level on; a thread reaches an address once."""
    order = list(Level.values)
    reachable = [row for row in rows if users[row.user_id].email]
    if not reachable:
        return
    wishes = dict(
        NoticePreference.objects.filter(user__in=[row.user_id for row in reachable]).values_list("user", "mail_level")
    )
    for row in reachable:
        wish = wishes.get(row.user_id, Level.URGENT)
        if wish != NoticePreference.NEVER and order.index(row.level) >= order.index(wish):
            key = f"notice:{row.user_id}:{row.thread_key}"[:120] if row.thread_key else None
            text = f"{row.title}\n{settings.BASE_URL}/notices/"
            send_mail(
                kind="notice", to=[users[row.user_id].email], subject=row.title, text=text,
                subject_obj=subject, automatic=True, dedupe_key=key,
            )  # fmt: skip


@transaction.atomic
def set_preference(*, user: Any, mail_level: str) -> None:
    """Keep from which level on a person wants his notices by e-mail."""
    NoticePreference.objects.update_or_create(user=user, defaults={"mail_level": mail_level})


def _tell_robots(title: str, level: str, thread_key: str) -> None:
    order = list(Level.values)
    for robot in Robot.objects.filter(is_enabled=True):
        if order.index(level) >= order.index(robot.level):
            key = f"robot:{robot.pk}:{thread_key}"[:120] if thread_key else None
            enqueue("notify.robot", {"robot": robot.pk, "text": title}, key=key)


def tell_roles(*, roles: Iterable[str], title: str, region_id: int | None = None, **more: Any) -> None:
    """Tell everybody who holds one of the roles."""
    tell(users=holders(roles, region_id), title=title, **more)


@transaction.atomic
def send_mail(
    *,
    kind: str,
    to: Sequence[str],
    subject: str,
    text: str,
    subject_obj: models.Model | None = None,
    in_reply_to: str = "",
    automatic: bool = False,
    dedupe_key: str | None = None,
) -> OutboundMail:
    """Write a mail and the job that sends it; never lost, and with a ``dedupe_key`` never written twice.

    Automatic mails say so (RFC 3834) and are limited per address, so that two machines never talk for long.
    """
    if dedupe_key:
        before = OutboundMail.objects.filter(dedupe_key=dedupe_key).first()
        if before is not None:
            return before
    domain = settings.DEFAULT_FROM_EMAIL.rsplit("@", 1)[-1].rstrip(">")
    message_id = f"<{uuid.uuid4().hex}@{domain}>"
    mail = OutboundMail.objects.create(
        kind=kind,
        to=list(to),
        subject=" ".join(subject.split())[:300],
        text=text,
        headers=_headers(message_id, in_reply_to, automatic=automatic),
        message_id=message_id,
        subject_type=subject_type(subject_obj) if subject_obj else "",
        subject_id=subject_obj.pk if subject_obj else None,
        dedupe_key=dedupe_key,
        is_automatic=automatic,
        state=MailState.SUPPRESSED if automatic and _too_many(to) else MailState.WAITING,
    )
    if mail.state == MailState.WAITING:
        enqueue("notify.send_mail", {"mail": mail.pk}, key=f"mail:{mail.pk}")
    return mail


def _headers(message_id: str, in_reply_to: str, *, automatic: bool) -> dict[str, str]:
    headers = {"Message-ID": message_id}
    if in_reply_to.startswith("<"):
        headers |= {"In-Reply-To": in_reply_to, "References": in_reply_to}
    if automatic:
        headers |= {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
    return headers


def _too_many(to: Sequence[str]) -> bool:
    since = timezone.now() - timedelta(hours=1)
    rows = OutboundMail.objects.filter(is_automatic=True, created_at__gte=since, to=list(to))
    return rows.count() >= AUTOMATIC_PER_HOUR


def mark_read(*, user: Any, ids: Iterable[int] | None = None) -> int:
    """Mark notices as read, the named ones or all."""
    rows = Notification.objects.filter(user=user, read_at__isnull=True)
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    return rows.update(read_at=timezone.now())


@transaction.atomic
def resend(*, mail: OutboundMail, by: Any) -> bool:
    """Send a mail that failed once more; returns whether it had failed."""
    taken = OutboundMail.objects.filter(pk=mail.pk, state=MailState.FAILED).update(state=MailState.WAITING, error="")
    if taken:
        enqueue("notify.send_mail", {"mail": mail.pk}, by=by)
        record(subject=mail, verb="mail.resent", by=by, data={"to": mail.to})
    return bool(taken)

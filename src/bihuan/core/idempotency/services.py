"""One answer per key: claimed before the work, written with the work, repeated afterwards.

The claim is committed at once, so that a second request with the key learns while the first still runs that it
must wait. The answer is written in the transaction of the work itself: either both are there or neither. A claim
whose process died may be taken over after a while; the process that lost it can no longer write (its update of
the claim finds no row, and its work is rolled back).
"""

import hashlib
import re
import secrets
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from bihuan.core.idempotency.models import GivenAnswer

SHAPE = re.compile(r"[!-~]{1,120}")
LEASE = timedelta(minutes=5)
BATCH = 5000


class KeyProblem(Exception):
    """Why a key does not count: ``missing`` or ``malformed`` (400), ``reused`` (422), ``busy`` (409)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def key_of(request: HttpRequest) -> str:
    """Return the key of a request: 1 to 120 visible characters, with or without the quotes of the draft."""
    text: str = request.headers.get("Idempotency-Key", "").strip()
    if not text:
        raise KeyProblem("missing")
    if len(text) > 2 and text[0] == text[-1] == '"':
        text = text[1:-1]
    if not SHAPE.fullmatch(text):
        raise KeyProblem("malformed")
    return text


def answered_once(request: HttpRequest, work: Callable[[], HttpResponse]) -> HttpResponse:
    """Do the work, or repeat the answer that it gave; failures are not kept, so that they may be tried again."""
    row = _claim(_caller(request), key_of(request), _content(request))
    if row.status:
        return _again(row)
    mine = GivenAnswer.objects.filter(pk=row.pk, token=row.token, status=0)
    try:
        with transaction.atomic():
            response = work()
            if response.status_code >= 400:
                transaction.set_rollback(True)
            elif not mine.update(
                status=response.status_code,
                content_type=response.headers.get("Content-Type", ""),
                body=response.content.decode(),
            ):
                raise KeyProblem("busy")
    except BaseException:
        mine.delete()
        raise
    if response.status_code >= 400:
        mine.delete()
    return response


def _caller(request: HttpRequest) -> str:
    """Who calls: the token of a program, or the person who has signed in."""
    mark = request.headers.get("Authorization", "") or f"person {getattr(request.user, 'pk', '')}"
    return hashlib.sha256(mark.encode()).hexdigest()


def _content(request: HttpRequest) -> str:
    """What the request asks for: its address and its body; of uploads their names and contents."""
    mac = hashlib.sha256(request.get_full_path().encode() + b"\n")
    if request.content_type == "multipart/form-data":
        for name, values in sorted(request.POST.lists()):
            mac.update(repr((name, values)).encode())
        for name in sorted(request.FILES):
            for file in request.FILES.getlist(name):
                mac.update(repr((name, file.name)).encode())
                for chunk in file.chunks():
                    mac.update(chunk)
                file.seek(0)
    else:
        mac.update(request.body)
    return mac.hexdigest()


def _claim(caller: str, key: str, content: str) -> GivenAnswer:
    """Return the answer that was given, or a claim of our own (its status is 0)."""
    row = GivenAnswer.objects.filter(caller=caller, key=key).first()
    if row is not None and row.at < timezone.now() - keep_for():
        GivenAnswer.objects.filter(pk=row.pk, at=row.at).delete()
        row = None
    if row is None:
        return _new(caller, key, content)
    if row.request_sha256 != content:
        raise KeyProblem("reused")
    return row if row.status else _taken_over(row)


def _new(caller: str, key: str, content: str) -> GivenAnswer:
    try:
        with transaction.atomic():
            return GivenAnswer.objects.create(
                caller=caller, key=key, request_sha256=content, token=secrets.token_hex(16)
            )
    except IntegrityError as error:
        raise KeyProblem("busy") from error


def _taken_over(row: GivenAnswer) -> GivenAnswer:
    """Take a claim whose process must have died; of two that try, one gets it."""
    now, token = timezone.now(), secrets.token_hex(16)
    rows = GivenAnswer.objects.filter(pk=row.pk, token=row.token, status=0)
    if row.at > now - LEASE or not rows.update(token=token, at=now):
        raise KeyProblem("busy")
    row.token = token
    return row


def _again(row: GivenAnswer) -> HttpResponse:
    response = HttpResponse(row.body, status=row.status, content_type=row.content_type)
    response["Idempotent-Replay"] = "true"
    return response


def keep_for() -> timedelta:
    """How long an answer is kept, at least as long as any client goes on repeating."""
    return timedelta(hours=settings.IDEMPOTENCY_HOURS)


def forget_old() -> int:
    """Delete the answers that are older than they are kept, in batches; returns how many."""
    gone, count = 0, BATCH
    while count == BATCH:
        old = GivenAnswer.objects.filter(at__lt=timezone.now() - keep_for()).values_list("pk", flat=True)
        count, _kinds = GivenAnswer.objects.filter(pk__in=list(old[:BATCH])).delete()
        gone += count
    return gone

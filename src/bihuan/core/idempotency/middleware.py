"""Repeats the stored answer when a POST of the API comes again with its Idempotency-Key."""

import hashlib
import json
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bihuan.core.idempotency.models import GivenAnswer

GetResponse = Callable[[HttpRequest], HttpResponse]
MAX_KEY = 120


class IdempotencyMiddleware:
    """Runs a keyed POST in one transaction with the row of its answer.

    A repeat with the same body gets the same answer; with another body it is refused (422); a repeat while the
    first still runs waits for it in the database. Failures are not kept, so that they may be tried again.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass everything through that carries no key."""
        key = request.headers.get("Idempotency-Key", "")
        if not key or request.method != "POST" or not request.path.startswith("/api/"):
            return self.get_response(request)
        if len(key) > MAX_KEY:
            return _problem(400, _("The Idempotency-Key is too long."))
        return self._once(request, key)

    def _once(self, request: HttpRequest, key: str) -> HttpResponse:
        caller = hashlib.sha256(request.headers.get("Authorization", "").encode()).hexdigest()
        content = hashlib.sha256(request.path.encode() + b"\n" + request.body).hexdigest()
        before = GivenAnswer.objects.filter(caller=caller, key=key).first()
        if before is not None:
            return _repeat(before, content)
        try:
            with transaction.atomic():
                row = GivenAnswer.objects.create(caller=caller, key=key, request_sha256=content)
                response = self.get_response(request)
                if response.status_code >= 400:
                    transaction.set_rollback(True)
                    return response
                row.status, row.content_type = response.status_code, response.headers.get("Content-Type", "")
                row.body = response.content.decode()
                row.save(update_fields=["status", "content_type", "body"])
                return response
        except IntegrityError:
            return _repeat(GivenAnswer.objects.get(caller=caller, key=key), content)


def _repeat(row: GivenAnswer, content: str) -> HttpResponse:
    if row.request_sha256 != content:
        return _problem(422, _("This Idempotency-Key was used for another request."))
    response = HttpResponse(row.body, status=row.status, content_type=row.content_type)
    response["Idempotent-Replay"] = "true"
    return response


def _problem(status: int, title: str) -> HttpResponse:
    body = json.dumps({"type": "about:blank", "title": title, "status": status}, ensure_ascii=False)
    return HttpResponse(body, status=status, content_type="application/problem+json")

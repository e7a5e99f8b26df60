"""Intake through the API against a bare view behind the same middleware that inserts one row of the same size."""

import json
import resource
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from bihuan.config import urls
from bihuan.core.search.models import SearchEntry
from bihuan.registry.people.models import User
from bihuan.registry.people.services import create_token

TEXT = "主轴有异响，加工表面出现振纹，停机三十分钟后现象减轻，请尽快安排工程师处理。" * 6


def cpu(work: Callable[[], Any], rounds: int) -> float:
    """CPU milliseconds of this process per call, the smallest of three runs."""
    best = float("inf")
    for _run in range(3):
        before = resource.getrusage(resource.RUSAGE_SELF)
        for _round in range(rounds):
            work()
        after = resource.getrusage(resource.RUSAGE_SELF)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best = min(best, used / rounds * 1000)
    return best


def bare(request: HttpRequest) -> HttpResponse:
    """The least that a Django view does to keep a report."""
    data = json.loads(request.body)
    with transaction.atomic():
        row = SearchEntry.objects.create(
            subject_type="bench",
            subject_id=timezone.now().timestamp() * 1e6,
            title=data["summary"],
            body=data["description"],
            at=timezone.now(),
        )
    return HttpResponse(json.dumps({"id": row.pk}), content_type="application/json", status=201)


def measure(rounds: int) -> dict[str, float]:
    """Return both times and their ratio."""
    user = User.objects.get(username="kefu")
    token = create_token(user=user, name="bench", by=None)
    body = json.dumps({"channel": "phone", "description": TEXT, "summary": "主轴异响", "contact_phone": "13800001234"})
    client = Client()
    urls.urlpatterns.append(path("bench/bare/", csrf_exempt(login_not_required(bare))))

    def full() -> None:
        answer = client.post(
            "/api/v1/cases", body, content_type="application/json", HTTP_AUTHORIZATION=f"Bearer {token}"
        )
        if answer.status_code != 201:
            raise RuntimeError(answer.content)

    def least() -> None:
        if client.post("/bench/bare/", body, content_type="application/json").status_code != 201:
            raise RuntimeError("bare")

    full()
    least()
    plain, ours = cpu(least, rounds), cpu(full, rounds)
    return {"bare view, ms CPU": plain, "intake, ms CPU": ours, "ratio (wanted: at most 4)": ours / plain}

"""Intake through the API against bare views behind the same middleware that insert one row.

One bare view knows the caller by the same token and inserts a row of the same size: a case with the same words. The
other asks nobody and inserts a short row, which is the hardest thing to be compared with.
"""

import json
import secrets
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from bench.processor import database_cpu, own_cpu
from bihuan.config import urls
from bihuan.core.policy.queries import current
from bihuan.core.search.models import SearchEntry
from bihuan.registry.people.models import User
from bihuan.registry.people.services import create_token
from bihuan.registry.people.tokens import TokenAuth
from bihuan.service.desk.models import Case

TEXT = "主轴有异响，加工表面出现振纹，停机三十分钟后现象减轻，请尽快安排工程师处理。" * 6
RUNS = 7
VERSION: list[int] = []


def cpu(works: list[Callable[[], Any]], rounds: int) -> list[tuple[float, float]]:
    """CPU milliseconds a call, here and in the database: of each work the cheapest of several runs, taken in turn."""
    best = [(float("inf"), float("inf"))] * len(works)
    for _run in range(RUNS):
        for place, work in enumerate(works):
            there, here = database_cpu(), own_cpu()
            for _round in range(rounds):
                work()
            here, there = own_cpu() - here, database_cpu() - there
            old = best[place]
            best[place] = (min(old[0], here / rounds * 1000), min(old[1], there / rounds * 1000))
    return best


def bare(request: HttpRequest) -> HttpResponse:
    """Know the caller and keep a row of the size of a case."""
    user = TokenAuth()(request)
    if user is None:
        return HttpResponse(status=401)
    data = json.loads(request.body)
    with transaction.atomic():
        row = Case.objects.create(
            number=secrets.token_hex(12),
            policy_version_id=VERSION[0],
            channel=data["channel"],
            service_type="repair",
            summary=data["summary"],
            description=data["description"],
            contact_phone=data["contact_phone"],
        )
    return HttpResponse(json.dumps({"id": row.pk}), content_type="application/json", status=201)


def barest(request: HttpRequest) -> HttpResponse:
    """Keep a short row, whoever asks."""
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
    """Return the times and their ratios."""
    user = User.objects.get(username="kefu")
    token = create_token(user=user, name="bench", by=None)
    VERSION[:] = [current().pk]
    body = json.dumps({"channel": "phone", "description": TEXT, "summary": "主轴异响", "contact_phone": "13800001234"})
    client = Client()
    for name, view in (("bare", bare), ("barest", barest)):
        urls.urlpatterns.append(path(f"bench/{name}/", csrf_exempt(login_not_required(view))))

    def post(address: str) -> Callable[[], None]:
        def work() -> None:
            answer = client.post(
                address,
                body,
                content_type="application/json",
                headers={"Authorization": f"Bearer {token}", "Idempotency-Key": secrets.token_hex(16)},
            )
            if answer.status_code != 201:
                raise RuntimeError(answer.content)

        return work

    works = [post(address) for address in ("/bench/barest/", "/bench/bare/", "/api/v1/cases")]
    for work in works:
        work()
    (short, _), (plain, plain_there), (ours, ours_there) = cpu(works, rounds)
    values = {
        "bare view: token, one row of the same size, ms CPU": plain,
        "barest view: no token, one short row, ms CPU": short,
        "intake, ms CPU": ours,
        "ratio to the bare view (wanted: at most 4)": ours / plain,
        "ratio to the barest view": ours / short,
    }
    if plain_there:
        values |= {
            "bare view, ms CPU in the database": plain_there,
            "intake, ms CPU in the database": ours_there,
            "ratio to the bare view with the database's share": (ours + ours_there) / (plain + plain_there),
        }
    return values

"""Webhooks and group robots against real servers on loopback: signed, retried, never sent where they are not wanted."""

import hashlib
import hmac
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.core.jobs.models import Job
from bihuan.core.jobs.relay import run_due
from bihuan.core.jobs.services import FIRST_RETRY
from bihuan.core.notify.models import Robot, Webhook
from bihuan.core.notify.services import tell
from tests.cast import Cast
from tests.servers.listener import Call, Listener, Platform

pytestmark = [pytest.mark.servers, pytest.mark.django_db]
SECRET = "SEC-长-7f3a"


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as server:
        yield server


def hook(listener: Listener, *events: str, **more: Any) -> Webhook:
    return Webhook.objects.create(name="ERP", url=f"{listener.url}/in", secret=SECRET, events=list(events), **more)


def robot(server: Listener, kind: str, **more: Any) -> Robot:
    fields = {"name": "群", "kind": kind, "url": f"{server.url}/send", "level": "warn", **more}
    return Robot.objects.create(**fields)


def signed_right(call: Call) -> bool:
    """What docs/admin/webhooks.md tells the receiver to do."""
    parts = dict(item.split("=", 1) for item in call.headers["X-Bihuan-Signature"].split(","))
    mac = hmac.new(SECRET.encode(), parts["t"].encode() + b"." + call.body, hashlib.sha256).hexdigest()
    return abs(time.time() - int(parts["t"])) < 300 and hmac.compare_digest(mac, parts["v1"])


def waiting_seconds(row: Job) -> float:
    row.refresh_from_db()
    assert row.state == "waiting"
    return (row.due_at - timezone.now()).total_seconds()


def due_now(row: Job) -> None:
    Job.objects.filter(pk=row.pk).update(due_at=timezone.now() - timedelta(seconds=1))


def test_an_event_is_posted_with_a_signature_that_the_receiver_can_check(cast: Cast, listener: Listener) -> None:
    row = hook(listener, "case.registered")
    case = cast.case()
    run_due()
    (call,) = listener.calls
    assert signed_right(call)
    assert (call.path, call.headers["X-Bihuan-Event"]) == ("/in", "case.registered")
    assert (call.data["verb"], call.data["subject"], call.data["subject_id"]) == (
        "case.registered", "desk.case", case.pk)  # fmt: skip
    assert call.data["number"] == str(case)
    job = Job.objects.get(kind="notify.webhook")
    assert (job.state, job.payload["webhook"], call.headers["X-Bihuan-Delivery"]) == ("done", row.pk, str(job.pk))
    assert not signed_right(Call(call.path, call.headers, call.body + b" "))


def test_an_event_reaches_only_the_hooks_that_want_it(cast: Cast, listener: Listener) -> None:
    wants, wants_all, wants_other = (hook(listener, event) for event in ("case.registered", "*", "case.archived"))
    switched_off = hook(listener, "*", is_enabled=False)
    cast.case()
    asked = {job.payload["webhook"] for job in Job.objects.filter(kind="notify.webhook")}
    assert asked == {wants.pk, wants_all.pk}
    assert {wants_other.pk, switched_off.pk}.isdisjoint(asked)
    of_first = Job.objects.filter(kind="notify.webhook", payload__webhook=wants.pk)
    assert [job.payload["event"]["verb"] for job in of_first] == ["case.registered"]


def test_a_hook_that_is_switched_off_after_the_event_gets_nothing(cast: Cast, listener: Listener) -> None:
    row = hook(listener, "case.registered")
    cast.case()
    Webhook.objects.filter(pk=row.pk).update(is_enabled=False)
    run_due()
    assert listener.calls == []
    assert Job.objects.get(kind="notify.webhook").state == "done"


@pytest.mark.parametrize("status", [500, 429, 404, 302, 204])
def test_anything_but_a_2xx_answer_is_tried_again_later_and_later(cast: Cast, listener: Listener, status: int) -> None:
    listener.says(status, status, 200)
    hook(listener, "case.registered")
    cast.case()
    run_due()
    row = Job.objects.get(kind="notify.webhook")
    if status == 204:
        assert (row.state, len(listener.calls)) == ("done", 1)
        return
    first = FIRST_RETRY.total_seconds()
    assert first - 3 < waiting_seconds(row) <= first
    assert row.message.strip().endswith(f"HTTP {status}")
    due_now(row)
    run_due()
    assert 2 * first - 3 < waiting_seconds(row) <= 2 * first
    due_now(row)
    run_due()
    row.refresh_from_db()
    assert (row.state, row.attempts, len(listener.calls)) == ("done", 3, 3)


def test_a_repeat_carries_the_same_delivery_and_the_same_event(cast: Cast, listener: Listener) -> None:
    listener.says(503, 200)
    hook(listener, "case.registered")
    cast.case()
    run_due()
    due_now(Job.objects.get(kind="notify.webhook"))
    run_due()
    first, second = listener.calls
    assert first.headers["X-Bihuan-Delivery"] == second.headers["X-Bihuan-Delivery"]
    assert first.body == second.body
    assert signed_right(first)
    assert signed_right(second)


def test_a_redirect_is_not_followed(cast: Cast, listener: Listener) -> None:
    with Listener() as elsewhere:
        listener.says((307, {"Location": f"{elsewhere.url}/steal"}, b""))
        hook(listener, "case.registered")
        robot(listener, "wecom")
        cast.case()
        tell(users=[], title="请看", level="urgent")
        run_due()
        assert (len(listener.calls), elsewhere.calls) == (2, [])
    assert {row.state for row in Job.objects.filter(kind__in=["notify.webhook", "notify.robot"])} == {"waiting"}


def test_a_hook_that_nobody_answers_is_given_up_in_the_end(cast: Cast, listener: Listener) -> None:
    listener.says(500)
    hook(listener, "case.registered")
    cast.case()
    row = Job.objects.get(kind="notify.webhook")
    waits = []
    for _try in range(12):
        due_now(row)
        run_due()
        row.refresh_from_db()
        waits.append(round((row.due_at - timezone.now()).total_seconds()))
    assert (row.state, len(listener.calls)) == ("failed", 12)
    assert waits[:11] == sorted(waits[:11])
    assert 3590 <= max(waits[:11]) <= 3600
    due_now(row)
    assert run_due() == 0


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
def test_a_robot_is_signed_as_its_platform_checks_it(cast: Cast, kind: str) -> None:
    """Each platform's own published formula, checked by a server that refuses everything else."""
    with Platform(kind, SECRET) as platform:
        address = f"{platform.url}/send?key={SECRET}" if kind == "wecom" else f"{platform.url}/send?access_token=a"
        row = robot(platform, kind, url=address, secret="" if kind == "wecom" else SECRET)
        tell(users=[], title="超期：主轴异响", level="warn")
        run_due()
        job = Job.objects.get(kind="notify.robot")
        assert (job.state, job.message, len(platform.calls)) == ("done", "", 1)
        body = platform.calls[0].data
        assert (body.get("text") or body["content"])["content" if "text" in body else "text"] == "超期：主轴异响"
        row.refresh_from_db()
        assert row.last_error == ""


@pytest.mark.parametrize(("kind", "reason"), [
    ("wecom", "93000: invalid webhook url"), ("dingtalk", "310000: sign not match"), ("feishu", "19021: sign match fail"),
])  # fmt: skip
def test_an_error_inside_a_200_answer_is_a_failure_and_tried_again(cast: Cast, kind: str, reason: str) -> None:
    with Platform(kind, SECRET) as platform:
        row = robot(platform, kind, url=f"{platform.url}/send?key=other", secret="other")
        tell(users=[], title="请看", level="urgent", thread_key="t1")
        run_due()
        job = Job.objects.get(kind="notify.robot")
        assert waiting_seconds(job) > 1
        row.refresh_from_db()
        assert row.last_error.startswith(reason)
        right = f"{platform.url}/send?key={SECRET}"
        robot_row = Robot.objects.get(pk=row.pk)
        robot_row.url, robot_row.secret = right, SECRET
        robot_row.save()
        due_now(job)
        run_due()
        job.refresh_from_db()
        row.refresh_from_db()
        assert (job.state, row.last_error, len(platform.calls)) == ("done", "", 2)


@pytest.mark.parametrize("answer", [
    (200, {"Content-Type": "text/html"}, b"<html>proxy</html>"), (200, {}, b"[]"), (500, {}, b""), (403, {}, b"{}"),
])  # fmt: skip
def test_what_no_robot_answers_is_a_failure(cast: Cast, listener: Listener, answer: Any) -> None:
    listener.says(answer)
    row = robot(listener, "wecom", url=f"{listener.url}/send?key=hidden-key")
    tell(users=[], title="请看", level="urgent")
    run_due()
    row.refresh_from_db()
    assert row.last_error.startswith(f"HTTP {answer[0]}")
    job = Job.objects.get(kind="notify.robot")
    assert waiting_seconds(job) > 1
    assert "hidden-key" not in job.message + row.last_error


def test_a_robot_takes_notices_from_its_level_on_and_none_when_switched_off(cast: Cast, listener: Listener) -> None:
    listener.says({"errcode": 0})
    warn, urgent = robot(listener, "wecom", level="warn"), robot(listener, "wecom", level="urgent")
    late = robot(listener, "wecom", level="warn")
    robot(listener, "wecom", level="warn", is_enabled=False)
    for level in ("info", "warn", "urgent"):
        tell(users=[], title=level, level=level)
    Robot.objects.filter(pk=late.pk).update(is_enabled=False)
    run_due()
    told = [(job.payload["robot"], job.payload["text"]) for job in Job.objects.filter(kind="notify.robot")]
    assert {item for item in told if item[0] != late.pk} == {
        (warn.pk, "warn"), (warn.pk, "urgent"), (urgent.pk, "urgent")}  # fmt: skip
    assert sorted(call.data["text"]["content"] for call in listener.calls) == ["urgent", "urgent", "warn"]


def pressed(client: Client, code: str, pk: int) -> str:
    answer = client.post(f"/tables/{code}/{pk}/test/", follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_test_button_of_a_robot_says_what_went_wrong(admin: Client) -> None:
    with Platform("dingtalk", SECRET) as platform:
        row = robot(platform, "dingtalk", secret=SECRET)
        assert "测试消息已发送" in pressed(admin, "robots", row.pk)
        row.secret = "other"
        row.save()
        assert "未成功：310000: sign not match" in pressed(admin, "robots", row.pk)
    assert "未成功：" in pressed(admin, "robots", row.pk)


def test_the_test_button_of_a_webhook_says_what_went_wrong(admin: Client, listener: Listener) -> None:
    row = hook(listener, "*")
    assert "测试事件已被接收" in pressed(admin, "webhooks", row.pk)
    assert signed_right(listener.calls[0])
    listener.says(401)
    assert "未成功：HTTP 401" in pressed(admin, "webhooks", row.pk)

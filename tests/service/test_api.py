"""The API: tokens, one answer per key, problems as problem+json, the whole loop."""

import json
from typing import Any

import pytest
from django.test import Client

from bihuan.core.jobs.relay import run_due
from bihuan.registry.people.services import create_token
from bihuan.service.desk.models import Case
from bihuan.service.intake.models import InboundMessage
from tests.cast import Cast
from tests.service.story import approve_all, picture

pytestmark = pytest.mark.django_db


class Caller:
    """A program with a token."""

    def __init__(self, user: Any) -> None:
        self.client, self.token = Client(), create_token(user=user, name="test", by=None)

    def post(self, path: str, body: dict[str, Any], **headers: str) -> Any:
        more = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        return self.client.post(
            f"/api/v1{path}",
            json.dumps(body),
            content_type="application/json",
            HTTP_AUTHORIZATION=f"Bearer {self.token}",
            **more,
        )

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1{path}", HTTP_AUTHORIZATION=f"Bearer {self.token}")


def test_a_stranger_is_told_to_sign_in(cast: Cast) -> None:
    answer = Client().get("/api/v1/cases")
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")
    assert Client().get("/api/v1/cases", HTTP_AUTHORIZATION="Bearer bh_wrong").status_code == 401


def test_an_outsider_gets_404_and_a_wrong_role_403(cast: Cast) -> None:
    case = cast.case()
    assert Caller(cast.charlie).get(f"/cases/{case.number}").status_code == 404
    answer = Caller(cast.alice).post(f"/cases/{case.number}/coding", {"version": case.version, "symptom": "noise"})
    assert answer.status_code == 403
    assert Case.objects.get(pk=case.pk).symptom is None


@pytest.mark.parametrize(("body", "field"), [
    ({"channel": "phone"}, "description"), ({"channel": "phone", "description": " "}, "description"),
    ({"channel": "phone", "description": "x", "colour": "red"}, "colour"), ({"channel": "phone", "description": "x", "urgency": 99}, "urgency"),
])  # fmt: skip
def test_bad_input_is_named_by_its_field_and_changes_nothing(cast: Cast, body: dict[str, Any], field: str) -> None:
    answer = Caller(cast.alice).post("/cases", body)
    assert answer.status_code == 422
    assert field in answer.json()["errors"][0]["field"]
    assert not Case.objects.exists()


def test_an_unknown_channel_or_custom_field_is_refused(cast: Cast) -> None:
    """D02: a channel that is switched off takes nothing."""
    caller = Caller(cast.alice)
    assert caller.post("/cases", {"channel": "social", "description": "x"}).status_code == 422
    assert (
        caller.post("/cases", {"channel": "phone", "description": "x", "custom": {"order_no": "1"}}).status_code == 422
    )
    assert not Case.objects.exists()


def test_the_same_key_is_answered_once(cast: Cast) -> None:
    caller, body = Caller(cast.alice), {"channel": "phone", "description": "异响"}
    first = caller.post("/cases", body, idempotency_key="k1")
    again = caller.post("/cases", body, idempotency_key="k1")
    assert (first.status_code, again.status_code, again.headers.get("Idempotent-Replay")) == (201, 201, "true")
    assert first.json() == again.json()
    assert caller.post("/cases", {**body, "description": "别的"}, idempotency_key="k1").status_code == 422
    assert Case.objects.count() == 1


def test_a_failed_answer_is_not_kept(cast: Cast) -> None:
    caller = Caller(cast.alice)
    assert caller.post("/cases", {"channel": "none", "description": "x"}, idempotency_key="k").status_code == 422
    assert caller.post("/cases", {"channel": "phone", "description": "x"}, idempotency_key="k2").status_code == 201


def test_an_old_version_is_told_who_was_faster(cast: Cast) -> None:
    case, caller = cast.case(), Caller(cast.bob)
    values = {
        "version": 0,
        "nature": "defect",
        "urgency": 2,
        "severity": 1,
        "impact": 1,
        "owner": "erik",
        "symptom": "noise",
    }
    assert caller.post(f"/cases/{case.number}/triage", values).status_code == 200
    answer = caller.post(f"/cases/{case.number}/triage", values)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert "周经理" in answer.json()["title"]


def test_a_message_of_a_chat_becomes_a_case_once(cast: Cast) -> None:
    """INT-02, INT-08: chats and apps meet in the same inbox."""
    cast.alice.grants.create(role="admin")
    caller = Caller(cast.alice)
    body = {"channel": "chat", "id": "wx-1", "text": "空调异响", "sender_name": "刘女士", "phone": "13900001111"}
    assert caller.post("/messages", body).json()["is_new"] is True
    assert caller.post("/messages", body).json()["is_new"] is False
    run_due()
    case = Case.objects.get()
    assert (case.channel, case.contact_phone, case.description) == ("chat", "13900001111", "空调异响")
    assert InboundMessage.objects.get().state == "routed"


def test_the_whole_loop_over_http(cast: Cast) -> None:
    """GEN-01: a program can take a case from registration to the archive."""
    desk, boss, engineer = Caller(cast.alice), Caller(cast.bob), Caller(cast.erik)
    body = {
        "channel": "phone",
        "description": "主轴异响",
        "serial": "sn261284341",
        "contact_name": "王工",
        "contact_email": "wang@customer.example",
    }
    case = desk.post("/cases", body).json()
    path = f"/cases/{case['number']}"
    triaged = {
        "version": case["version"],
        "nature": "defect",
        "urgency": 2,
        "severity": 1,
        "impact": 1,
        "owner": "erik",
        "symptom": "noise",
    }
    version = boss.post(f"{path}/triage", triaged).json()["version"]
    version = engineer.post(f"{path}/moves", {"move": "start_diagnosis", "version": version}).json()["version"]
    engineer.post(f"{path}/diagnosis", {"version": version, "findings": "温升", "cause": "预紧不足"})
    solution = {"kind": "repair", "cause": "磨损", "steps": "更换", "hours": 2, "cost": 0, "payer": "company"}
    assert engineer.post(f"{path}/solutions", solution).json()["state"] in {"proposed", "approving"}
    approve_all(cast)
    assert desk.post(f"{path}/consent", {"decision": "agreed", "person": "王工"}).json()["state"] == "working"
    engineer.post(f"{path}/work", {"text": "已更换"})
    version = engineer.get(path).json()["version"]
    version = engineer.post(f"{path}/moves", {"move": "finish_work", "version": version}).json()["version"]
    version = engineer.post(f"{path}/coding", {"version": version, "cause_category": "production"}).json()["version"]
    sign = {"version": version, "passed": True, "person": "王工", "demonstrated": True, "signature": picture().pk}
    version = engineer.post(f"{path}/customer-acceptance", sign).json()["version"]
    checks = {"version": version, "quality_ok": True, "records_ok": True, "satisfaction_ok": True}
    assert boss.post(f"{path}/internal-acceptance", checks).json()["state"] == "follow_up"
    call = desk.get("/follow-ups").json()[0]
    scores = {"process": 5, "result": 5, "attitude": 4}
    assert desk.post(f"/follow-ups/{call['id']}", {"scores": scores, "solved": True}).json()["state"] == "done"
    version = boss.get(path).json()["version"]
    assert boss.post(f"{path}/moves", {"move": "archive", "version": version}).json()["state"] == "archived"

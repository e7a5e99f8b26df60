"""The API: tokens, one answer per key, problems as problem+json, the whole loop."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bihuan.core.jobs.relay import run_due
from bihuan.registry.people.models import ApiToken, User
from bihuan.registry.people.services import set_roles
from bihuan.service.desk.models import Case
from bihuan.service.intake.models import InboundMessage
from tests.caller import Caller
from tests.cast import Cast
from tests.service.story import approve_all, png

pytestmark = pytest.mark.django_db


def test_a_stranger_is_told_to_sign_in(cast: Cast) -> None:
    answer = Client().get("/api/v1/cases")
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")
    assert Client().get("/api/v1/cases", HTTP_AUTHORIZATION="Bearer bh_wrong").status_code == 401


def test_a_token_counts_while_it_and_its_person_do(cast: Cast) -> None:
    """A program has the rights that its person has now; the day of its last use is kept."""
    caller = Caller(cast.alice)
    assert caller.post("/cases", {"channel": "phone", "description": "异响"}).status_code == 201
    assert ApiToken.objects.get().last_used_on == timezone.localdate()
    set_roles(user=cast.alice, roles=[], by=None)
    assert caller.post("/cases", {"channel": "phone", "description": "异响"}).status_code == 403
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert caller.get("/cases").status_code == 401
    ApiToken.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
    assert caller.get("/cases").status_code == 403
    User.objects.filter(pk=cast.alice.pk).update(is_active=False)
    assert caller.get("/cases").status_code == 401
    assert Case.objects.count() == 1


def test_a_report_is_written_with_few_statements(cast: Cast) -> None:
    """INT-08: number, case, journal, milestones, search entry and job, each in one statement."""
    caller = Caller(cast.alice)
    body = {"channel": "phone", "description": "主轴有异响", "contact_phone": "13800001234"}
    caller.post("/cases", body)
    with CaptureQueriesContext(connection) as captured:
        assert caller.post("/cases", body).status_code == 201
    written = [
        query["sql"].split()[2].strip('"') for query in captured.captured_queries if "INSERT INTO" in query["sql"]
    ]
    words = ["search_words"] if connection.vendor == "sqlite" else []
    assert written == [
        "idempotency_givenanswer", "numbering_counter", "desk_case", "activity_activity", "deadlines_deadline", "search_searchentry", *words, "jobs_job",
        "intake_phonecall",
    ]  # fmt: skip
    changed = [
        query["sql"].split()[1].strip('"') for query in captured.captured_queries if query["sql"].startswith("UPDATE")
    ]
    assert changed == ["idempotency_givenanswer"]
    assert len([query for query in captured.captured_queries if query["sql"].startswith("SELECT")]) == 5


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
    first = caller.post("/cases", body, key="k1")
    again = caller.post("/cases", body, key="k1")
    assert (first.status_code, again.status_code, again.headers.get("Idempotent-Replay")) == (201, 201, "true")
    assert first.json() == again.json()
    assert caller.post("/cases", {**body, "description": "别的"}, key="k1").status_code == 422
    assert Case.objects.count() == 1


def test_a_failed_answer_is_not_kept(cast: Cast) -> None:
    caller = Caller(cast.alice)
    assert caller.post("/cases", {"channel": "none", "description": "x"}, key="k").status_code == 422
    assert caller.post("/cases", {"channel": "phone", "description": "x"}, key="k2").status_code == 201


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
    paper = engineer.upload(f"{path}/attachments", file=SimpleUploadedFile("签字.png", png()), role="signature")
    file = paper.json()[0]["file"]
    sign = {"version": version, "passed": True, "person": "王工", "demonstrated": True, "signature": file}
    version = engineer.post(f"{path}/customer-acceptance", sign).json()["version"]
    checks = {"version": version, "quality_ok": True, "records_ok": True, "satisfaction_ok": True}
    assert boss.post(f"{path}/internal-acceptance", checks).json()["state"] == "follow_up"
    call = desk.get("/follow-ups").json()[0]
    scores = {"process": 5, "result": 5, "attitude": 4}
    assert desk.post(f"/follow-ups/{call['id']}", {"scores": scores, "solved": True}).json()["state"] == "done"
    version = boss.get(path).json()["version"]
    assert boss.post(f"{path}/moves", {"move": "archive", "version": version}).json()["state"] == "archived"


def test_the_judgement_says_spread_units_and_criteria(cast: Cast) -> None:
    """TRI-10: what meets a criterion of the company is a quality problem, over HTTP as on the page."""
    case, boss = cast.case(unit=None, line=cast.lines["precast"]), Caller(cast.bob)
    path, rules = f"/cases/{case.number}", boss.get("/rules?line=precast").json()
    criterion, spread = rules["criteria"][0]["code"], rules["scales"]["dispersion"][-1]["level"]
    body = {"version": case.version, "nature": "defect", "urgency": 2, "severity": 1, "impact": 1, "affected": 12,
            "dispersion": spread, "criteria": [criterion], "is_risk": True}  # fmt: skip
    misuse = boss.post(f"{path}/triage", {**body, "nature": "misuse"})
    assert (misuse.status_code, misuse.json()["code"]) == (409, "nature")
    judged = boss.post(f"{path}/triage", body).json()
    assert (judged["dispersion"], judged["affected"], judged["criteria"], judged["is_risk"]) == (
        spread,
        12,
        [criterion],
        True,
    )
    wrong = boss.post(f"{path}/triage", {**body, "version": judged["version"], "dispersion": 9, "severity": 1})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "body.data.dispersion")


def test_facts_are_corrected_and_what_is_not_named_stays(cast: Cast) -> None:
    case, caller = cast.case(), Caller(cast.alice)
    answer = caller.patch(
        f"/cases/{case.number}", {"version": case.version, "summary": "新摘要", "customer_code": cast.customer.code}
    )
    assert (answer.status_code, answer.json()["summary"], answer.json()["contact_name"]) == (200, "新摘要", "王工")
    late = caller.patch(f"/cases/{case.number}", {"version": case.version, "summary": "x"})
    assert (late.status_code, late.json()["code"]) == (409, "conflict")


def test_the_signature_must_be_a_file_of_the_case(cast: Cast) -> None:
    """A number of somebody else's file proves nothing here."""
    engineer, one, other = Caller(cast.erik), cast.case(), cast.case()
    file = engineer.upload(f"/cases/{one.number}/attachments", file=SimpleUploadedFile("a.png", png())).json()[0]
    body = {"version": other.version, "passed": True, "person": "王工", "signature": file["file"]}
    answer = engineer.post(f"/cases/{other.number}/customer-acceptance", body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "body.data.signature")


def test_a_program_disguised_as_a_picture_is_refused(cast: Cast) -> None:
    path = f"/cases/{cast.case().number}/attachments"
    answer = Caller(cast.erik).upload(path, file=SimpleUploadedFile("a.png", b"MZ" + b"0" * 100))
    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (422, "不接受程序和网页文件。")
    assert Caller(cast.erik).get(path).json() == []


def test_pages_of_a_list_follow_each_other_without_gap(cast: Cast) -> None:
    numbers, caller = [cast.case().number for _index in range(5)], Caller(cast.bob)
    first = caller.get("/cases?limit=2").json()
    second = caller.get(f"/cases?limit=2&cursor={first['next']}").json()
    last = caller.get(f"/cases?limit=2&cursor={second['next']}").json()
    assert [item["number"] for page in (first, second, last) for item in page["items"]] == numbers[::-1]
    assert last["next"] is None


def test_a_likely_double_of_a_customer_is_named_before_he_is_registered(cast: Cast) -> None:
    caller, body = Caller(cast.alice), {"name": "海天", "phone": "13800001234"}
    answer = caller.post("/customers", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "double")
    assert cast.customer.code in answer.json()["title"]
    assert caller.post("/customers", {**body, "sure": True}).status_code == 201

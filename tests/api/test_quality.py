"""Quality over HTTP: reporting, moves from the table, acts with their fields, cells and alarms."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from bihuan.quality.issues.models import Issue
from bihuan.quality.monitor.models import Alarm
from tests.caller import Caller
from tests.quality import shop
from tests.quality.conftest import q as quality_people
from tests.quality.story import Quality, graded
from tests.service.story import png

pytestmark = pytest.mark.django_db
q = quality_people


def test_every_employee_reports_and_reads_it_back(q: Quality) -> None:
    """NCR-01, API: one answer per key; a supplier's problem names the supplier; what nobody knows is told."""
    paul = Caller(q.paul)
    answer = paul.post(
        "/issues", {"description": "外壳划伤 12 件", "place": "三号线", "quantity": 12, "model_code": "SC-7"}
    )
    number = answer.json()["number"]
    assert (answer.status_code, Issue.objects.get().number) == (201, number)
    row = paul.get(f"/issues/{number}").json()
    assert (row["state"], row["source"], row["reporter"], row["quantity"]) == ("registered", "employee", "paul", 12)
    for body in ({"source": "monitor"}, {"source": "supplier"}, {"model_code": "NONE"}, {"quantity": 0}):
        assert paul.post("/issues", {"description": "x", **body}).status_code == 422
    assert Issue.objects.count() == 1


def test_the_moves_come_from_the_table_and_say_why_not(q: Quality) -> None:
    """NCR-20: what may be done now, with the obstacle; an old version is told who was faster."""
    issue = q.issue()
    caller = Caller(q.quentin)
    moves = {row["move"]: row for row in caller.get(f"/issues/{issue.number}/moves").json()}
    assert moves["start"]["refusal"] == "请先指派跟进人。"
    body = {"move": "start", "version": issue.version}
    assert caller.post(f"/issues/{issue.number}/moves", body).status_code == 409
    assert caller.post(f"/issues/{issue.number}/moves", {**body, "move": "publish"}).status_code == 422
    cancelled = caller.post(
        f"/issues/{issue.number}/moves", {"move": "cancel", "version": issue.version, "reason": "误报"}
    )
    assert cancelled.json()["state"] == "cancelled"
    assert caller.post(f"/issues/{issue.number}/moves", {**body, "move": "reopen"}).status_code == 409


def test_acts_take_the_fields_of_their_forms(q: Quality) -> None:
    """CAP-03, CAP-06: the same form and the same right as on the page."""
    issue = graded(q, q.issue())
    caller, path = Caller(q.quentin), f"/issues/{issue.number}/acts"
    acts = {row["act"]: {field["name"]: field for field in row["fields"]} for row in caller.get(path).json()}
    assert (acts["cause"]["bone"]["required"], len(acts["cause"]["bone"]["choices"])) == (True, 6)
    cause: dict[str, Any] = {"text": "扭矩漂移", "bone": "machine", "kind": "occurrence"}
    assert caller.post(f"{path}/cause", {"fields": cause}).status_code == 200
    (row,) = caller.get(f"/issues/{issue.number}/causes").json()
    decided = {"cause": row["id"], "confirmed": True, "evidence": "复测"}
    assert caller.post(f"{path}/decide", {"fields": decided}).status_code == 200
    assert caller.post(f"{path}/decide", {"fields": decided}).status_code == 422
    measure = {
        "kind": "corrective", "text": "校准", "goal": "Cpk", "owner": q.paul.pk, "cause": row["id"],
        "due_at": (timezone.localtime() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    assert caller.post(f"{path}/measure", {"fields": measure}).status_code == 200
    assert caller.get(f"/issues/{issue.number}/measures").json()[0]["owner"] == "paul"
    assert Caller(q.cast.alice).post(f"{path}/measure", {"fields": measure}).status_code in {403, 404}
    wrong = caller.post(f"{path}/measure", {"fields": {**measure, "colour": "red"}}).json()
    assert wrong["errors"][0]["field"].endswith("colour")
    assert caller.post(f"{path}/nothing", {"fields": {}}).status_code == 404
    assert caller.post(f"{path}/close", {"fields": {}}).status_code == 409


def test_evidence_is_uploaded_and_listed(q: Quality) -> None:
    """NCR-13: checked by its content, kept on the issue; a closed one takes none."""
    issue = graded(q, q.issue())
    caller, path = Caller(q.quentin), f"/issues/{issue.number}/attachments"
    assert caller.upload(path, file=SimpleUploadedFile("裂缝.png", png())).status_code == 201
    assert [row["name"] for row in caller.get(path).json()] == ["裂缝.png"]
    Issue.objects.filter(pk=issue.pk).update(state="cancelled")
    assert caller.upload(path, file=SimpleUploadedFile("b.png", png())).status_code == 409


def test_cells_and_alarms_are_read_and_closed(q: Quality) -> None:
    """KPI-09, QIS-01: whole numbers; the 3 per mille and 1 per cent lines that fired; closed with a reason."""
    shop.ship(q.cast, 200)
    shop.coded(q.cast, "wear")
    caller = Caller(q.quentin)
    (cell,) = caller.get("/monitor/cells?level=model&above=true").json()["items"]
    assert (cell["count"], cell["exposure"], cell["per_million"], cell["fired"]) == (1, 200, 5000, ["per_mille"])
    shop.coded(q.cast, "wear")
    shop.coded(q.cast, "wear")
    assert caller.get(f"/monitor/cells/{cell['id']}").json()["fired"] == ["per_mille", "percent"]
    alarms = caller.get("/monitor/alarms?state=joined").json()["items"]
    assert [(row["rule"], row["latest_count"]) for row in alarms] == [("percent", 3), ("per_mille", 3)]
    path = f"/monitor/alarms/{alarms[0]['id']}"
    number = Issue.objects.get().number
    assert caller.get(f"/issues/{number}/signals").json()[0]["alarm"] == alarms[0]["id"]
    assert caller.post(f"{path}/closing", {"reason": " ", "version": alarms[0]["version"]}).status_code == 409
    assert caller.post(f"{path}/closing", {"reason": "偶然", "version": 99}).status_code == 409
    assert (
        caller.post(f"{path}/closing", {"reason": "偶然", "version": alarms[0]["version"]}).json()["state"] == "closed"
    )
    assert Alarm.objects.filter(state="closed").count() == 1
    assert Caller(q.paul).get("/monitor/cells").status_code == 403


def test_lists_page_and_filter(q: Quality) -> None:
    """Pages cost the same wherever they lie; a state that nobody knows is refused."""
    for index in range(5):
        q.issue(description=f"问题 {index}", model=None)
    caller = Caller(q.quentin)
    first = caller.get("/issues?limit=3").json()
    second = caller.get(f"/issues?limit=3&cursor={first['next']}").json()
    assert (len(first["items"]), len(second["items"]), second["next"]) == (3, 2, None)
    assert caller.get("/issues?state=closed").json()["items"] == []
    assert caller.get("/issues?state=nowhere").status_code == 422
    number = first["items"][0]["number"]
    assert {row["code"] for row in caller.get(f"/issues/{number}/deadlines").json()} == {"issue_follower"}
    assert caller.get(f"/issues/{number}/journal").json()[0]["verb"] == "issue.registered"

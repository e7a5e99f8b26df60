"""Over HTTP: returned defectives, questions to other product lines, drafts of every voucher."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from bihuan.quality.cost.models import Voucher
from bihuan.quality.issues.models import Issue
from bihuan.quality.returned.models import Returned
from tests.caller import Caller
from tests.cast import Cast
from tests.quality import money
from tests.quality.conftest import q as quality_people
from tests.quality.story import Quality

pytestmark = pytest.mark.django_db
q = quality_people


def test_returned_defectives_from_hand_over_to_answer(cast: Cast) -> None:
    """RET-08: sales hands over, engineering receives, analyses and answers; what is wrong is told by its field."""
    sales, engineer = Caller(cast.alice), Caller(cast.erik)
    body = {"model": "SC-7", "quantity": 2, "problem": "面板无显示", "degree": "verify", "case": cast.case().number}
    for field, value in {"model": "NONE", "quantity": 0, "problem": "", "case": "SV0"}.items():
        wrong = sales.post("/returned", {**body, field: value})
        assert (wrong.status_code, wrong.json()["errors"][0]["field"].rsplit(".")[-1]) == (422, field)
    assert sales.post("/returned", {**body, "degree": "hard"}).status_code == 409
    assert Returned.objects.count() == 0
    row = sales.post("/returned", body).json()
    path = f"/returned/{row['number']}/steps"
    assert (row["state"], row["handed_by"], row["due_at"] is not None) == ("handed", "alice", True)
    assert sales.post(path, {"step": "receive"}).status_code == 403
    assert engineer.post(path, {"step": "finish", "outcome": "repaired"}).status_code == 409
    assert engineer.post(path, {"step": "receive", "version": row["version"]}).json()["engineer"] == "erik"
    assert engineer.post(path, {"step": "analyse", "finding": "x", "version": row["version"]}).status_code == 409
    assert engineer.post(path, {"step": "analyse", "finding": "排线虚焊"}).json()["finding"] == "排线虚焊"
    done = engineer.post(path, {"step": "finish", "outcome": "repaired"}).json()
    assert (done["state"], done["outcome"], done["due_at"]) == ("finished", "repaired", None)
    assert sales.get("/returned?state=finished").json()["items"] == [done]
    assert sales.get("/returned?state=lost").status_code == 422


def test_other_lines_are_asked_and_answer(q: Quality) -> None:
    """CAP-19: asked once each, answered by who was asked; where it occurs the line has its own issue."""
    issue, due = q.issue(), (timezone.now() + timedelta(days=9)).isoformat()
    asks, answers = Caller(q.quentin), Caller(q.paul)
    body = {"lines": ["precast", "door"], "owner": "paul", "due_at": due}
    path = f"/problems/{issue.number}/questions"
    assert asks.post(path, {**body, "lines": ["precast", "none"]}).status_code == 422
    assert answers.post(path, body).status_code == 403
    first, second = asks.post(path, body).json()
    assert asks.post(path, body).status_code == 409
    questions = "/problems/questions"
    assert answers.post(f"{questions}/{first['id']}/answer", {"answer": "maybe", "finding": "x"}).status_code == 409
    found = answers.post(f"{questions}/{first['id']}/answer", {"answer": "occurs", "finding": "同批端子"}).json()
    assert (found["state"], Issue.objects.get(number=found["raised"]).line) == ("occurs", q.cast.lines[found["line"]])
    assert asks.post(f"{questions}/{second['id']}/again", {"reason": "x", "due_at": due}).status_code == 409
    assert answers.post(f"{questions}/{first['id']}/again", {"reason": "x", "due_at": due}).status_code == 403
    assert asks.post(f"{questions}/{first['id']}/again", {"reason": "旧批次", "due_at": due}).json()["state"] == "open"
    assert [row["id"] for row in asks.get(f"{questions}?issue={issue.number}").json()["items"]] == [
        second["id"], first["id"],
    ]  # fmt: skip
    like = asks.get(f"/problems/similar?issue={issue.number}").json()
    assert found["raised"] in {row["issue"] for row in like}
    assert asks.get("/problems/similar").status_code == 422


def test_every_voucher_is_drafted(q: Quality) -> None:
    """CST-02, CST-06, CST-10: claim, write-off, compensation and deduction, with the rights and answers of the pages."""
    quality, office = Caller(q.quentin), Caller(q.olga)
    about = {"issue": money.lossy(q).number, "description": "来料不良"}
    claim = quality.post("/costs/claims", {**about, "supplier": "永固紧固件"}).json()
    assert (claim["kind"], claim["total"], claim["shares"][0]["bearer"]) == ("claim", "1000.01", "永固紧固件")
    assert quality.post("/costs/claims", {**about, "supplier": "永固紧固件"}).status_code == 409
    assert quality.post("/costs/write-offs", about).status_code == 403
    manager = Caller(q.cast.bob)
    money.cost(q, q.cast.case())
    case = q.cast.case()
    money.cost(q, case, "80.00")
    gone = manager.post("/costs/write-offs", {"case": case.number, "description": "报废核销"}).json()
    assert (gone["kind"], Decimal(gone["total"])) == ("write_off", Decimal(80))
    paid = {"case": case.number, "kind": "money", "amount": "300", "description": "误工"}
    assert manager.post("/costs/compensations", {**paid, "kind": "gift"}).status_code == 409
    assert manager.post("/costs/compensations", {**paid, "case": "SV0"}).status_code == 422
    assert manager.post("/costs/compensations", paid).json()["total"] == "300.00"
    rows = [{"text": "返工", "quantity": "3", "price": "33.33", "rate": "50"}]
    notice = {"reason": "已协调", "clause": "4.4", "rows": rows}
    for debtors in ({}, {"department": "production", "supplier": "永固紧固件"}):
        assert office.post("/costs/deductions", {**notice, **debtors}).status_code == 422
    assert quality.post("/costs/deductions", {**notice, "department": "production"}).status_code == 403
    drafted = office.post("/costs/deductions", {**notice, "department": "production"}).json()
    assert (drafted["kind"], drafted["total"]) == ("deduction", "50.00")
    assert Voucher.objects.count() == 4


def test_a_deduction_collects_a_share_once(q: Quality) -> None:
    """CST-08: never more than is left of the share, and only of a share that the caller may see."""
    share = money.posted(q, money.transfer(q, money.lossy(q))).shares.get()
    office = Caller(q.olga)
    rows = [{"text": "返工", "price": "600"}]
    notice = {"reason": "已协调", "clause": "4.4", "rows": rows, "settles": share.pk}
    assert office.post("/costs/deductions", notice).status_code == 201
    refused = office.post("/costs/deductions", notice)
    assert refused.status_code == 409
    assert office.post("/costs/deductions", {**notice, "settles": 0}).status_code == 404

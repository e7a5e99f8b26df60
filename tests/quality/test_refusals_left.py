"""Refusals of pages, of the API and of races: what comes second or has no field of its own is told, and writes nothing."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.core.files.detection import FileRefused
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.cost import views as cost_views
from bihuan.quality.cost.models import CostLine, Voucher
from bihuan.quality.cost.services import drafting
from bihuan.quality.cost.services.lines import enter_line
from bihuan.quality.issues import views as issue_views
from bihuan.quality.issues.models import Discipline, Issue
from bihuan.quality.issues.services import eight_d, evidence, proving, publishing
from bihuan.quality.nonconformity import views as sheet_views
from bihuan.quality.nonconformity.models import Nonconformity
from bihuan.quality.problems import services as problems
from bihuan.quality.problems import views as problem_views
from bihuan.quality.problems.models import ReadAcross
from bihuan.quality.returned import services as returned
from bihuan.quality.returned.models import Returned
from tests.caller import Caller
from tests.quality import money
from tests.quality.refusing import refused
from tests.quality.story import Quality, graded

pytestmark = pytest.mark.django_db
Patch = pytest.MonkeyPatch
TYPED = "二号线外圈划痕"


def refusing(error: Exception) -> Callable[..., Any]:
    def service(*args: Any, **values: Any) -> Any:
        raise error

    return service


def question(q: Quality, issue: Issue) -> ReadAcross:
    due = timezone.now() + timedelta(days=9)
    lines = list(q.cast.lines.values())
    return problems.ask_lines(issue=issue, by=q.quentin, lines=lines, owner=q.paul, due_at=due)[0]


def test_what_a_service_refuses_stands_beside_its_field_with_what_was_typed(
    q: Quality, client: Client, monkeypatch: Patch
) -> None:
    """CST-01, NCR-01, NCR-02, RET-08, CAP-19: of a late refusal and of a file the page names the field."""
    issue = money.lossy(q)
    row = question(q, issue)
    case = q.cast.case()
    own = enter_line(
        subject=case, by=q.cast.bob, kind="material", amount=Decimal(1), occurred_on=timezone.localdate(), note=""
    )
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    cost = {"kind": "material", "amount": "1.00", "occurred_on": timezone.localdate(), "note": TYPED}
    transfer = {
        "lines": [line.pk for line in CostLine.objects.filter(issue=issue)], "description": TYPED, "occurred_on": cost["occurred_on"],
        f"unit_{q.paul.department_id}": "100",
    }  # fmt: skip
    found = {"origin": "process", "description": TYPED, "quantity": 2, "place": "二号线", "occurred_at": now}
    report = {"source": "employee", "description": TYPED, "place": "二号线", "occurred_at": now}
    handed = {"model": q.cast.model.pk, "quantity": 1, "problem": TYPED, "degree": "simple"}
    ask = f"?issue={issue.number}"
    pages: tuple[tuple[Any, str, Any, str, Any, str, bool], ...] = (
        (cost_views, "enter_line", q.quentin, reverse("cost:line_new") + ask, cost, "amount", False),
        (drafting, "draft_transfer", q.quentin, reverse("cost:new", args=["transfer"]) + ask, transfer, "basis", False),
        (drafting, "draft_write_off", q.cast.bob, reverse("cost:new", args=["write_off"]) + f"?case={case.number}",
         {"lines": [own.pk], "description": TYPED}, "description", True),
        (sheet_views, "report_nonconformity", q.paul, reverse("nonconformity:report"), found, "place", True),
        (issue_views, "register_issue", q.paul, reverse("issues:report"), report, "", True),
        (returned, "hand_over", q.cast.bob, reverse("returned:hand_over"), handed, "serials", False),
        (problem_views, "answer", q.paul, reverse("problems:question", args=[row.pk]),
         {"state": "absent", "finding": TYPED}, "finding", True),
    )  # fmt: skip
    before = [model.objects.count() for model in (CostLine, Voucher, Nonconformity, Issue, Returned)]
    for module, name, who, address, body, field, has_files in pages:
        client.force_login(who)
        for error, place in ((MoveRefused("迟了一步", code=field), field), (FileRefused("坏文件"), "uploads")):
            if not place or (place == "uploads" and not has_files):
                continue
            with monkeypatch.context() as patch:
                patch.setattr(module, name, refusing(error))
                answer = client.post(address, body)
            errors = answer.context["form"].errors
            assert (name, place in errors, TYPED in answer.text) == (name, True, True), errors
    assert [model.objects.count() for model in (CostLine, Voucher, Nonconformity, Issue, Returned)] == before


def test_the_api_names_the_field_that_is_missing_or_unknown(q: Quality) -> None:
    """CST-02, CST-10, NCR-01, CAP-12, CAP-19, RET-08: one debtor, a supplier, a known line, one thing to compare."""
    issue = graded(q, q.issue(mechanism=q.mechanism))
    penalty = {"reason": "x", "clause": "4.4", "rows": [{"text": "x", "price": "1.00"}]}
    paid = {"case": "", "kind": "money", "amount": "1.00", "description": "x"}
    handed = {"model": "", "quantity": 1, "problem": "x", "degree": "simple"}
    due = (timezone.now() + timedelta(days=2)).isoformat()
    ask = {"lines": ["nowhere"], "owner": "paul", "due_at": due}
    for who, path, body, field in (
        (q.olga, "/costs/deductions", penalty, "department"),
        (q.olga, "/costs/deductions", {**penalty, "department": "production", "supplier": "永固"}, "department"),
        (q.cast.bob, "/costs/compensations", paid, "case"),
        (q.cast.bob, "/returned", handed, "model"),
        (q.paul, "/issues", {"source": "supplier", "description": "x"}, "supplier_name"),
        (q.paul, "/issues", {"source": "employee", "description": "x", "model_code": "NONE"}, "model_code"),
        (q.quentin, f"/issues/{issue.number}/acts/cause", {"fields": {"colour": "red"}}, "fields.colour"),
        (q.quentin, f"/problems/{issue.number}/questions", ask, "lines"),
    ):
        answer = Caller(who).post(path, body)
        assert (path, answer.status_code) == (path, 422), answer.text
        assert field in answer.text, answer.text
    assert Caller(q.quentin).get("/problems/similar").status_code == 422
    assert Caller(q.quentin).get(f"/problems/similar?issue={issue.number}&text=x").status_code == 422
    assert [rows.count() for rows in (Voucher.objects.all(), Returned.objects.all(), issue.causes.all())] == [0, 0, 0]


def test_kinds_and_states_that_nobody_knows(q: Quality, client: Client) -> None:
    """CST-10, CAP-19: no compensation and no answer that the lists do not have; only who was asked answers."""
    case = q.cast.case()
    pay: dict[str, Any] = {"case": case, "by": q.cast.bob, "amount": Decimal(1), "description": "x"}
    refused("is not known", drafting.draft_compensation, kind="gift", **pay)
    row = question(q, q.issue(mechanism=q.mechanism))
    refused("is not known", problems.answer, row=row, by=q.paul, state="perhaps", finding="x")
    client.force_login(q.chen)
    body = {"state": "absent", "finding": "x"}
    assert client.post(reverse("problems:question", args=[row.pk]), body).status_code in {403, 404}
    row.refresh_from_db()
    assert row.state == "open"


def test_who_comes_second_is_told_and_what_is_at_rest_stays(q: Quality, monkeypatch: Patch) -> None:
    """QIS-03, CAP-08, NCR-05: a rejection of a moved discipline, an old reopening, a notice nobody objects to."""
    issue = q.issue(mechanism=q.mechanism)
    eight_d.open_eight_d(issue=issue, by=q.quentin)
    row = issue.disciplines.order_by("pk")[0]
    Discipline.objects.filter(pk=row.pk).update(state="submitted")
    row.refresh_from_db()
    with monkeypatch.context() as patch:
        patch.setattr("django.db.models.query.QuerySet.update", lambda *args, **values: 0)
        refused("Somebody else", eight_d._reject, row, q.chen, "证据不足")
    refused("Somebody else", proving.reopen_issue, issue=issue, by=q.quentin, reason="x", expected_version=99)
    problems.ask_lines(
        issue=issue, by=q.quentin, lines=list(q.cast.lines.values()), owner=q.paul,
        due_at=timezone.now() + timedelta(days=9),
    )  # fmt: skip
    notice = publishing.Publication.objects.get()
    refused("Nobody objects", publishing.object_to, publication=notice, by=q.paul, reason="x")
    Issue.objects.filter(pk=issue.pk).update(state="cancelled")
    issue.refresh_from_db()
    refused("present state", evidence.add_evidence, issue=issue, by=q.quentin, files=[])

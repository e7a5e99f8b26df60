"""What no row of the quality loop can say, whoever writes it: the database refuses it."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F
from django.utils import timezone

from bihuan.quality.cost.models import CostLine, Item, Posting
from bihuan.quality.cost.services import drafting
from bihuan.quality.cost.services.drafting import Bearer, Row
from bihuan.quality.issues.models import Evaluation, Objection, Supervision, SystemReview
from bihuan.quality.issues.services import eight_d, planning, publishing, registration
from bihuan.quality.monitor.models import Counter, Exposed, Exposure, Finding, Held
from bihuan.quality.nonconformity.models import SheetObjection
from bihuan.quality.problems import services as problems
from bihuan.quality.recall.models import Affected
from bihuan.quality.returned import services as returned
from tests.quality import goods, money
from tests.quality import recall_story as recalls
from tests.quality.story import Quality, coded, confirmed, graded

pytestmark = pytest.mark.django_db
Bad = tuple[str, models.Model, dict[str, Any], bool]
NOW, DAY = timezone.now(), timedelta(days=1)


def again(name: str, row: models.Model, **changes: Any) -> Bad:
    """A second row like this one."""
    return name, row, changes, True


def turned(name: str, row: models.Model, **changes: Any) -> Bad:
    """This row with other values."""
    return name, row, changes, False


def of_monitor(q: Quality) -> Iterator[Bad]:
    alarm = q.alarm()
    counter = Counter.objects.create(cell=alarm.cell, kind="shipped", period=date(2026, 1, 1), count=1)
    yield again("monitor_counter_once", counter)
    month = date(2026, 1, 1)
    seen = Exposed.objects.create(
        source="shipment", subject_id=1, line_id=1, model_id=1, start_on=month, made_month=month, quantity=1
    )
    yield again("monitor_exposed_once", seen)
    exposure = Exposure.objects.create(source="shipment", scope="x", kind="start", period=month, quantity=1)
    yield again("monitor_exposure_once", exposure)
    yield again("monitor_one_live_alarm", alarm)
    finding = Finding.objects.create(
        cell=alarm.cell, first_month=month, last_month=month, place=1, observed=3, expected=1.0, q_value=0.1, excess=1.0
    )
    yield again("monitor_one_current_finding", finding)
    yield turned("monitor_held_one_row", Held.objects.create(until=month), id=2)


def of_issues(q: Quality) -> Iterator[Bad]:
    audit = SystemReview.objects.create(kind="audit", scope="全厂", leader=q.quentin, planned_on=NOW.date())
    yield turned("system_review_has_result", audit, held_on=NOW.date())
    issue = graded(q, q.issue(cell="model:1|m:1"))
    yield again("issue_one_open_per_cell", issue, number="Q-2", client_key=None)
    registration.join_issue(issue=issue, by=q.quentin, cases=[coded(q)])
    yield again("issue_case_once", issue.links.get())
    leader = issue.team.get(is_leader=True)
    yield again("issue_team_once", leader, is_leader=False)
    yield again("issue_one_leader", leader, user_id=q.chen.pk)
    yield turned("issue_cause_not_its_own_why", confirmed(q, issue), parent=F("id"))
    note = Supervision.objects.create(
        issue=issue, kind="finding", department=q.paul.department, text="x", due_at=NOW, noted_by=q.olga, noted_at=NOW
    )
    yield turned("issue_finding_has_limit", note, due_at=None)
    yield turned("issue_note_amount", note, amount=Decimal(-1))
    stock = planning.contain(issue=issue, by=q.quentin, location="own_stock", found=3, sorted_out=2, bad=1)
    yield again("issue_containment_once", stock)
    yield turned("issue_sorted_of_found", stock, found=1)
    yield turned("issue_bad_of_sorted", stock, bad=3)
    due = NOW + 9 * DAY
    measure = planning.set_measure(
        issue=issue, by=q.quentin, kind="interim", text="x", goal="y", owner=q.paul, due_at=due
    )
    yield turned("issue_progress_to_100", measure, progress=101)
    yield again("issue_discipline_once", eight_d.open_eight_d(issue=issue, by=q.quentin)[0])
    heard = Evaluation.objects.create(
        issue=issue, cycle=1, method="audit", asked=2, bad=1, text="x", is_good=True, by=q.quentin, at=NOW
    )
    yield turned("issue_bad_of_asked", heard, bad=3)
    notice = publishing.publish(issue=issue)
    yield again("issue_publication_once", notice)
    yield again("issue_receipt_once", notice.receipts.first())
    objection = Objection.objects.create(
        publication=notice, round=1, department=q.paul.department, by=q.paul, reason="x"
    )
    yield turned("issue_ruling_on_second", objection, ruling="upheld", ruled_at=NOW)


def of_goods(q: Quality) -> Iterator[Bad]:
    sheet = goods.ready(q, ("rework", 12))
    yield turned("nonconformity_something_found", sheet, quantity=0)
    yield turned("nonconformity_within_lot", sheet, lot_size=5)
    row = sheet.dispositions.get()
    yield turned("disposition_of_something", row, quantity=0)
    yield turned("disposition_check_adds_up", row, done_at=NOW, verified_at=NOW, passed=1, failed=1)
    yield turned("disposition_done_before_check", row, verified_at=NOW, passed=12, failed=0)
    objection = SheetObjection.objects.create(
        sheet=sheet, round=1, department=q.paul.department, by=q.paul, reason="x", at=NOW
    )
    yield again("sheet_objection_once", objection)
    yield turned("sheet_ruling_on_second", objection, ruling="upheld", ruled_at=NOW)
    issue = q.issue(mechanism=q.mechanism)
    lines = list(q.cast.lines.values())
    asked = problems.ask_lines(issue=issue, by=q.quentin, lines=lines, owner=q.paul, due_at=NOW + 9 * DAY)[0]
    yield again("read_across_once", asked)
    yield turned("read_across_answer_has_finding", asked, state="absent")
    back = returned.hand_over(by=q.cast.bob, model=q.cast.model, quantity=2, problem="异响", degree="simple")
    yield turned("returned_some", back, quantity=0)
    yield turned("returned_end_says_what", back, state="finished")


def of_recalls(q: Quality) -> Iterator[Bad]:
    recall = recalls.published(q, recalls.decided(q))
    yield again("recall_one_open_per_issue", recall, number="R-2")
    yield turned("recall_not_its_own_follower", recall, follows=F("id"))
    scope = recall.scopes.first()
    yield turned("recall_scope_serials", scope, serial_from="B", serial_to="A")
    yield turned("recall_scope_made", scope, made_from=date(2026, 2, 1), made_to=date(2026, 1, 1))
    yield turned("recall_scope_shipped", scope, shipped_from=date(2026, 2, 1), shipped_to=date(2026, 1, 1))
    yield again("recall_step_once", recall.steps.first())
    yield again("recall_report_once", recall.reports.first())
    yield again("recall_notice_once", recall.notices.get(), token="other")
    row = Affected.objects.exclude(serial="").first()
    yield again("affected_serial_once", row)
    yield turned("affected_some", Affected.objects.filter(serial="").first(), quantity=0)
    yield turned("affected_serial_is_one", row, quantity=2)
    yield turned("affected_measure_when_done", row, state="done", measure="")


def of_money(q: Quality) -> Iterator[Bad]:
    voucher = money.transfer(q, money.lossy(q))
    yield turned("voucher_of_something", voucher, total=0)
    yield turned("voucher_about_one", voucher, case_id=q.cast.case().pk)
    yield turned("voucher_posted_by_somebody", voucher, state="posted", posted_at=None)
    line = CostLine.objects.filter(voucher=voucher).first()
    yield turned("cost_of_something", line, amount=0)
    yield turned("cost_about_one", line, issue=None)
    yield turned("cost_void_or_taken", line, voided_at=NOW)
    share = voucher.shares.get()
    yield turned("share_not_negative", share, amount=Decimal(-1))
    yield turned("share_of_one_bearer", share, supplier_name="永固")
    debtor = Bearer(department=q.paul.department)
    drafting.draft_deduction(by=q.olga, debtor=debtor, rows=[Row("x", Decimal(1))], reason="x", clause="1")
    yield turned("item_not_negative", Item.objects.get(), amount=Decimal(-1))
    yield turned("posting_of_something", Posting.objects.first(), amount=0)


def write(row: models.Model, changes: dict[str, Any], second: bool) -> None:
    manager = type(row)._base_manager
    if not second:
        manager.filter(pk=row.pk).update(**changes)
        return
    copy = manager.get(pk=row.pk)
    copy.pk, copy._state.adding = None, True
    for name, value in changes.items():
        setattr(copy, name, value)
    copy.save(force_insert=True)


def test_the_database_refuses_every_row_that_cannot_be(q: Quality) -> None:
    """CST-01, CAP-08, NCR-06, NCR-18, QIS-12, TRI-12: each constraint of the loop by its name, and none forgotten."""
    tried = set()
    for rows in (of_monitor, of_issues, of_goods, of_recalls, of_money):
        for name, row, changes, second in rows(q):
            tried.add(name)
            with pytest.raises(IntegrityError) as error, transaction.atomic():
                write(row, changes, second)
            if not second or connection.vendor == "postgresql":
                assert name in str(error.value), name
    known = {
        rule.name
        for model in apps.get_models()
        if model.__module__.startswith("bihuan.quality")
        for rule in model._meta.constraints
    }
    assert tried == known

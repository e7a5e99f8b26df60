"""Walking a recall through its stations, through the services."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from bihuan.core.activity.services import record
from bihuan.core.approvals.models import Approval
from bihuan.core.approvals.seats import may_vote
from bihuan.core.approvals.services import vote
from bihuan.core.jobs.relay import run_due
from bihuan.quality.issues.models import Issue
from bihuan.quality.recall.models import Recall
from bihuan.quality.recall.services import judging, owners, steps
from bihuan.registry.products.models import Batch, Shipment, Unit
from bihuan.registry.products.services import create_unit
from tests.quality.story import Quality

SHIPPED = date(2026, 2, 1)


def judgement(**changes: Any) -> dict[str, Any]:
    """What engineering writes."""
    values: dict[str, Any] = {
        "proposal": "recall", "hazard": "电源端子压接不足，接触电阻升高", "consequence": "端子过热，可能起火烫伤",
        "analysis": "30 件复测 8 件压接力低于下限，温升试验 3 件超过 95 K", "tests": "市场反馈 2 起烧机，无人受伤",
        "likelihood": "medium", "severity": 3, "reason": "危险不能由使用者避免", "remedy": "repair",
        "remedy_text": "上门免费更换电源端子组件", "emergency": "停止使用并拔下电源插头",
        "planned_until": timezone.localdate() + timedelta(days=180),
    }  # fmt: skip
    return {**values, **changes}


def ship(q: Quality, quantity: int, *, number: str = "FH-1", batch: Batch | None = None, **more: Any) -> Shipment:
    """A delivery note of the batch, journalled as every entry is."""
    row = Shipment.objects.create(
        **{"number": number, "model": q.cast.model, "batch": batch or q.batch, "shipped_on": SHIPPED,
           "quantity": quantity, **more}
    )  # fmt: skip
    record(subject=row, verb="shipment.created", by=None)
    return row


def unit(q: Quality, serial: str, **more: Any) -> Unit:
    """A unit of the batch that went to the customer."""
    fields = {"batch": q.batch, "shipped_on": SHIPPED, "customer": q.cast.customer, **more}
    return create_unit(serial=serial, model=q.cast.model, by=None, **fields)


def dangerous(q: Quality, **changes: Any) -> Issue:
    """An issue about the batch that is dangerous."""
    return q.issue(batch=q.batch, is_safety=True, mechanism=q.mechanism, **changes)


def opened(q: Quality, issue: Issue | None = None) -> Recall:
    """The question is asked."""
    return judging.open_recall(issue=issue or dangerous(q), by=q.quentin)


def submitted(q: Quality, recall: Recall, **changes: Any) -> Recall:
    """Erik has judged it and asks for the decision."""
    judging.judge(recall=recall, by=q.cast.erik, values=judgement(**changes))
    return judging.submit(recall=recall, by=q.cast.erik)


def approved(q: Quality, recall: Recall) -> Recall:
    """Every step of the chain says yes."""
    approval = Approval.objects.get(subject_type="recall.recall", subject_id=recall.pk, state="open")
    while approval.state == "open":
        voter = next(u for u in (q.quentin, q.cast.bob, q.chen, q.cast.grace) if may_vote(approval, u))
        vote(approval=approval, by=voter, approved=True)
        approval.refresh_from_db()
    recall.refresh_from_db()
    return recall


def decided(q: Quality, **changes: Any) -> Recall:
    """A decided recall of 20 units, three of them known by their serials."""
    ship(q, 20)
    for index in range(3):
        unit(q, f"RC{index:03d}")
    return approved(q, submitted(q, opened(q), **changes))


def published(q: Quality, recall: Recall) -> Recall:
    """Stopped, planned, published, the owners told."""
    for kind in ("stop_sale", "tell_authority", "file_plan", "publish"):
        steps.take_step(recall=recall, by=q.quentin, kind=kind, reference=f"REF-{kind}")
        recall.refresh_from_db()
    owners.begin_telling(recall=recall, by=q.quentin)
    run_due()
    recall.refresh_from_db()
    return recall


def ended(q: Quality, recall: Recall) -> Recall:
    """Every unit repaired, the measures completed."""
    for row in recall.affected.exclude(state__in=["done", "unreachable", "refused"]):
        owners.record_measure(row=row, by=q.cast.alice, measure="repair")
    return steps.complete(recall=recall, by=q.quentin)

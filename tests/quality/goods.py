"""Nonconforming goods for tests, walked through their stations."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from bihuan.core.approvals.models import Approval
from bihuan.core.approvals.seats import may_vote
from bihuan.core.approvals.services import vote
from bihuan.quality.nonconformity.models import Nonconformity, Origin
from bihuan.quality.nonconformity.services import disposing, reviewing
from bihuan.quality.nonconformity.services.reporting import Find, report_nonconformity
from bihuan.registry.people.models import User
from bihuan.registry.people.services import create_user
from tests.cast import PASSWORD
from tests.quality.story import Quality


def other_head(q: Quality) -> User:
    """Another head of production, for what Paul may not decide himself."""
    known = User.objects.filter(username="duan").first()
    return known or create_user(
        username="duan", name="段厂长", password=PASSWORD, roles=["production_manager"], department=q.paul.department
    )


def found(q: Quality, **changes: Any) -> Nonconformity:
    """Paul has found twelve bearings with scratches."""
    fields: dict[str, Any] = {
        "origin": Origin.PROCESS, "description": "轴承外圈有划痕。\n抽查 20 件，12 件超出样板。", "quantity": 12, "lot_size": 200,
        "place": "二号线", "part_name": "轴承", "model": q.cast.model,
    }  # fmt: skip
    return report_nonconformity(find=Find(**{**fields, **changes}), by=q.paul)


def taken(q: Quality, sheet: Nonconformity, defect_class: int = 1) -> Nonconformity:
    """Quentin handles it; the goods stand apart."""
    reviewing.take_sheet(sheet=sheet, by=q.quentin, defect_class=defect_class)
    return reviewing.isolate(sheet=sheet, by=q.quentin, place="不合格品区 3 排", label_no="R-0312")


def reviewed(q: Quality, sheet: Nonconformity) -> Nonconformity:
    """Cause, responsible, measures."""
    values = {
        "cause": "周转筐未垫隔板", "corrective": "全部周转筐加隔板", "preventive": "列入工装点检表", "responsible": q.paul,
        "department": q.paul.department, "due_at": timezone.now() + timedelta(days=5),
    }  # fmt: skip
    return reviewing.review(sheet=sheet, by=q.quentin, values=values)


def disposed(q: Quality, sheet: Nonconformity, *parts: tuple[str, int]) -> Nonconformity:
    """Each kind with its quantity."""
    for kind, quantity in parts or (("rework", 9), ("scrap", 3)):
        permit = "客户 王工 0312 号" if kind == "concession" else ""
        disposing.dispose(sheet=sheet, by=q.quentin, kind=kind, quantity=quantity, owner=q.paul, permit=permit)
    return sheet


def approved(q: Quality, sheet: Nonconformity) -> Nonconformity:
    """Submitted, and every step of the chain says yes."""
    duan = other_head(q)
    if sheet.state == "reviewing":
        reviewing.submit_sheet(sheet=sheet, by=q.quentin)
    approval = Approval.objects.get(subject_type="nonconformity.nonconformity", subject_id=sheet.pk, state="open")
    while approval.state == "open":
        voters = (q.cast.erik, duan, q.chen)
        vote(approval=approval, by=next(user for user in voters if may_vote(approval, user)), approved=True)
        approval.refresh_from_db()
    sheet.refresh_from_db()
    return sheet


def ready(q: Quality, *parts: tuple[str, int], defect_class: int = 1, **changes: Any) -> Nonconformity:
    """Approved: the goods may be touched."""
    return approved(q, disposed(q, reviewed(q, taken(q, found(q, **changes), defect_class)), *parts))


def finished(q: Quality, sheet: Nonconformity, failed: int = 0) -> Nonconformity:
    """Every open disposition is carried out and, where it has to be, verified again."""
    for row in sheet.dispositions.filter(done_at=None).select_related("sheet"):
        disposing.finish_disposition(disposition=row, by=q.paul, result="已处置")
        if row.needs_check:
            row.refresh_from_db()
            disposing.verify_disposition(disposition=row, by=q.quentin, failed=failed)
    return sheet


def waited(sheet: Nonconformity) -> Nonconformity:
    """The time for objections is over."""
    Nonconformity.objects.filter(pk=sheet.pk).update(objection_until=timezone.now())
    sheet.refresh_from_db()
    return sheet


def closed(q: Quality, sheet: Nonconformity) -> Nonconformity:
    """The measures are done, their effect is judged."""
    finished(q, sheet)
    disposing.report_measures(sheet=sheet, by=q.paul, result="隔板已加")
    waited(sheet)
    return disposing.close_sheet(sheet=sheet, by=q.quentin, verification="两周内未再发现划痕")

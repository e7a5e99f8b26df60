"""Costs and vouchers for tests."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from bihuan.quality.cost import ledger
from bihuan.quality.cost.models import CostLine, Voucher, VoucherState
from bihuan.quality.cost.services import drafting, settling
from bihuan.quality.cost.services.drafting import Bearer, Row
from bihuan.quality.cost.services.lines import enter_line, open_lines
from bihuan.quality.issues.models import Issue
from bihuan.quality.issues.services import judging
from bihuan.registry.people.models import Department, User
from bihuan.registry.people.services import create_user
from tests.cast import PASSWORD
from tests.quality.story import Quality, graded


def unit(code: str) -> Department:
    """A department."""
    return Department.objects.get(code=code)


def cost(q: Quality, subject: Any, amount: str = "1000.00", kind: str = "material") -> CostLine:
    """A cost of today."""
    today = timezone.localdate()
    return enter_line(subject=subject, by=q.quentin, kind=kind, amount=Decimal(amount), occurred_on=today)


def lossy(q: Quality, *amounts: str) -> Issue:
    """An issue whose responsibility is decided, with costs."""
    issue = graded(q, q.issue())
    values = {"department": q.paul.department, "responsible": q.paul, "cause_category": q.cast.cause}
    judging.attribute(issue=issue, by=q.quentin, values=values)
    judging.decide_responsibility(issue=issue, by=q.olga, responsibility="internal", reason="装配")
    for amount in amounts or ("1000.00", "0.01"):
        cost(q, issue, amount)
    return issue


def transfer(q: Quality, subject: Any, *weights: tuple[str, str]) -> Voucher:
    """A draft of all open costs."""
    bearers = [Bearer(Decimal(weight), unit(code)) for code, weight in weights or (("production", "100"),)]
    return drafting.draft_transfer(
        subject=subject, by=q.quentin, lines=open_lines(subject), bearers=bearers, description="端子烧蚀批量返工"
    )


def sent(q: Quality, issue: Issue) -> Voucher:
    """Sent to production."""
    return settling.send_voucher(voucher=transfer(q, issue), by=q.quentin)


def objected(q: Quality, issue: Issue) -> Voucher:
    """Production does not agree."""
    cost(q, issue)
    voucher = sent(q, issue)
    share = voucher.shares.select_related("voucher", "department").get()
    return settling.object_to_share(share=share, by=q.paul, reason="图纸错误")


def finance(q: Quality) -> User:
    known = User.objects.filter(username="fang").first()
    return known or create_user(username="fang", name="方会计", password=PASSWORD, roles=["finance"],
                                department=unit("finance"))  # fmt: skip


def answered(q: Quality, voucher: Voucher) -> Voucher:
    """Everybody accepts."""
    for share in voucher.shares.select_related("voucher", "department"):
        who = create_user(
            username=f"u{share.pk}", name="部门负责人", password=PASSWORD, roles=[], department=share.department
        )
        settling.accept_share(share=share, by=who)
    voucher.refresh_from_db()
    return voucher


def posted(q: Quality, voucher: Voucher) -> Voucher:
    if voucher.state == VoucherState.DRAFT:
        settling.send_voucher(voucher=voucher, by=q.quentin)
    if voucher.state == VoucherState.SENT:
        answered(q, voucher)
    return settling.post_voucher(voucher=voucher, by=finance(q), reference="记-0312")


def reconciled() -> dict[str, Decimal]:
    """The ledger agrees with every paper; what stands on each account."""
    assert list(ledger.differences()) == []
    return ledger.balances()


def deduction(q: Quality, **changes: Any) -> Voucher:
    fields: dict[str, Any] = {
        "debtor": Bearer(department=unit("production")), "rows": [Row("返工损失", Decimal("33.33"), Decimal(3), Decimal("50"))],
        "reason": "与生产部协调一致", "clause": "质量奖惩制度 4.4",
    }  # fmt: skip
    return drafting.draft_deduction(by=q.olga, **{**fields, **changes})

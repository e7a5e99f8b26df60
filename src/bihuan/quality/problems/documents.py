"""F32: the record of a problem in the quality problem database, to be filed or handed out (CAP-12)."""

from django.utils import timezone

from bihuan.core.documents.paper import AnySection, Signature, Signatures, Table, Text
from bihuan.core.documents.registry import form
from bihuan.quality.issues.documents import causes, day, head, measures, symptom
from bihuan.quality.issues.models import ActionKind, Issue
from bihuan.quality.problems.models import ReadAcross


@form("F32", "issues.issue")
def record_card(issue: Issue) -> list[AnySection]:
    """What it was, why, what was done, whether it helped, and where else it was looked for."""
    checks = tuple(
        (str(row.get_verdict_display()), row.breakpoint, f"{row.count}/{row.exposure}", day(row.at))
        for row in issue.checks.all()
    )
    asked = tuple(
        (str(row.line), str(row.get_state_display()), row.finding, str(row.answered_by or row.owner),
         day(row.answered_at))
        for row in ReadAcross.objects.filter(issue=issue).select_related("line", "owner", "answered_by")
    )  # fmt: skip
    kinds = (ActionKind.INTERIM, ActionKind.CORRECTIVE, ActionKind.PREVENTIVE)
    state = f"{issue.get_state_display()}（{issue.get_result_display()}）　截至 {timezone.localdate():%Y-%m-%d}"
    return [
        head(issue), *symptom(issue), *causes(issue), measures(issue, *kinds, title="措施"),
        Table(title="效果验证", columns=("结论", "断点", "不良数/基数", "日期"), rows=checks),
        Table(title="横向展开", columns=("产品线", "结论", "核查情况", "答复人", "日期"), rows=asked),
        Text(title="当前状态", body=state),
        Signatures(items=(Signature(label="登记"), Signature(label="审核"))),
    ]  # fmt: skip

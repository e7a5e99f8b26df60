"""A question to other product lines on the notice board, so that whoever knows more can say so (CAP-19, NCR-05)."""

from collections.abc import Sequence

from django.utils import timezone, translation

from bihuan.core.documents.paper import Facts, Paper, Table
from bihuan.quality.issues.board import Board, hang, register
from bihuan.quality.issues.models import Issue
from bihuan.quality.issues.notice import customer_words, scrub
from bihuan.quality.problems.models import ReadAcross

KIND = "read_across"
TITLE = "质量问题横向展开"


def hang_question(*, issue: Issue, rows: Sequence[ReadAcross]) -> None:
    """Hang what was asked, for as long as results of the issue would hang; nobody objects to a question."""
    publicity = issue.policy.issues.publicity
    if publicity.enabled:
        hang(kind=KIND, subject=issue, paper=_paper(issue, rows), days=publicity.days)


def _paper(issue: Issue, rows: Sequence[ReadAcross]) -> Paper:
    """The problem by product and mechanism, and who is asked until when; no customer's word (NCR-05)."""
    words = customer_words(issue)
    about = " ".join(str(part) for part in (issue.model or issue.line, issue.mechanism) if part)
    with translation.override("zh-hans"):
        problem = Facts(
            title="问题",
            rows=(
                ("问题编号", issue.number), ("产品型号", str(issue.model or "")),
                ("失效机理", str(issue.mechanism or "")),
                ("问题描述", scrub(issue.description or issue.title, words)),
            ),
        )  # fmt: skip
    asked = tuple(
        (str(row.line), scrub(row.question, words), f"{timezone.localtime(row.due_at):%Y-%m-%d}") for row in rows
    )
    return Paper(
        form_code="", title=f"{TITLE}：{about or issue.number}"[:120], company=issue.policy.company,
        number=issue.number, issued_on=f"{timezone.localtime():%Y-%m-%d}",
        sections=(problem, Table(title="核查要求", columns=("产品线", "核查内容", "答复期限"), rows=asked)),
    )  # fmt: skip


register(KIND, Board("issue.read_across_published", "issue.notice_read"))

"""What hangs on the notice board: the issue as a paper without any customer's data (NCR-04, NCR-05)."""

import re
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone, translation

from bihuan.core.documents.paper import AnySection, Facts, Paper, Table
from bihuan.quality.issues.labels import level_name
from bihuan.quality.issues.models import ActionState, CauseState, Issue
from bihuan.service.desk.models import Case

PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)|(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)")
MAIL = re.compile(r"[\w.+-]+@[\w.-]*", re.ASCII)
SHORTEST_NAME = 2
TITLE = "质量问题处理结果公示"


def customer_words(issue: Issue) -> set[str]:
    """Every word by which a customer of the linked cases could be known."""
    return words_of_cases(Case.objects.filter(issue_links__issue=issue))


def words_of_cases(cases: QuerySet[Case]) -> set[str]:
    """Every word by which a customer of these cases could be known: names, telephones, addresses, serials."""
    words: set[str] = set()
    for case in cases.select_related("customer").prefetch_related("customer__contacts"):
        customer = case.customer
        words |= {case.contact_name, case.contact_phone, case.contact_email, case.reporter_name, case.serial_text}
        if customer is not None:
            words |= {customer.name, customer.phone, customer.email, customer.address}
            words |= {item for contact in customer.contacts.all() for item in (contact.name, contact.phone)}
    return {word for word in words if len(word.strip()) >= SHORTEST_NAME}


def scrub(text: str, words: Iterable[str]) -> str:
    """Put a mark where a customer's data stood; telephones and mail addresses go whoever's they are."""
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "＊＊＊")
    return MAIL.sub("＊＊＊", PHONE.sub("＊＊＊", text))


def subject_of(issue: Issue) -> str:
    """The title by product and mechanism: a shortened sentence could end in half a name that nobody would find."""
    about = " ".join(str(part) for part in (issue.model or issue.line, issue.mechanism) if part)
    return f"{TITLE}：{about or issue.number}"[:120]


def public_sections(issue: Issue) -> Paper:
    """The notice: problem, confirmed causes, responsible unit, measures; no customer, no person's penalty."""
    words = customer_words(issue)
    with translation.override("zh-hans"):
        sections = _sections(issue, words)
    return Paper(
        form_code="", title=subject_of(issue), company=issue.policy.company,
        number=issue.number, issued_on=f"{timezone.localtime():%Y-%m-%d}", sections=tuple(sections),
    )  # fmt: skip


def _sections(issue: Issue, words: set[str]) -> list[AnySection]:
    causes = issue.causes.filter(cycle=issue.cycle, state=CauseState.CONFIRMED)
    measures = (
        issue.measures.filter(issue_cycle=issue.cycle)
        .exclude(state=ActionState.DROPPED)
        .select_related("owner__department")
    )
    return [
        Facts(
            title="问题",
            rows=(
                ("问题编号", issue.number),
                ("产品型号", str(issue.model or "")),
                ("等级", level_name(issue, "severity", issue.grade)),
                ("离散程度", level_name(issue, "dispersion", issue.dispersion)),
                ("责任单位", str(issue.department or "")),
                ("责任界定", str(issue.get_responsibility_display())),
                ("原因类别", str(issue.cause_category or "")),
                ("问题描述", scrub(issue.description or issue.title, words)),
            ),
        ),
        Table(
            title="已确认的原因",
            columns=("类别", "性质", "原因"),
            rows=tuple(
                (str(row.get_bone_display()), str(row.get_kind_display()), scrub(row.text, words)) for row in causes
            ),
        ),
        Table(
            title="措施",
            columns=("类别", "措施", "目标", "责任部门", "要求完成日期"),
            rows=tuple(
                (
                    str(row.get_kind_display()),
                    scrub(row.text, words),
                    scrub(row.goal, words),
                    str(row.owner.department or ""),
                    f"{timezone.localtime(row.due_at):%Y-%m-%d}",
                )
                for row in measures
            ),
        ),
    ]

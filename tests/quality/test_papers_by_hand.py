"""Papers that people fill in by hand, and what a signed paper may claim."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from bihuan.core.documents.models import Document
from bihuan.core.documents.paper import BLANK, Facts, Paper, Text
from bihuan.core.documents.rendering import to_html
from bihuan.core.policy.services import read_file, save_version
from bihuan.quality.cost.papers import issue_paper as voucher_paper
from bihuan.quality.cost.services import settling
from bihuan.quality.issues.papers import issue_paper
from bihuan.quality.issues.services import planning
from bihuan.quality.nonconformity.papers import issue_paper as sheet_paper
from tests.quality.goods import found, reviewed, taken
from tests.quality.money import deduction, lossy, transfer
from tests.quality.story import Quality, graded

pytestmark = pytest.mark.django_db


def facts_of(document: Document) -> dict[str, str]:
    """Every label of the paper with its value."""
    paper = Paper.model_validate(document.data)
    return {label: value for part in paper.sections if isinstance(part, Facts) for label, value in part.rows}


def titles(document: Document) -> list[str]:
    return [part.title for part in Paper.model_validate(document.data).sections]


def rules(part: str, **changes: Any) -> None:
    data = read_file("general")
    data[part] = {**data[part], **changes}
    save_version(data=data, by=None)


def test_the_reply_block_has_room_to_write_until_the_department_has_answered(q: Quality) -> None:
    """NCR-10, F08: printed before the answer it is filled in by hand; nothing of it is struck out."""
    issue = graded(q, q.issue())
    blank = issue_paper(subject=issue, code="F08", by=q.quentin)
    assert facts_of(blank)["原因分析"].split("\n") == [BLANK] * 3
    assert "请受理部门就以下事项作出答复，于 　　年　　月　　日前填妥本单交质量部门" in titles(blank)
    assert (facts_of(blank)["受理部门"], facts_of(blank)["受理人"]) == (str(q.quentin.department), str(q.quentin))
    due = timezone.now() + timedelta(days=3)
    reply = planning.ask_reply(
        issue=issue, by=q.quentin, department=q.paul.department, due_at=due, question="何以漏检？"
    )
    asked = issue_paper(subject=issue, code="F08", by=q.quentin)
    assert f"{timezone.localtime(due):%Y 年 %m 月 %d 日}" in str(titles(asked))
    assert (facts_of(asked)["答复事项"], facts_of(asked)["预防措施"].strip(f"{BLANK}\n")) == ("何以漏检？", "")
    planning.give_reply(reply=reply, by=q.paul, values={"cause": "工装松动", "corrective": "更换工装"})
    planning.confirm_reply(reply=reply, by=q.quentin)
    told = facts_of(issue_paper(subject=issue, code="F08", by=q.quentin))
    assert (told["原因分析"], told["纠正措施"], told["答复人"]) == ("工装松动", "更换工装", str(q.paul))
    assert told["质量部门确认"] == str(q.quentin)


def test_the_report_of_goods_has_room_to_write_too(q: Quality) -> None:
    """NCR-10, F08: of a sheet, before and after its review."""
    sheet = taken(q, found(q))
    assert facts_of(sheet_paper(sheet=sheet, code="F08", by=q.quentin))["原因分析"].strip(f"{BLANK}\n") == ""
    told = facts_of(sheet_paper(sheet=reviewed(q, sheet), code="F08", by=q.quentin))
    assert (told["原因分析"], told["完成日期"]) == ("周转筐未垫隔板", BLANK)


def test_room_to_write_is_printed_empty(q: Quality) -> None:
    """NCR-10, F08: what has no value is struck out with a dash, what is to be written is not."""
    paper = Paper(form_code="F08", title="x", company="y", number="1", issued_on="2026-01-01",
                  sections=(Facts(rows=(("空", ""), ("写", BLANK))), Text(body=BLANK)))  # fmt: skip
    page = to_html([paper])
    assert page.count("<td>—</td>") == 1
    assert f"<td>{BLANK}</td>" in page
    assert f'<div class="text">{BLANK}</div>' in page


@pytest.mark.parametrize("accepts", [True, False])
def test_a_paper_says_that_silence_accepts_only_where_it_does(q: Quality, *, accepts: bool) -> None:
    """CST-01, CST-02, F02, F04: what is signed is what the rules do with silence."""
    rules("cost", silence_accepts=accepts)
    for code, voucher, by in (("F02", transfer(q, lossy(q)), q.quentin), ("F04", deduction(q), q.olga)):
        settling.send_voucher(voucher=voucher, by=by)
        text = str(voucher_paper(voucher=voucher, code=code, by=by).data)
        assert "书面提出" in text
        assert ("视为认可" in text) is accepts


def test_the_paper_names_the_confidence_of_the_company(q: Quality) -> None:
    """QIS-02, F01: the interval is printed with the confidence that it was worked out with."""
    rules("monitor", confidence=0.9)
    q.alarm()
    from bihuan.quality.issues.models import Issue

    paper = issue_paper(subject=Issue.objects.get(), code="F01", by=q.quentin)
    assert "90% 置信区间" in str(paper.data)


def test_no_paper_says_that_nobody_is_in_danger_unless_people_judged_so(q: Quality) -> None:
    """QIS-05, F05: the report says what the grading found, no more."""
    text = str(issue_paper(subject=graded(q, q.issue()), code="F05", by=q.quentin).data)
    assert "定级时未认定存在危害人身安全的风险" in text

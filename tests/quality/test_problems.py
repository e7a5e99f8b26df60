"""The quality problem database: search, similar problems, Pareto, trend, read-across."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.core.activity.queries import tampered
from bihuan.core.deadlines.models import Deadline
from bihuan.core.documents.services import draft
from bihuan.core.permissions.services import Refused
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues.models import Issue
from bihuan.quality.problems import similar
from bihuan.quality.problems.analysis import Share, pareto, trend
from bihuan.quality.problems.models import ReadAcross
from bihuan.quality.problems.services import answer, ask_again, ask_lines
from bihuan.registry.faults.models import FailureMechanism
from bihuan.registry.products.models import ProductModel
from tests.quality import shop
from tests.quality.story import Quality, whole
from tests.service.story import picture

pytestmark = pytest.mark.django_db


def browser(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def soon() -> Any:
    return timezone.now() + timedelta(days=5)


def asked(q: Quality, issue: Issue, *codes: str) -> list[ReadAcross]:
    lines = [q.cast.lines[code] for code in codes or ("mould",)]
    return ask_lines(issue=issue, by=q.quentin, lines=lines, owner=q.paul, due_at=soon())


def test_the_database_finds_by_mechanism_supplier_batch_and_words(q: Quality) -> None:
    """CAP-12: each filter alone finds the problem, a wrong one finds nothing; causes and measures stand in the row."""
    issue = whole(q, q.issue(mechanism=q.mechanism, batch=q.batch, supplier_name="甬江轴承厂"))
    page = browser(q.quentin)
    for query in (
        f"mechanism={q.mechanism.pk}",
        "supplier=甬江",
        "batch=b26",
        "words=异响",
        f"model={q.cast.model.pk}",
    ):
        text = page.get(reverse("problems:list") + f"?{query}").content.decode()
        assert issue.number in text, query
    assert "拧紧工具未校准" in text
    assert "拧紧枪每班校准" in text
    assert issue.number not in page.get(reverse("problems:list") + "?supplier=别家").content.decode()


def test_similar_problems_name_their_reasons_the_strongest_first(q: Quality) -> None:
    """CAP-12, CAP-19: mechanism before product before words; the problem itself and strangers stay out."""
    other = ProductModel.objects.create(line=q.cast.model.line, code="SC-9", name="另一型号")
    first = q.issue(mechanism=q.mechanism, batch=q.batch)
    twin = q.issue(model=other, mechanism=q.mechanism, description="包装箱受潮发霉")
    words = q.issue(model=other, mechanism=None, description="第三条线主轴装配后有异响，已发现两台。", place="x")
    stranger = q.issue(
        model=other, mechanism=FailureMechanism.objects.create(code="x", name="漏油"), description="油封渗漏"
    )
    found = similar.find(similar.of_issue(first), q.quentin)
    assert [match.issue.pk for match in found] == [twin.pk, words.pk]
    with translation.override("zh-hans"):
        assert similar.find(similar.of_issue(first), q.quentin)[0].reasons == ["同种机理"]
    assert found[1].words > 50
    assert stranger.pk not in {match.issue.pk for match in found}
    assert similar.find(similar.Asked("主轴异响"), q.quentin)
    assert similar.find(similar.Asked("？！"), q.quentin) == []
    assert similar.find(similar.of_issue(first), q.cast.charlie) == []


def test_the_panels_show_similar_problems_to_those_who_work_with_the_database(q: Quality) -> None:
    """CAP-12: on the issue and on the case; who has not the right sees nothing of it."""
    issue = q.issue(mechanism=q.mechanism)
    other = ProductModel.objects.create(line=q.cast.model.line, code="SC-9", name="另一型号")
    twin = q.issue(model=other, mechanism=q.mechanism)
    page = browser(q.quentin).get(reverse("issues:issue", args=[issue.number])).content.decode()
    assert "相似问题" in page
    assert twin.number in page
    case = q.cast.case()
    address = reverse("desk:case", args=[case.number])
    assert issue.number in browser(q.quentin).get(address).content.decode()
    assert issue.number not in browser(q.cast.alice).get(address).content.decode()


def test_read_across_is_asked_answered_and_kept(q: Quality) -> None:
    """CAP-19: each line once, with a limit; the answer needs a finding, evidence stays on the issue."""
    issue = q.issue(mechanism=q.mechanism)
    rows = asked(q, issue, "mould", "door")
    assert [row.state for row in rows] == ["open", "open"]
    assert Deadline.objects.filter(code="read_across", state="open").count() == 2
    for call in (lambda: asked(q, issue, "mould"), lambda: asked(q, issue, issue.line.code)):
        with pytest.raises(MoveRefused) as refused:
            call()
        assert refused.value.code == "lines"
    with pytest.raises(MoveRefused) as refused:
        ask_lines(issue=issue, by=q.quentin, lines=[q.cast.lines["precast"]], owner=q.paul, due_at=timezone.now())
    assert refused.value.code == "due_at"
    with pytest.raises(Refused):
        ask_lines(issue=issue, by=q.paul, lines=[q.cast.lines["precast"]], owner=q.paul, due_at=soon())
    with pytest.raises(MoveRefused) as refused:
        answer(row=rows[0], by=q.paul, state="absent", finding=" ")
    assert refused.value.code == "finding"
    with pytest.raises(Refused):
        answer(row=rows[0], by=q.cast.alice, state="absent", finding="没有")
    answer(row=rows[0], by=q.paul, state="absent", finding="查 20 件扭矩合格", uploads=[picture()])
    assert (Issue.objects.count(), ReadAcross.objects.get(pk=rows[0].pk).raised) == (1, None)
    with pytest.raises(MoveRefused):
        answer(row=ReadAcross.objects.get(pk=rows[0].pk), by=q.paul, state="occurs", finding="改口")
    assert Deadline.objects.get(subject_id=rows[0].pk, code="read_across").state == "met"
    assert list(tampered("problems.readacross")) == []
    again = ask_again(row=ReadAcross.objects.get(pk=rows[0].pk), by=q.quentin, reason="样本太少", due_at=soon())
    assert again.state == "open"


def test_where_it_occurs_the_line_gets_an_issue_of_its_own(q: Quality) -> None:
    """CAP-19, QIS-08: the answer opens the line's issue with the same mechanism and names where it came from."""
    issue = q.issue(mechanism=q.mechanism, is_safety=True)
    row = asked(q, issue)[0]
    answer(row=row, by=q.paul, state="occurs", finding="模具滑块同样松动 3 副")
    assert row.raised is not None
    assert row.raised.is_safety
    assert (row.raised.line, row.raised.mechanism) == (q.cast.lines["mould"], q.mechanism)
    assert issue.number in row.raised.description
    assert Issue.objects.count() == 2


def test_where_it_is_open_in_the_line_already_the_answer_joins(q: Quality) -> None:
    """CAP-19, NCR-07: one issue of a mechanism in a line; danger in one product reaches the other's issue."""
    mould = q.cast.lines["mould"]
    open_one = q.issue(model=ProductModel.objects.create(line=mould, code="MJ-9", name="模具"), mechanism=q.mechanism)
    row = asked(q, q.issue(mechanism=q.mechanism, is_safety=True))[0]
    answer(row=row, by=q.paul, state="occurs", finding="滑块同样松动")
    open_one.refresh_from_db()
    assert (row.raised, open_one.is_safety, Issue.objects.count()) == (open_one, True, 2)


def test_the_page_of_a_question_keeps_what_was_typed(q: Quality) -> None:
    """CAP-19: a wrong answer stands beside its field with what was typed; a stranger finds nothing."""
    row = asked(q, q.issue(mechanism=q.mechanism))[0]
    address = reverse("problems:question", args=[row.pk])
    reply = browser(q.paul).post(address, {"state": "", "finding": "查过 20 件"})
    assert reply.status_code == 422
    assert "查过 20 件" in reply.content.decode()
    assert browser(q.cast.charlie).get(address).status_code == 404
    assert browser(q.paul).post(address, {"state": "prevented", "finding": "已有防错"}).status_code == 302


def test_the_pareto_adds_up_and_stands_in_order(q: Quality) -> None:
    """KPI-09, KPI-10: counted failures by mechanism; the last row holds all."""
    shop.ship(q.cast, 1000)
    shop.many(q.cast, 3, "wear")
    shop.many(q.cast, 1, "leak")
    rows = pareto(q.quentin, "mechanism", line=None, span=12)
    assert [(row.label, row.count, row.percent, row.together) for row in rows] == [
        ("机理 wear", 3, "75.0 %", "75.0 %"), ("机理 leak", 1, "25.0 %", "100.0 %"),
    ]  # fmt: skip
    assert pareto(q.quentin, "mechanism", line=q.cast.lines["door"].pk, span=12) == []
    q.issue(mechanism=q.mechanism)
    assert [row.count for row in pareto(q.quentin, "source", line=None, span=12)] == [Issue.objects.count()]


@given(st.lists(st.integers(1, 500), min_size=1, max_size=30))
@settings(max_examples=50, deadline=None)
def test_shares_are_of_the_whole(counts: list[int]) -> None:
    """KPI-10: however many bars, the last running sum is the total."""
    total, running = sum(counts), 0
    for count in sorted(counts, reverse=True):
        running += count
        row = Share("x", count, total, running)
    assert row.together == "100.0 %"


def test_the_trend_counts_against_the_field_and_signals(q: Quality) -> None:
    """KPI-09, KPI-10: failures per thousand units in the field; too little for limits is said, not drawn."""
    assert trend(line=None, mechanism=None, span=12).remark
    shop.ship(q.cast, 2000, on=shop.months_ago(11))
    for back, count in ((6, 1), (5, 1), (4, 2), (3, 1), (2, 14)):
        at = timezone.make_aware(timezone.datetime.combine(shop.months_ago(back), timezone.datetime.min.time()))
        for _index in range(count):
            shop.coded(q.cast, "wear", at=at)
    found = trend(line=None, mechanism=shop.mechanism("wear").pk, span=12)
    by_month = {row.month: row for row in found.months}
    high = by_month[shop.months_ago(2).replace(day=1)]
    assert (high.failures, high.units, high.rate) == (14, 2000, 7.0)
    assert high.rules
    assert high.rate > (high.upper or 0)
    other = FailureMechanism.objects.create(code="none", name="无")
    assert trend(line=None, mechanism=other.pk, span=12).centre is None


def test_pages_draw_and_export(q: Quality) -> None:
    """KPI-10: charts as drawings with their tables, both to take away; nonsense in the address is answered."""
    shop.ship(q.cast, 2000, on=shop.months_ago(6))
    shop.many(q.cast, 2)
    page = browser(q.quentin)
    text = page.get(reverse("problems:analysis")).content.decode()
    assert "<svg" in text
    assert "机理 wear" in text
    for query in ("?by=model&span=12&chart=laney", "?by=nonsense&span=x&line=99999", "?by=supplier"):
        assert page.get(reverse("problems:analysis") + query).status_code == 200
    for what in ("pareto", "trend"):
        assert page.get(reverse("problems:export", args=[what])).status_code == 200
    assert browser(q.cast.erik).get(reverse("problems:export", args=["trend"])).status_code == 403
    assert page.get(reverse("problems:similar") + "?text=" + "长" * 3000).status_code == 200


def test_the_record_card_names_what_other_lines_found(q: Quality) -> None:
    """CAP-12: F32 with causes, measures, effect and read-across."""
    issue = whole(q, q.issue(mechanism=q.mechanism))
    row = asked(q, issue)[0]
    answer(row=row, by=q.paul, state="prevented", finding="已有防错工装")
    paper = draft("F32", issue, number="F32-1")
    text = str(paper.model_dump())
    assert paper.title == "质量问题数据库记录卡"
    for words in ("拧紧枪每班校准", "已有防错工装", "有效"):
        assert words in text

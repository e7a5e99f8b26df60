"""The quality loop told with a browser: from coded cases that cross the line to the proven remedy."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from bihuan.core.approvals.models import Approval
from bihuan.core.approvals.seats import may_vote
from bihuan.quality.issues.models import Issue, Publication
from tests.cast import Cast
from tests.e2e.conftest import Visitor
from tests.quality import shop
from tests.quality.story import Quality, build_quality, graded, shipped

pytestmark = [pytest.mark.e2e]


def act(visitor: Visitor, issue: Issue, name: str, **values: Any) -> None:
    """Take an act on the page of an issue: fill in its form if it has one, press its button, see that it is done."""
    page = visitor.page
    visitor.go(f"/issues/{issue.number}/" + (f"?do={name}" if values else ""))
    form = page.locator(f"form[action='/issues/{issue.number}/{name}/']")
    for field, value in values.items():
        put(form, field, value)
    label = form.locator("button").inner_text().strip()
    form.locator("button").click()
    expect(page.locator(".toast-note")).to_contain_text(f"已完成：{label}")


def put(form: Any, field: str, value: Any) -> None:
    """Fill one field as its kind asks: a date, a choice among several, a list, a text."""
    found = form.locator(f"[name={field}]")
    kind = found.first.evaluate("node => node.type")
    if kind in {"radio", "checkbox"}:
        form.locator(f"[name={field}][value='{value}']").check()
    elif kind.startswith("select"):
        found.select_option(str(getattr(value, "pk", value)))
    else:
        text = value.strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else str(value)
        found.fill(text)


def crossed(q: Quality) -> Issue:
    """Four of a thousand with one mechanism: the monitor opens the issue by itself."""
    shop.ship(q.cast, 1000)
    for _index in range(4):
        shop.coded(q.cast, q.mechanism.code)
    return Issue.objects.get()


def approve(visitor: Visitor, q: Quality) -> None:
    """Everybody whose turn it is finds the plan in his approvals and agrees."""
    approval = Approval.objects.get(state="open")
    while approval.state == "open":
        voters = (q.cast.bob, q.cast.erik, q.chen, q.cast.grace, q.olga)
        visitor.sign_in(next(user for user in voters if may_vote(approval, user)).username)
        visitor.go("/approvals/")
        visitor.page.locator(f"a[href='/approvals/{approval.pk}/']").click()
        visitor.page.check("input[name=decision][value=yes]")
        visitor.page.get_by_role("button", name="提交", exact=True).click()
        visitor.page.wait_for_load_state()
        approval.refresh_from_db()


def test_coded_cases_become_an_issue_that_walks_to_its_proven_remedy(company: Cast, visitor: Visitor) -> None:
    """QIS-01, NCR-15, NCR-20, CAP-02, CAP-05, NCR-05, CAP-08: each station on its page, by the person whose turn it is."""
    q = build_quality(company)
    issue = crossed(q)
    visitor.work()
    visitor.sign_in("quentin")
    visitor.go("/issues/")
    visitor.page.locator(f"a[href='/issues/{issue.number}/']:visible").first.click()
    expect(visitor.page.get_by_role("heading", name=issue.title)).to_be_visible()
    act(visitor, issue, "assign", owner=q.quentin)
    act(visitor, issue, "grade", criteria="use", dispersion=2)
    act(visitor, issue, "team", leader=q.qiu, members=q.paul)
    act(visitor, issue, "start")
    act(visitor, issue, "cause", bone="machine", kind="occurrence", text="拧紧工具未校准")
    act(visitor, issue, "decide", cause=issue.causes.get(), confirmed=1, evidence="扭矩复测 12 份")
    act(visitor, issue, "attribute", cause_category=company.cause, department=q.paul.department, responsible=q.paul)
    visitor.sign_in("olga")
    act(visitor, issue, "responsibility", responsibility="internal", reason="装配工序造成")
    visitor.sign_in("quentin")
    act(visitor, issue, "conclude")
    due = timezone.localtime() + timedelta(days=10)
    for kind, text in (("corrective", "拧紧枪每班校准"), ("preventive", "加装扭矩监控")):
        act(visitor, issue, "measure", kind=kind, text=text, goal="Cpk ≥ 1.33", owner=q.paul, due_at=due)
    act(visitor, issue, "submit")
    approve(visitor, q)
    carried_out(visitor, q, issue)
    shipped(q, "NEW", date(2026, 3, 10), 2000)
    act(visitor, issue, "check", remark="三个月无同类故障")
    act(visitor, issue, "close")
    expect(visitor.page.locator("main").get_by_text("有效", exact=True).first).to_be_visible()
    issue.refresh_from_db()
    assert (issue.state, issue.result, issue.cycle) == ("closed", "effective", 1)


def carried_out(visitor: Visitor, q: Quality, issue: Issue) -> None:
    """Production reads the notice; after the window it carries out its measures; quality chooses the breakpoint."""
    page = visitor.page
    notice = Publication.objects.get()
    visitor.sign_in("paul")
    visitor.go(f"/issues/board/{notice.pk}/")
    page.get_by_role("button", name="确认已阅").click()
    expect(page.locator(".toast-note")).to_be_visible()
    assert notice.receipts.get(department=q.paul.department).read_by == q.paul
    Publication.objects.update(until=timezone.now())
    visitor.sign_in("quentin")
    act(visitor, issue, "implement")
    visitor.sign_in("paul")
    for measure in issue.measures.order_by("pk"):
        act(visitor, issue, "end_measure", measure=measure, done=1, result="已完成，见记录")
    visitor.sign_in("quentin")
    act(visitor, issue, "breakpoint", breakpoint_kind="date", breakpoint_on=date(2026, 3, 1))
    act(visitor, issue, "prove")


def test_what_cannot_be_is_told_on_the_page(company: Cast, visitor: Visitor) -> None:
    """CAP-05, CAP-08, NCR-15: out of turn, without a grade, with a grade too low: the reason, and nothing changed."""
    q = build_quality(company)
    issue = crossed(q)
    visitor.sign_in("quentin")
    page = visitor.page
    visitor.go(f"/issues/{issue.number}/")
    page.locator(f"form[action='/issues/{issue.number}/start/'] button").click()
    expect(page.get_by_role("alert").first).to_contain_text("跟进人")
    visitor.go(f"/issues/{issue.number}/?do=grade")
    form = page.locator(f"form[action='/issues/{issue.number}/grade/']")
    put(form, "criteria", "accident")
    put(form, "grade", 1)
    form.locator("button").click()
    expect(form.locator(".error").first).to_contain_text("请说明理由")
    assert form.locator("[name=criteria][value=accident]").is_checked()
    issue.refresh_from_db()
    assert (issue.state, issue.grade) == ("registered", None)


def test_a_form_shows_only_what_the_choice_asks_for(company: Cast, visitor: Visitor) -> None:
    """NCR-01, NCR-02, CAP-08: the supplier of supplied goods, the day or the batch or the serial of a breakpoint."""
    q = build_quality(company)
    visitor.sign_in("quentin")
    page = visitor.page
    for address, choice, shown in (
        ("/issues/report/", "source", {"supplier"}),
        ("/nonconformities/report/", "origin", {"supplier", "incoming"}),
    ):
        visitor.go(address)
        supplier = page.locator("[name=supplier_name]")
        values = page.locator(f"[name={choice}] option").evaluate_all("rows => rows.map(row => row.value)")
        assert shown < set(values)
        for value in values:
            page.select_option(f"[name={choice}]", value)
            expect(supplier).to_be_visible(visible=value in shown)
            expect(supplier).to_be_enabled(enabled=value in shown)
    issue = graded(q, q.issue(mechanism=q.mechanism))
    Issue.objects.filter(pk=issue.pk).update(state="implementing")
    visitor.go(f"/issues/{issue.number}/?do=breakpoint")
    fields = {"date": "breakpoint_on", "batch": "breakpoint_batch", "serial": "breakpoint_serial"}
    for kind, field in fields.items():
        page.select_option("[name=breakpoint_kind]", kind)
        seen = [name for name in fields.values() if page.locator(f"[name={name}]").is_visible()]
        assert seen == [field]

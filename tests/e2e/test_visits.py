"""Visits told with a browser: the signature on the engineer's telephone, the suggestion at the desk."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from bihuan.service.visits.models import FieldReport
from tests.cast import Cast
from tests.e2e.conftest import Visitor
from tests.service.visiting import hour, on_site, planned, qualified, reported, working_case

pytestmark = [pytest.mark.e2e]


def test_the_customer_signs_on_the_screen_of_the_engineer(company: Cast, visitor: Visitor) -> None:
    """ACC-07, WO-10: rated, drawn with a finger, and the visit is finished."""
    qualified(company, company.erik)
    visit = reported(company, on_site(company, planned(company, working_case(company))))
    page = visitor.page
    visitor.sign_in("erik")
    visitor.go(f"/visits/{visit.number}/")
    page.check("input[name=decision][value=yes]")
    page.check("[name=result_score][value='5']")
    canvas = page.locator("canvas.sign-pad")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 40)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 20 + step * 12, box["y"] + 40 + step % 3 * 15)
    page.mouse.up()
    page.locator("#do form button[type=submit]").last.click()
    expect(page.locator("h1")).to_contain_text("已完成")
    report = FieldReport.objects.get(visit=visit)
    assert (report.signed_by, report.result_score, report.signature is not None) == ("王工", 5, True)


def test_the_suggestion_fills_the_engineer_and_keeps_what_was_typed(company: Cast, visitor: Visitor) -> None:
    """WO-03: who suits the typed time is one press away from the form."""
    qualified(company, company.erik)
    case, page = working_case(company), visitor.page
    visitor.sign_in("bob")
    visitor.go(f"/visits/plan/{case.number}/")
    page.fill("#id_starts_at", f"{hour(3):%Y-%m-%dT%H:%M}")
    page.fill("#id_ends_at", f"{hour(3, 11):%Y-%m-%dT%H:%M}")
    page.fill("#id_task", "带两套轴承")
    page.fill("#id_place", "北仑")
    page.locator("button[name=suggest]").click()
    page.locator(".suggest", has_text="最合适").get_by_role("button").click()
    expect(page.locator("#id_engineer")).to_have_value(str(company.erik.pk))
    expect(page.locator("#id_task")).to_have_value("带两套轴承")
    page.locator("form.form-grid button[type=submit]").last.click()
    page.wait_for_url("**/visits/XC*/")
    assert case.visits.get().starts_at == hour(3)


def test_a_visit_is_dragged_to_another_day_and_refused_with_the_reason(company: Cast, visitor: Visitor) -> None:
    """WO-17, WO-18, KNO-05: dropped on another day it is proposed anew; on somebody unqualified it is refused."""
    if visitor.page.viewport_size["width"] < 768:  # type: ignore[index]
        return  # a finger scrolls; the form of the visit moves it
    qualified(company, company.erik)
    visit = planned(company, working_case(company), starts_at=hour(8), ends_at=hour(8, 11))
    monday = timezone.localtime(visit.starts_at).date() - timedelta(days=timezone.localtime(visit.starts_at).weekday())
    target = monday + timedelta(days=(timezone.localtime(visit.starts_at).weekday() + 1) % 7)
    page = visitor.page
    page.on("dialog", lambda dialog: dialog.accept("客户停机检修"))
    visitor.sign_in("bob")
    for who, moved in ((company.bob, False), (company.erik, True)):
        visitor.go(f"/visits/board/?day={visit.starts_at:%Y-%m-%d}")
        page.locator(".slot").drag_to(page.locator(f"td[data-date='{target}'][data-engineer='{who.pk}']"))
        if moved:
            page.wait_for_load_state()
            expect(page.locator(f"td[data-date='{target}'][data-engineer='{who.pk}'] .slot")).to_have_count(1)
        else:
            expect(page.locator("[data-board-error]")).to_contain_text("未通过")
    visit.refresh_from_db()
    assert (timezone.localtime(visit.starts_at).date(), visit.engineer, visit.state) == (
        target,
        company.erik,
        "planned",
    )

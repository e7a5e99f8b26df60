"""Visits told with a browser: the signature on the engineer's telephone, the suggestion at the desk."""

import pytest
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
    page.select_option("#id_result_score", "5")
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

"""Stories told with a browser, at a desk and on a phone."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from bihuan.service.desk.models import Case
from tests.cast import PASSWORD, Cast
from tests.e2e.conftest import WIDTHS, Visitor
from tests.nets.world import build_world
from tests.service.story import diagnosed, proposed, triaged

# A page is looked at whole at the width that it is made for; at the other by the rules that the width can change.
OF_WIDTH = ["scrollable-region-focusable", "aria-hidden-focus", "link-in-text-block"]

pytestmark = [pytest.mark.e2e]


def test_a_customer_reports_by_qr_code_and_the_desk_takes_it_on(
    company: Cast, visitor: Visitor, tmp_path: Path
) -> None:
    """INT-12, INT-33: words and photos from the website, then triage, on one page each."""
    from tests.service.story import png

    photo = tmp_path / "现场.png"
    photo.write_bytes(png())
    page = visitor.page
    visitor.go(f"/u/{company.unit.public_token}/")
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".error").first).to_be_visible()
    page.fill("#id_description", "开机有异响，三天了")
    page.fill("#id_contact_name", "王工")
    page.fill("#id_contact_phone", "13800001234")
    page.set_input_files("#id_photos", str(photo))
    page.check("#id_agree")
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/c/**")
    expect(page.get_by_role("heading", name="开机有异响，三天了")).to_be_visible()
    visitor.work()
    case = Case.objects.get()
    visitor.sign_in("bob")
    visitor.go(f"/cases/{case.number}/")
    page.locator("#do-triage").get_by_role("button", name="分诊").click()
    wrong = page.locator("[aria-invalid=true]").first
    expect(wrong).to_be_focused()
    expect(wrong).to_be_in_viewport()
    page.check("input[name=nature][value=defect]")
    for name, value in (("urgency", "2"), ("severity", "1"), ("impact", "1")):
        page.select_option(f"#id_triage_{name}", value)
    page.select_option("#id_triage_owner", label="何工")
    page.locator("#do-triage").get_by_role("button", name="分诊").click()
    expect(page.locator(".toast-note")).to_contain_text("已完成：分诊")
    case.refresh_from_db()
    assert (case.state, case.owner, case.unit) == ("triaged", company.erik, company.unit)


def test_a_call_is_registered_by_keyboard_alone(company: Cast, visitor: Visitor) -> None:
    """INT-14, INT-18: the caller is recognised while his number is typed; Tab, words, Enter; the rings are kept."""
    visitor.sign_in("alice")
    visitor.go("/cases/new/")
    page = visitor.page
    expect(page.locator("#id_contact_phone")).to_be_focused()
    page.keyboard.type("138 0000 1234")
    expect(page.locator("#found")).to_contain_text("宁波海天塑机配套有限公司")
    for _field in ("name", "e-mail", "serial", "line", "words"):
        page.keyboard.press("Tab")
    expect(page.locator("#id_description")).to_be_focused()
    page.keyboard.type("空调不制冷")
    page.focus("#id_rings")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/SV*/")
    case = Case.objects.get()
    assert (case.description, case.contact_phone, case.channel) == ("空调不制冷", "138 0000 1234", "phone")
    from bihuan.service.intake.models import PhoneCall

    assert PhoneCall.objects.get().rings == 2


def test_a_customer_signs_the_solution(company: Cast, visitor: Visitor) -> None:
    """SOL-03: consent by link, with a signature drawn by hand."""
    case = proposed(company, diagnosed(company, triaged(company, company.case())))
    page = visitor.page
    visitor.go(f"/c/{case.public_token}/")
    page.get_by_role("link", name="去查看").click()
    page.check("input[value=agreed]")
    page.fill("#id_person", "王工")
    box = page.locator("canvas").bounding_box()
    assert box is not None
    page.locator("canvas").scroll_into_view_if_needed()
    box = page.locator("canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 40)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 20 + 12 * step, box["y"] + 40 + (step % 3) * 12)
    page.mouse.up()
    page.get_by_role("button", name="提交我的决定").click()
    page.wait_for_url(f"**/c/{case.public_token}/")
    case.refresh_from_db()
    consent = case.solutions.get().consent
    assert (case.state, consent.means, consent.person) == ("working", "signature", "王工")
    assert consent.evidence is not None


def test_every_page_is_free_of_barriers_and_fits_its_width(company: Cast, chromium: Browser, live_server: Any) -> None:
    """Every page passes axe and has no sideways scrolling, at a desk and on a phone."""
    world = build_world(company)
    context = chromium.new_context(viewport=WIDTHS["desk"], locale="zh-CN")
    visitor = Visitor(context.new_page(), live_server.url)
    world.users["admin"].set_password(PASSWORD)
    world.users["admin"].save()
    visitor.sign_in("r-admin")
    axe = (settings.VENDOR_DIR / "axe.min.js").read_text(encoding="utf-8")
    found: list[Any] = []
    client, seen = Client(), 0
    client.force_login(world.users["admin"])
    for name, kwargs in world.addresses.items():
        address = reverse(name, kwargs=kwargs)
        if name == "people:logout" or not is_page(client, address):
            continue
        seen += 1
        visitor.page.set_viewport_size(WIDTHS["desk"])
        visitor.go(address)
        visitor.page.evaluate(axe)
        for width in WIDTHS:
            visitor.page.set_viewport_size(WIDTHS[width])
            rules = None if (width == "phone") == (":phone" in name) else OF_WIDTH
            found += [(name, width, *fault) for fault in faults(visitor.page, rules)]
    context.close()
    assert (found, visitor.errors) == ([], []), "\n".join(map(str, found))
    assert seen > 120


def is_page(client: Client, address: str) -> bool:
    """Whether an address shows a page: not a download, not one that only takes posts."""
    answer = client.get(address)
    return answer.status_code == 200 and answer.headers.get("Content-Type", "").startswith("text/html")


def faults(page: Page, rules: list[str] | None = None) -> list[tuple[str, str]]:
    """What axe finds on an open page by all or by some of its rules, and whether the page scrolls sideways."""
    options = {"resultTypes": ["violations"], "preload": False, **({"runOnly": rules} if rules else {})}
    result, wide = page.evaluate(
        "async options => [await axe.run(document, options), document.documentElement.scrollWidth > window.innerWidth]",
        options,
    )
    barriers = [(item["id"], item["nodes"][0]["html"][:120]) for item in result["violations"]]
    return [*barriers, *([("sideways scrolling", "")] if wide else [])]

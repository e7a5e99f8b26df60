"""The engineer without a network: a real browser behind a connection that is cut."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Playwright, expect

from bihuan.core.files.models import Attachment
from bihuan.service.visits.models import PhoneEntry, Visit
from bihuan.service.visits.services import planning
from tests.cast import PASSWORD, Cast
from tests.e2e.conftest import ARGUMENTS, WIDTHS
from tests.servers.cutting import CuttingProxy
from tests.service.story import png
from tests.service.visiting import hour, planned, qualified, working_case

pytestmark = [pytest.mark.e2e]


CONTROLLED = """async () => {
  while (!navigator.serviceWorker.controller) await new Promise((done) => setTimeout(done, 50));
}"""


@pytest.fixture
def network(company: Cast, live_server) -> Iterator[CuttingProxy]:  # type: ignore[no-untyped-def]
    """A proxy on loopback before the server."""
    at = urlsplit(live_server.url)
    with CuttingProxy(str(at.hostname), int(at.port or 0)) as proxy:
        yield proxy


class Phone:
    """A telephone whose browser can be closed and opened again; what it keeps lies in its folder."""

    def __init__(self, driver: Playwright, folder: Path, port: int) -> None:
        self.driver, self.folder, self.url = driver, folder, f"http://127.0.0.1:{port}"
        self.errors: list[str] = []
        self.start()

    def start(self) -> None:
        self.context = self.driver.chromium.launch_persistent_context(
            str(self.folder), executable_path="/usr/bin/chromium", args=ARGUMENTS, viewport=WIDTHS["phone"],
            locale="zh-CN", timezone_id="Asia/Shanghai",
        )  # fmt: skip
        self.page: Page = self.context.pages[0]
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def restart(self) -> None:
        self.context.close()
        self.start()

    def sign_in(self, name: str) -> None:
        self.page.goto(f"{self.url}/login/")
        self.page.fill("#id_username", name)
        self.page.fill("#id_password", PASSWORD)
        self.page.press("#id_password", "Enter")
        self.page.wait_for_url(f"{self.url}/")

    def open(self) -> Page:
        self.page.goto(f"{self.url}/visits/phone/")
        return self.page

    def is_ready(self) -> None:
        """The worker answers for the network, and the facts are kept."""
        self.page.evaluate(CONTROLLED)
        expect(self.page.locator(".phone-visit").first).to_be_visible()


def write(page: Page, visit: Visit, photos: list[Path]) -> None:
    """What the engineer types on site."""
    for item in visit.policy.visits.preparation:
        page.check(f"input[name=prepare-ticked][value={item.code}]")
    page.locator("[data-now]").click()
    page.check("[name=early]")
    page.fill("[name=agree-phenomenon]", "主轴异响")
    page.fill("[name=report-steps]", "更换轴承，重新预紧")
    page.check("[name=report-verdict][value=solved]")
    for rule in visit.policy.visits.criteria:
        page.fill(f"[name=report-r_{rule.code}]", "合格")
        page.select_option(f"[name=report-p_{rule.code}]", "yes")
    page.check("[name=report-demonstrated]")
    page.check("[name=report-cleaned]")
    page.set_input_files("[name=report-uploads]", [str(path) for path in photos])
    expect(page.locator(".phone-photos img")).to_have_count(len(photos))


def draw(page: Page) -> None:
    """The customer signs with a finger."""
    page.check("[name=sign-decision][value=yes]")
    canvas = page.locator("canvas.sign-pad")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 40)
    page.mouse.down()
    for step in range(1, 8):
        page.mouse.move(box["x"] + 20 + step * 12, box["y"] + 40 + step % 3 * 15)
    page.mouse.up()
    expect(page.locator("[data-kept]")).to_have_text("已存在本机")


def test_a_report_written_without_a_network_survives_reload_and_restart_and_arrives_once(
    company: Cast, driver: Playwright, network: CuttingProxy, tmp_path: Path
) -> None:
    """WO-08, WO-10, ACC-07: facts, words, photos and signature stay on the phone and are received when it is back."""
    qualified(company, company.erik)
    visit = planning.confirm(visit=planned(company, working_case(company)), person="王工")
    photos = [tmp_path / "一.png", tmp_path / "二.png"]
    for place, path in enumerate(photos):
        path.write_bytes(png() + bytes([place]))
    phone = Phone(driver, tmp_path / "phone", network.port)
    phone.sign_in("erik")
    phone.open()
    phone.is_ready()

    network.down()
    page = phone.open()
    expect(page.locator(".phone-visit")).to_contain_text("宁波海天")
    page.locator(".phone-visit").click()
    expect(page.locator("[data-one]")).to_contain_text("更换轴承并调整预紧")
    write(page, visit, photos)
    page.reload()
    expect(page.locator("[name=report-steps]")).to_have_value("更换轴承，重新预紧")
    expect(page.locator(".phone-photos img")).to_have_count(2)
    draw(page)
    page.locator("[data-entry] button[type=submit]").click()
    expect(page.locator(".phone-state")).to_contain_text("待发送：1")
    phone.restart()
    page = phone.open()
    expect(page.locator(".phone-entry")).to_contain_text("照片：2")
    assert PhoneEntry.objects.count() == 0

    network.up()
    page.locator("[data-refresh]").click()
    expect(page.locator(".phone-entry")).to_contain_text("服务器已收到", timeout=15000)
    visit.refresh_from_db()
    assert (visit.state, visit.report.steps, visit.report.signed_by) == ("finished", "更换轴承，重新预紧", "王工")
    mine = Attachment.objects.filter(subject_type="visits.visit", subject_id=visit.pk, role="evidence")
    assert (mine.count(), PhoneEntry.objects.count()) == (2, 1)
    phone.context.close()
    assert phone.errors == []


def test_the_telephone_asks_who_arrives_before_the_agreed_day(
    company: Cast, driver: Playwright, network: CuttingProxy, tmp_path: Path
) -> None:
    """WO-10, WO-16: without a network too; unanswered it is not handed in, on the agreed day nothing is asked."""
    qualified(company, company.erik)
    visit = planning.confirm(visit=planned(company, working_case(company)), person="王工")
    phone = Phone(driver, tmp_path / "phone", network.port)
    phone.sign_in("erik")
    phone.open()
    phone.is_ready()
    network.down()
    page = phone.open()
    page.locator(".phone-visit").click()
    write(page, visit, [])
    asked, submit = page.locator("[data-early]"), page.locator("[data-entry] button[type=submit]")
    expect(asked).to_contain_text(f"{hour():%Y-%m-%d} 09:00")
    page.uncheck("[name=early]")
    submit.click()
    expect(submit).to_be_visible()
    assert page.evaluate("document.activeElement.name") == "early"
    page.fill("[name=arrived_at]", f"{hour():%Y-%m-%dT%H:%M}")
    expect(asked).to_be_hidden()
    page.locator("[data-now]").click()
    expect(asked).to_be_visible()
    page.check("[name=early]")
    page.reload()
    expect(page.locator("[name=early]")).to_be_checked()
    submit.click()
    network.up()
    page.locator("[data-refresh]").click()
    expect(page.locator(".phone-entry")).to_contain_text("服务器已收到", timeout=15000)
    visit.refresh_from_db()
    assert visit.state == "reported"
    phone.context.close()
    assert phone.errors == []


def test_a_refused_entry_stays_with_its_reason_and_sign_out_asks(
    company: Cast, driver: Playwright, network: CuttingProxy, tmp_path: Path
) -> None:
    """WO-18: the visit was called off meanwhile; the words stay until the engineer himself discards them."""
    qualified(company, company.erik)
    visit = planning.confirm(visit=planned(company, working_case(company)), person="王工")
    phone = Phone(driver, tmp_path / "phone", network.port)
    phone.sign_in("erik")
    page = phone.open()
    phone.is_ready()
    network.down()
    page = phone.open()
    page.locator(".phone-visit").click()
    write(page, visit, [])
    planning.call_off(visit=visit, by=company.bob, reason="客户停产")
    page.locator("[data-entry] button[type=submit]").click()
    network.up()
    page.locator("[data-refresh]").click()
    row = page.locator(".phone-entry")
    expect(row).to_contain_text("取消", timeout=15000)
    assert row.get_attribute("data-state") == "conflict"

    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.goto(f"{phone.url}/visits/mine/")
    page.locator(".who summary").click()
    page.locator("form[data-signout] button").click()
    page.wait_for_url("**/login/**")
    assert ("1" in asked[0], PhoneEntry.objects.count()) == (True, 0)
    phone.sign_in("erik")
    page = phone.open()
    expect(page.locator(".phone-entry")).to_contain_text("取消")
    page.locator(".phone-entry .btn-outline-danger").click()
    expect(page.locator(".phone-entry")).to_have_count(0)
    phone.context.close()
    assert phone.errors == []


def test_a_report_is_sent_while_its_page_is_closed(
    company: Cast, driver: Playwright, network: CuttingProxy, tmp_path: Path
) -> None:
    """WO-10: the browser wakes the worker when there is a network; nobody has to open the page again."""
    qualified(company, company.erik)
    visit = planning.confirm(visit=planned(company, working_case(company)), person="王工")
    phone = Phone(driver, tmp_path / "phone", network.port)
    phone.sign_in("erik")
    page = phone.open()
    phone.is_ready()
    other = phone.context.new_page()
    workers = phone.context.new_cdp_session(other)
    known: list[str] = []
    workers.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: known.extend(row["registrationId"] for row in event["registrations"]),
    )
    workers.send("ServiceWorker.enable")
    network.down()
    page = phone.open()
    page.locator(".phone-visit").click()
    write(page, visit, [])
    page.locator("[data-entry] button[type=submit]").click()
    expect(page.locator(".phone-state")).to_contain_text("待发送：1")
    page.wait_for_function(
        "async () => (await (await navigator.serviceWorker.ready).sync.getTags()).includes('bihuan-entries')"
    )
    page.close()
    network.up()
    for _turn in range(50):
        if "更换轴承，重新预紧" in phone.context.request.get(f"{phone.url}/visits/{visit.number}/").text():
            break
        for registration in set(known):
            wake = {"origin": phone.url, "registrationId": registration, "tag": "bihuan-entries", "lastChance": False}
            workers.send("ServiceWorker.dispatchSyncEvent", wake)
        other.wait_for_timeout(200)
    visit.refresh_from_db()
    assert (PhoneEntry.objects.count(), visit.state, visit.report.steps) == (1, "reported", "更换轴承，重新预紧")
    phone.context.close()


def test_a_finger_moves_a_visit_on_the_board(company: Cast, driver: Playwright, live_server) -> None:  # type: ignore[no-untyped-def]
    """WO-03, WO-18: a finger that stays on a visit picks it up, and lays it on another day with a reason."""
    qualified(company, company.erik)
    visit = planned(company, working_case(company), starts_at=hour(8), ends_at=hour(8, 11))
    browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
    page = browser.new_page(viewport={"width": 1200, "height": 800}, locale="zh-CN", timezone_id="Asia/Shanghai",
                            has_touch=True)  # fmt: skip
    page.goto(f"{live_server.url}/login/")
    page.fill("#id_username", "bob")
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url(f"{live_server.url}/")
    day = timezone.localtime(visit.starts_at).date()
    page.goto(f"{live_server.url}/visits/board/?day={day}")
    page.on("dialog", lambda dialog: dialog.accept("客户改到另一天"))
    target = day + timedelta(days=1 if day.weekday() < 6 else -1)
    cell = page.locator(f"td[data-engineer='{visit.engineer_id}'][data-date='{target}']")
    start, end = page.locator("a[data-move]").bounding_box(), cell.bounding_box()
    assert start is not None
    assert end is not None
    finger, at = page.context.new_cdp_session(page), {"x": start["x"] + 20, "y": start["y"] + 10}

    def touch(kind: str, *points: dict[str, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", at)
    expect(page.locator("a[data-move].held")).to_have_count(1)
    for part in range(1, 11):
        touch("touchMove", {"x": at["x"] + (end["x"] + 30 - at["x"]) * part / 10, "y": at["y"]})
    with page.expect_navigation():
        touch("touchEnd")
    visit.refresh_from_db()
    assert timezone.localtime(visit.starts_at).date() == target
    browser.close()

"""A real browser against a real server on loopback."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, ViewportSize, sync_playwright

from bihuan.core.jobs.relay import run_due
from tests.cast import PASSWORD, Cast, standing_cast

WIDTHS = {"desk": ViewportSize(width=1440, height=900), "phone": ViewportSize(width=390, height=844)}
ARGUMENTS = [
    "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--font-render-hinting=none",
    "--disable-background-networking", "--disable-quic", "--no-first-run", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's driver runs a loop in this thread
    with sync_playwright() as found:
        yield found
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def chromium(driver: Playwright) -> Iterator[Browser]:
    browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def company(transactional_db: None, live_server: Any, settings: Any) -> Cast:
    settings.BASE_URL = live_server.url
    return standing_cast()


class Visitor:
    """A person with a browser."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "console", lambda message: self.errors.append(message.text) if "Content Security" in message.text else None
        )

    def go(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else f"{self.url}{path}")

    def sign_in(self, name: str) -> None:
        self.page.context.clear_cookies()
        self.go("/login/")
        self.page.fill("#id_username", name)
        self.page.fill("#id_password", PASSWORD)
        self.page.press("#id_password", "Enter")
        self.page.wait_for_url(f"{self.url}/")

    def work(self) -> None:
        """The worker's turn."""
        run_due()


@pytest.fixture(params=WIDTHS)
def visitor(request: pytest.FixtureRequest, chromium: Browser, live_server: Any) -> Iterator[Visitor]:
    context = chromium.new_context(viewport=WIDTHS[request.param], locale="zh-CN")
    found = Visitor(context.new_page(), live_server.url)
    yield found
    context.close()
    assert found.errors == []

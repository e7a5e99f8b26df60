"""Twenty reports with sixty photos, written without a network, over a connection that is cut thirty times at random.

A real browser behind a proxy on loopback, a real server. usage: python -m bench.offline small|full
"""

import hashlib
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
os.environ.setdefault("BIHUAN_LOG_LEVEL", "CRITICAL")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's driver runs a loop in this thread

import django
from django.core.management import call_command

REPORTS, PHOTOS, CUTS, PHOTO_BYTES = 20, 3, 30, 300_000
PATIENCE = 900
WAITING = "document.querySelectorAll('.phone-entry:not([data-state=sent])').length"


def main():
    django.setup()
    from bench.run import asked_size, keep

    call_command("migrate", interactive=False, verbosity=0)
    visits, person = company()
    with tempfile.TemporaryDirectory() as folder, server() as port:
        photos = pictures(Path(folder))
        rows = measured(visits, person, photos, port, Path(folder))
    size = asked_size()
    lines = [f"# offline, {size}", "", "| what | value | wanted |", "| --- | --- | --- |"]
    keep([*lines, *(f"| {what} | {value:g} | {wanted} |" for what, value, wanted in rows)], f"offline-{size}")


def company():
    """One engineer with twenty agreed visits in the coming days."""
    from django.utils import timezone
    from tests.cast import PASSWORD, build_cast
    from tests.service.visiting import planned, qualified, working_case

    from bihuan.service.visits.services.planning import confirm

    cast = build_cast()
    cast.erik.set_password(PASSWORD)
    cast.erik.save()
    qualified(cast, cast.erik)
    first, visits = timezone.now() + timedelta(hours=1), []
    for place in range(REPORTS):
        start = first + timedelta(hours=2 * place)
        row = planned(cast, working_case(cast), starts_at=start, ends_at=start + timedelta(hours=1))
        visits.append(confirm(visit=row, person="王工"))
    return visits, (cast.erik.username, PASSWORD)


def pictures(folder):
    """Sixty photos, no two of them alike, each as large as a telephone's."""
    import io

    from PIL import Image

    found = []
    for place in range(REPORTS * PHOTOS):
        out = io.BytesIO()
        Image.frombytes("RGB", (64, 64), random.Random(place).randbytes(64 * 64 * 3)).save(out, "JPEG")
        path = folder / f"{place}.jpg"
        path.write_bytes(out.getvalue() + random.Random(place).randbytes(PHOTO_BYTES))
        found.append(path)
    return found


@contextmanager
def server():
    """The program as it is started for a company, on a free port."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "bihuan.config", "serve", "--port", str(port)])
    try:
        for _try in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait()


def measured(visits, person, photos, port, folder):
    """Write everything without a network, then let it go over the cut connection; count what arrived."""
    from playwright.sync_api import sync_playwright
    from tests.e2e.conftest import ARGUMENTS, WIDTHS
    from tests.servers.cutting import CuttingProxy

    with CuttingProxy("127.0.0.1", port) as proxy, sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            str(folder / "phone"), executable_path="/usr/bin/chromium", args=ARGUMENTS, viewport=WIDTHS["phone"],
        )  # fmt: skip
        page = context.pages[0]
        begin(page, f"http://127.0.0.1:{proxy.port}", person, len(visits))
        proxy.down()
        started = time.monotonic()
        for place, visit in enumerate(visits):
            write(page, visit, photos[place * PHOTOS : (place + 1) * PHOTOS])
        page.goto(page.url.split("#")[0])
        page.locator(".phone-entry").nth(len(visits) - 1).wait_for()  # the list comes out of the telephone's store
        written, total = time.monotonic() - started, sum(path.stat().st_size for path in photos)
        dice = random.Random(7)
        proxy.cut_after = sorted(proxy.carried + dice.randrange(total) for _cut in range(CUTS))
        proxy.up()
        page.locator("[data-send]").click()
        started = time.monotonic()
        while page.evaluate(WAITING) and time.monotonic() - started < PATIENCE:
            time.sleep(0.5)
        left = page.evaluate(WAITING)
        context.close()
        return [*arrived(visits, photos), ("entries left on the telephone", left, 0),
                ("cuts of the connection", proxy.cuts, CUTS), ("seconds to write them all", written, "no line"),
                ("seconds until all had arrived", time.monotonic() - started, "no line")]  # fmt: skip


def begin(page, url, person, count):
    """Sign in, open the page, wait until it is kept."""
    page.goto(f"{url}/login/")
    page.fill("#id_username", person[0])
    page.fill("#id_password", person[1])
    page.press("#id_password", "Enter")
    page.wait_for_url(f"{url}/")
    page.goto(f"{url}/visits/phone/")
    page.locator(".phone-visit").nth(count - 1).wait_for()
    page.evaluate(
        "async () => { while (!navigator.serviceWorker.controller) await new Promise((d) => setTimeout(d, 50)); }"
    )


def write(page, visit, photos):
    """One report with its photos."""
    page.goto(f"{page.url.split('#')[0]}#{visit.number}")
    page.locator("h2", has_text=visit.number).wait_for()  # the form before this one is still there for a moment
    page.locator("[name=report-steps]").wait_for()
    for item in visit.policy.visits.preparation:
        page.check(f"input[name=prepare-ticked][value={item.code}]")
    if page.locator("[name=early]").is_visible():
        page.check("[name=early]")
    page.fill("[name=agree-phenomenon]", "主轴异响")
    page.fill("[name=report-steps]", f"更换轴承 {visit.number}")
    page.check("[name=report-verdict][value=open]")
    page.check("[name=report-cleaned]")
    page.set_input_files("[name=report-uploads]", [str(path) for path in photos])
    page.locator(f".phone-photos img >> nth={PHOTOS - 1}").wait_for()
    page.locator("[data-entry] button[type=submit]").click()
    page.locator("[data-list]").wait_for()


def arrived(visits, photos):
    """What the server has: reports with their own words, and each photo on its own visit, once."""
    from bihuan.core.activity.models import Activity
    from bihuan.core.files.models import Attachment
    from bihuan.service.visits.models import FieldReport, PhoneEntry

    right = sum(FieldReport.objects.filter(visit=row, steps=f"更换轴承 {row.number}").exists() for row in visits)
    ids = {row.pk: place for place, row in enumerate(visits)}
    ties = Attachment.objects.filter(subject_type="visits.visit", subject_id__in=ids, role="evidence")
    got = sorted((ids[row.subject_id], row.file.sha256) for row in ties.select_related("file"))
    wanted = sorted(
        (place // PHOTOS, hashlib.sha256(path.read_bytes()).hexdigest()) for place, path in enumerate(photos)
    )
    told = Activity.objects.filter(subject_type="visits.visit", subject_id__in=ids, verb="visit.reported").count()
    return [
        ("reports that arrived with their own words", right, REPORTS),
        ("entries that the server counts", PhoneEntry.objects.count(), REPORTS),
        ("reports in the journals", told, REPORTS),
        ("photos on the visits", len(got), REPORTS * PHOTOS),
        ("photos that are not on their visit exactly once", len(set(got) ^ set(wanted)) + len(got) - len(set(got)), 0),
    ]


if __name__ == "__main__":
    main()

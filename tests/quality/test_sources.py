"""Whatever an issue comes from, through its real entrance, it walks the same stations to the proven remedy."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.quality.issues.models import Issue
from bihuan.quality.nonconformity.services.reviewing import open_issue
from tests.quality import goods, shop
from tests.quality.story import Quality, coded, whole
from tests.quality.test_issue_story import STATIONS, stations

pytestmark = pytest.mark.django_db


def reported(q: Quality, source: str, **values: object) -> None:
    """Somebody fills in the page."""
    client = Client()
    client.force_login(q.paul)
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    fields = {
        "description": "主轴异响",
        "place": "二号线",
        "occurred_at": now,
        "source": source,
        "model": q.cast.model.pk,
    }
    assert client.post(reverse("issues:report"), fields | values).status_code == 302


def by_monitor(q: Quality) -> None:
    shop.ship(q.cast, 1000)
    for _index in range(4):
        shop.coded(q.cast, q.mechanism.code)


def by_case(q: Quality, source: str = "case") -> None:
    case = coded(q)
    client = Client()
    client.force_login(q.quentin)
    values = {"description": "主轴异响", "occurred_at": "2026-01-05T08:30", "source": source, "case": case.number,
              "model": case.model_id}  # fmt: skip
    assert client.post(reverse("issues:report"), values).status_code == 302


def by_goods(q: Quality, **more: object) -> None:
    open_issue(sheet=goods.taken(q, goods.found(q, **more)), by=q.quentin)


def by_delivery(q: Quality) -> None:
    q.cast.case(channel="delivery")


ENTRANCES: dict[str, tuple[str, Callable[[Quality], None]]] = {
    "the monitor": ("monitor", by_monitor),
    "a case": ("case", by_case),
    "a complaint": ("complaint", lambda q: by_case(q, "complaint")),
    "an employee": ("employee", lambda q: reported(q, "employee")),
    "an inspector": ("inspection", lambda q: reported(q, "inspection")),
    "a supplier's part": ("supplier", lambda q: reported(q, "supplier", supplier_name="宁波轴承厂")),
    "nonconforming goods": ("inspection", by_goods),
    "incoming goods": ("supplier", lambda q: by_goods(q, origin="incoming", supplier_name="宁波轴承厂")),
    "a failed acceptance": ("delivery", by_delivery),
}


@pytest.mark.parametrize("entrance", ENTRANCES)
def test_an_issue_of_every_source_reaches_its_proven_end(q: Quality, entrance: str) -> None:
    """NCR-20, NCR-01, INT-34, QIS-01, CAP-08: opened by itself or by people, each closed and effective."""
    source, enter = ENTRANCES[entrance]
    enter(q)
    issue = Issue.objects.get()
    assert issue.source == source
    issue = whole(q, issue)
    issue.refresh_from_db()
    assert (issue.state, issue.result, issue.cycle) == ("closed", "effective", 1)
    assert stations(issue.pk) == STATIONS

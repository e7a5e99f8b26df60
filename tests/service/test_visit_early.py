"""Checking in before the agreed day: asked for, on every way in."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.core.activity.queries import timeline
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.visits.models import FieldReport, PhoneEntry, Visit
from bihuan.service.visits.services import handing_in, planning, working
from tests.caller import Caller
from tests.cast import Cast
from tests.service.test_visit_pages import browser
from tests.service.test_visit_phone import agreed_visit, hand_in, typed_entry
from tests.service.visiting import hour, planned, qualified, working_case

pytestmark = pytest.mark.django_db


def ready(cast: Cast) -> Visit:
    """Agreed for tomorrow at nine, and prepared."""
    qualified(cast, cast.erik)
    visit = planning.confirm(visit=planned(cast, working_case(cast)), person="王工")
    ticked = [item.code for item in visit.policy.visits.preparation]
    return working.prepare(visit=visit, by=cast.erik, ticked=ticked, supplies="")


def test_who_arrives_before_the_agreed_day_says_that_he_means_it(cast: Cast) -> None:
    """WO-14, WO-16: the page asks, with the agreed time beside the question; the journal keeps it."""
    visit, client = ready(cast), browser(cast.erik)
    page, agreed = reverse("visits:visit", args=[visit.number]), f"{hour():%Y-%m-%d} 09:00"

    def act(name: str, **fields: Any) -> Any:
        return client.post(reverse("visits:act", args=[visit.number, name]), fields)

    opened = client.get(f"{page}?do=arrive_early")
    assert [one.name for one in (*opened.context["bar"], *opened.context["more"]) if "arrive" in one.name] == [
        "arrive_early"
    ]
    assert f"约定时间是 {agreed}，现在已提前到场" in opened.content.decode()
    assert act("arrive").status_code == 409
    asked = act("arrive_early")
    assert asked.status_code == 409
    assert asked.context["form"].errors["early"] == [f"约定时间是 {agreed}。若现在已到现场，请勾选确认。"]
    visit.refresh_from_db()
    assert (visit.state, visit.arrived_at) == ("confirmed", None)
    assert act("arrive_early", early="on").status_code == 302
    visit.refresh_from_db()
    assert visit.state == "on_site"
    assert timeline(visit)[0].data["name"] == f"早于约定时间 {hour():%m-%d} 09:00"


def test_on_the_agreed_day_nobody_is_asked(cast: Cast) -> None:
    """WO-16: also hours before the agreed time; nothing is said of it in the journal."""
    visit, now = ready(cast), timezone.localtime()
    late = now.replace(hour=23, minute=58), now.replace(hour=23, minute=59)
    Visit.objects.filter(pk=visit.pk).update(starts_at=late[0], ends_at=late[1])
    page = browser(cast.erik).get(reverse("visits:visit", args=[visit.number]))
    assert "arrive" in [one.name for one in page.context["bar"]]
    assert "arrive_early" not in [one.name for one in page.context["more"]]
    visit.refresh_from_db()
    working.arrive(visit=visit, by=cast.erik)
    assert "name" not in timeline(visit)[0].data


def test_the_api_asks_too(cast: Cast) -> None:
    """API, WO-16: refused with the agreed time, done when it is meant."""
    visit, erik = ready(cast), Caller(cast.erik)
    path = f"/visits/{visit.number}/steps"
    refused = erik.post(path, {"step": "arrive"})
    assert (refused.status_code, f"{hour():%Y-%m-%d} 09:00" in refused.content.decode()) == (409, True)
    assert erik.post(path, {"step": "arrive", "early": True}).json()["state"] == "on_site"


def test_an_entry_of_the_telephone_from_the_day_before_says_that_it_is_meant(cast: Cast) -> None:
    """WO-10, WO-16: the question is kept on the phone; an entry without its answer is refused whole, to be corrected."""
    visit, client = agreed_visit(cast), browser(cast.erik)
    html = client.get(reverse("visits:phone_facts")).json()["visits"][0]["html"]
    assert f'data-early="{hour():%Y-%m-%d}"' in html
    assert f"约定时间是 {hour():%Y-%m-%d} 09:00" in html
    data = typed_entry(visit)
    silent = {name: value for name, value in data.items() if name != "early"}
    refused = hand_in(client, visit, silent)
    assert (refused.status_code, refused.json()["code"]) == (409, "early")
    visit.refresh_from_db()
    assert (visit.state, FieldReport.objects.count(), PhoneEntry.objects.count()) == ("confirmed", 0, 0)
    assert hand_in(client, visit, data, "again-1").status_code == 200


def test_an_arrival_of_yesterday_is_early_though_its_entry_comes_today(cast: Cast) -> None:
    """WO-10, WO-16: the telephone's time counts, not the time at which it is sent."""
    visit, now = ready(cast), timezone.localtime()
    today = {"starts_at": now.replace(hour=23, minute=58), "ends_at": now.replace(hour=23, minute=59)}
    Visit.objects.filter(pk=visit.pk).update(created_at=now - timedelta(days=3), **today)
    visit.refresh_from_db()
    yesterday = now - timedelta(days=1)
    values = {"visit": visit, "by": cast.erik, "version": visit.version}
    with pytest.raises(MoveRefused) as refused:
        handing_in.hand_in(key="a" * 8, written=handing_in.Written(written_at=yesterday), **values)
    assert (refused.value.code, PhoneEntry.objects.count()) == ("early", 0)
    handing_in.hand_in(key="b" * 8, written=handing_in.Written(written_at=yesterday, early=True), **values)
    assert (visit.state, visit.arrived_at) == ("on_site", yesterday)

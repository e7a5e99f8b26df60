"""The pages of visits as people and customers use them."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bihuan.registry.people.models import User
from bihuan.registry.people.services import change_password, create_user, update_user
from bihuan.service.visits.calendar import TEAM, token_of
from bihuan.service.visits.documents import field_report
from bihuan.service.visits.models import Absence, FieldReport, Qualification, Visit
from bihuan.service.visits.services import planning
from tests.caller import Caller
from tests.cast import PASSWORD, Cast
from tests.service.story import diagnosed, png, triaged
from tests.service.visiting import hour, on_site, plan_values, planned, qualified, reported, working_case

pytestmark = pytest.mark.django_db


def browser(user: Any) -> Client:
    """A person with a browser."""
    client = Client()
    client.force_login(user)
    return client


def typed(values: dict[str, Any]) -> dict[str, Any]:
    """Values as a browser sends them."""
    names = {"engineer": lambda value: value.pk, "starts_at": _local, "ends_at": _local}
    return {name: names.get(name, lambda same: same)(value) for name, value in values.items()}


def _local(value: Any) -> str:
    return f"{timezone.localtime(value):%Y-%m-%dT%H:%M}"


def drawn() -> str:
    """A signature as the page sends it."""
    return "data:image/png;base64," + base64.b64encode(png()).decode()


def test_a_visit_is_planned_on_its_page_and_refusals_stand_beside_the_field(cast: Cast) -> None:
    """WO-03, KNO-05: the page names the reason beside the engineer, keeps what was typed, and changes nothing."""
    case, client = working_case(cast), browser(cast.bob)
    address = reverse("visits:plan", args=[case.number])
    page = client.get(address).content.decode()
    assert "更换轴承并调整预紧" in page
    refused = client.post(address, typed(plan_values(cast, task="带两套轴承")))
    assert refused.status_code == 409
    assert "何工 未通过" in refused.content.decode()
    assert "带两套轴承" in refused.content.decode()
    assert client.post(address, {**typed(plan_values(cast)), "starts_at": "gestern"}).status_code == 422
    assert not Visit.objects.exists()
    qualified(cast, cast.erik)
    asked = client.post(address, {**typed(plan_values(cast, task="带两套轴承")), "suggest": "1"})
    text = asked.content.decode()
    assert (asked.status_code, "最合适" in text, "带两套轴承" in text) == (200, True, True)
    assert not Visit.objects.exists()
    done = client.post(address, typed(plan_values(cast)))
    assert (done.status_code, done["Location"]) == (302, reverse("visits:visit", args=[Visit.objects.get().number]))
    assert Visit.objects.get().number in client.get(reverse("desk:case", args=[case.number])).content.decode()


def test_the_engineer_walks_his_visit_on_the_page(cast: Cast) -> None:
    """WO-08, WO-09, WO-10, ACC-07: prepare, check in, agree, report with photo, signature on the screen."""
    qualified(cast, cast.erik)
    visit = planned(cast, working_case(cast))
    planning.confirm(visit=visit, person="王工")
    client = browser(cast.erik)

    def act(name: str, **fields: Any) -> Any:
        return client.post(reverse("visits:act", args=[visit.number, name]), fields)

    assert act("arrive").status_code == 409
    ticked = [item.code for item in visit.policy.visits.preparation]
    assert act("prepare", ticked=ticked, supplies="轴承").status_code == 302
    assert act("arrive_early", early="on").status_code == 302
    assert act("agree", phenomenon="异响", plan="", agreed_with="王工").status_code == 422
    assert act("agree", phenomenon="异响", plan="更换", agreed_with="王工").status_code == 302
    fields = {
        "steps": "更换轴承", "verdict": "solved", "cleaned": "on", "demonstrated": "on", "r_function": "连续 2 h 正常",
        "p_function": "yes", "uploads": SimpleUploadedFile("a.png", png()),
    }  # fmt: skip
    wrong = act("report", **{**fields, "parts": "轴承 6204", "parts_reason": "抢修"})
    assert wrong.status_code == 409
    assert "型号、规格必须与原件一致" in wrong.content.decode()
    assert act("report", **{**fields, "uploads": SimpleUploadedFile("a.png", png())}).status_code == 302
    report = FieldReport.objects.get()
    assert report.results == [
        {"code": "function", "name": "功能运行", "required": "连续运行无异常", "value": "连续 2 h 正常", "passed": True}
    ]
    page = client.get(reverse("visits:visit", args=[visit.number])).content.decode()
    assert "sign-pad" in page
    assert act("sign", decision="yes", person="王工").status_code == 409
    assert act("sign", decision="yes", person="王工", result_score="5", signature=drawn()).status_code == 302
    visit.refresh_from_db()
    assert visit.state == "finished"


def test_the_customer_agrees_by_his_link_or_wishes_another_time(cast: Cast) -> None:
    """WO-14, WO-18: the page tells who comes when; yes and another time; a strange address is nothing."""
    qualified(cast, cast.erik)
    visit, client = planned(cast, working_case(cast)), Client()
    address = reverse("visit:appointment", args=[visit.token])
    assert "何工" in client.get(address).content.decode()
    assert client.post(address, {"decision": "no", "person": "王工"}).status_code == 409
    assert client.post(address, {"decision": "no", "person": "王工", "opinion": "周五上午"}).status_code == 302
    visit.refresh_from_db()
    assert (visit.state, visit.wish) == ("planned", "周五上午")
    assert client.post(address, {"decision": "yes", "person": ""}).status_code == 422
    assert client.post(address, {"decision": "yes", "person": "王工"}).status_code == 302
    visit.refresh_from_db()
    assert (visit.state, visit.confirmed_by) == ("confirmed", "王工")
    assert client.post(address, {"decision": "yes", "person": "王工"}).status_code == 422
    assert client.get(reverse("visit:appointment", args=["nothing"])).status_code == 404


def test_the_customer_signs_by_his_link(cast: Cast) -> None:
    """ACC-07, WO-10: when nobody could sign on site, the report waits behind the same link; it is signed once."""
    qualified(cast, cast.erik)
    visit, client = reported(cast, on_site(cast, planned(cast, working_case(cast)))), Client()
    assert (
        reverse("visit:sign", args=[visit.token])
        in client.get(reverse("visit:appointment", args=[visit.token])).content.decode()
    )
    address = reverse("visit:sign", args=[visit.token])
    assert "拆检主轴" in client.get(address).content.decode()
    assert client.post(address, {"decision": "yes", "person": "王工"}).status_code == 409
    assert client.post(address, {"decision": "yes", "person": "王工", "signature": "rubbish"}).status_code == 422
    done = {"decision": "yes", "person": "王工", "signature": drawn(), "attitude_score": "5"}
    assert client.post(address, done).status_code == 302
    assert client.post(address, done).status_code == 409
    report = FieldReport.objects.get()
    assert (report.signed_by, report.attitude_score) == ("王工", 5)


def test_an_unauthorised_visit_has_no_page_for_the_customer(cast: Cast) -> None:
    """WO-07: before the supervisor's word nothing is promised to anybody."""
    qualified(cast, cast.erik, "mould")
    cast.model.line = cast.lines["mould"]
    cast.model.save()
    case = diagnosed(cast, triaged(cast, cast.case()))
    visit = planning.plan_visit(case=case, by=cast.erik, **plan_values(cast, purpose="survey"))
    assert Client().get(reverse("visit:appointment", args=[visit.token])).status_code == 404


def test_my_day_shows_mine_and_not_others(cast: Cast) -> None:
    """WO-08, WO-28: today's and the coming visits with address and telephone."""
    qualified(cast, cast.erik)
    visit = planned(cast, working_case(cast))
    address = reverse("visits:mine")
    day = f"{hour().date():%Y-%m-%d}"
    page = browser(cast.erik).get(f"{address}?day={day}").content.decode()
    assert "宁波市北仑区甬江路 8 号" in page
    assert "tel:13800001234" in page
    assert visit.number not in browser(cast.bob).get(f"{address}?day={day}").content.decode()
    assert "没有上门" in browser(cast.erik).get(f"{address}?day=2020-01-01").content.decode()
    assert browser(cast.erik).get(f"{address}?day=31.12.").status_code == 200


def test_the_board_shows_who_is_where_and_what_waits(cast: Cast) -> None:
    """WO-03, WO-17: engineers by day, absences, and the cases that still need a visit."""
    qualified(cast, cast.erik)
    waiting, other = working_case(cast), working_case(cast)
    planned(cast, other)
    client, day = browser(cast.bob), f"{hour().date():%Y-%m-%d}"
    for view in ("day", "week"):
        page = client.get(f"{reverse('visits:board')}?view={view}&day={day}").content.decode()
        assert "09:00–11:00" in page
        assert reverse("visits:plan", args=[waiting.number]) in page
        assert reverse("visits:plan", args=[other.number]) not in page
    assert browser(cast.alice).get(reverse("visits:board")).status_code == 200


def test_board_and_lists_cost_the_same_for_few_visits_and_for_many(cast: Cast) -> None:
    client, day = browser(cast.bob), f"{hour().date():%Y-%m-%d}"
    addresses = [f"{reverse('visits:board')}?day={day}", reverse("visits:list"), f"{reverse('visits:mine')}?day={day}"]
    people = [
        create_user(username=f"t{index}", name=f"技师{index}", password=PASSWORD, roles=["technician"])
        for index in range(4)
    ]
    for user in (cast.bob, *people):
        qualified(cast, user)

    def count() -> list[int]:
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            found.append(len(captured))
        return found

    planned(cast, working_case(cast), engineer=cast.bob)
    few = count()
    planned(cast, working_case(cast), engineer=people[0], helpers=people[1:3])
    for index in range(4):
        planned(cast, working_case(cast), engineer=cast.bob, starts_at=hour(at=12 + index), ends_at=hour(at=13 + index))
    assert count() == few


def test_who_plans_keeps_the_trainings_in_their_table(cast: Cast) -> None:
    """KNO-05: a training with its line and its end; an end before its beginning is refused beside the field."""
    client, address = browser(cast.bob), reverse("masterdata:new", args=["qualifications"])
    fields = {"user": cast.erik.pk, "line": cast.lines["general"].pk, "training": "岗前培训", "passed_on": "2026-01-05"}
    assert client.post(address, {**fields, "valid_until": "2025-01-05"}).status_code == 422
    assert client.post(address, {**fields, "valid_until": "2027-01-05"}).status_code == 302
    assert Qualification.objects.get().user == cast.erik
    away = {"user": cast.erik.pk, "starts_on": "2026-03-02", "ends_on": "2026-03-01", "reason": "年假"}
    assert client.post(reverse("masterdata:new", args=["absences"]), away).status_code == 422
    assert browser(cast.alice).post(address, fields).status_code == 403


def test_a_visit_runs_over_http(cast: Cast) -> None:
    """API, WO-03, KNO-05: suggestion, plan, confirmation, preparation, arrival, plan, report and signature."""
    qualified(cast, cast.erik)
    case, caller, erik = working_case(cast), Caller(cast.bob), Caller(cast.erik)
    span = f"starts_at={hour():%Y-%m-%dT%H:%M:%SZ}&ends_at={hour(at=11):%Y-%m-%dT%H:%M:%SZ}"
    rows = caller.get(f"/visits/candidates/{case.number}?{span}").json()
    assert (rows[0]["engineer"], rows[0]["fits"], rows[-1]["fits"]) == ("erik", True, False)
    body = {**plan_values(cast), "engineer": "erik", "case": case.number, "starts_at": hour().isoformat(),
            "ends_at": hour(at=11).isoformat()}  # fmt: skip
    assert caller.post("/visits", {**body, "engineer": "bob"}).status_code == 409
    row = caller.post("/visits", body)
    assert row.status_code == 201
    path = f"/visits/{row.json()['number']}"
    assert caller.post(f"{path}/confirmation", {"person": "王工"}).json()["state"] == "confirmed"
    assert erik.post(f"{path}/steps", {"step": "arrive"}).status_code == 409
    ticked = [code for code, done in row.json()["preparation"].items() if not done]
    assert erik.post(f"{path}/preparation", {"ticked": ticked}).json()["preparation"]["safety"] is True
    assert caller.post(f"{path}/steps", {"step": "arrive"}).status_code == 403
    assert erik.post(f"{path}/steps", {"step": "arrive", "early": True}).json()["state"] == "on_site"
    assert erik.post(f"{path}/steps", {"step": "fly"}).status_code == 422
    plan = {"phenomenon": "异响", "plan": "更换", "agreed_with": "王工"}
    assert erik.post(f"{path}/agreed-plan", plan).status_code == 200
    report = {"verdict": "solved", "steps": "更换", "cleaned": True, "demonstrated": True,
              "results": [{"code": "guard", "passed": True}]}  # fmt: skip
    assert erik.post(f"{path}/report", report).json()["report"]["results"][0]["name"] == "安全防护"
    assert erik.post(f"{path}/signature", {"satisfied": True, "person": "王工", "picture": "%%"}).status_code == 422
    word = {"satisfied": True, "person": "王工", "picture": base64.b64encode(png()).decode(), "result_score": 5}
    assert erik.post(f"{path}/signature", word).json()["state"] == "finished"
    assert caller.get(f"/visits?case={case.number}").json()["items"][0]["report"]["signed_by"] == "王工"
    assert Caller(cast.charlie).get(path).status_code == 404


def test_the_calendar_of_a_person_opens_with_his_secret_address_alone(cast: Cast) -> None:
    """WO-17: his own visits as iCalendar; a new password, a wrong address and one who has left open nothing."""
    qualified(cast, cast.erik)
    visit = planned(cast, working_case(cast), place="甬江路 8 号, 二楼; 东门", task="更换轴承\n调整预紧，" * 9)
    address = reverse("visit:calendar", args=[token_of(cast.erik)])
    assert address in browser(cast.erik).get(reverse("visits:mine")).content.decode()
    answer = Client().get(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    lines = answer.content.decode().split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    text = "".join(line[1:] if line.startswith(" ") else f"\n{line}" for line in lines)
    assert f"UID:{visit.number}@bihuan" in text
    assert "LOCATION:甬江路 8 号\\, 二楼\\; 东门" in text
    assert "更换轴承\\n调整预紧，更换轴承" in text
    assert "STATUS:TENTATIVE" in text
    assert visit.number not in Client().get(reverse("visit:calendar", args=[token_of(cast.bob)])).content.decode()
    Visit.objects.filter(pk=visit.pk).update(state="asked")
    assert visit.number not in Client().get(address).content.decode(), "not authorised, not promised"
    assert Client().get(reverse("visit:calendar", args=["x"])).status_code == 404
    change_password(user=cast.erik, password="ein anderes langes Wort", by=None)
    assert Client().get(address).status_code == 404
    fresh = reverse("visit:calendar", args=[token_of(cast.erik)])
    assert Client().get(fresh).status_code == 200
    update_user(user=cast.erik, by=None, is_active=False)
    assert Client().get(fresh).status_code == 404


def test_the_roster_of_a_team_is_a_calendar_too(cast: Cast) -> None:
    """WO-17: who plans subscribes to everybody he sees or to a region; with absences, without telephone numbers."""
    erik = cast.erik
    other = create_user(username="t1", name="塔工", password=PASSWORD, roles=["technician"], region=cast.south)
    User.objects.filter(pk=erik.pk).update(region=cast.north)
    for user in (erik, other):
        qualified(cast, user)
    first, second = planned(cast, working_case(cast)), planned(cast, working_case(cast), engineer=other)
    helped = planned(cast, working_case(cast), engineer=other, helpers=[erik], starts_at=hour(2), ends_at=hour(2, 11))
    far = planned(cast, working_case(cast), starts_at=hour(60), ends_at=hour(60, 11))
    asked = planned(cast, working_case(cast), starts_at=hour(4), ends_at=hour(4, 11))
    Visit.objects.filter(pk=asked.pk).update(state="asked")
    day = hour(3).date()
    Absence.objects.create(user=erik, starts_on=day, ends_on=day, reason="年假")

    def told(token: str, **asked: Any) -> str:
        answer = Client().get(reverse("visit:team_calendar", args=[token]), asked)
        return answer.content.decode().replace("\r\n ", "") if answer.status_code == 200 else str(answer.status_code)

    token = token_of(cast.bob, TEAM)
    whole = told(token)
    assert [visit.number in whole for visit in (first, second, helped, far, asked)] == [True, True, True, False, False]
    assert f"SUMMARY:{other}、{erik} {helped.get_purpose_display()} {helped.case.customer}" in whole
    assert f"DTSTART;VALUE=DATE:{day:%Y%m%d}" in whole
    assert f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}" in whole
    assert f"SUMMARY:{erik} 不在岗：年假" in whole
    assert "13800001234" not in whole
    north, south = told(token, region=cast.north.pk), told(token, region=cast.south.pk)
    assert [visit.number in north for visit in (first, second, helped)] == [True, False, True]
    assert [visit.number in south for visit in (first, second, helped)] == [False, True, True]
    assert ("年假" in north, "年假" in south) == (True, False)
    assert "BEGIN:VEVENT" not in told(token, region="9" * 40)
    page = browser(cast.bob).get(reverse("visits:board"), {"region": cast.north.pk})
    assert [row.person for row in page.context["rows"]] == [erik]
    assert f"{token}.ics?region={cast.north.pk}" in page.content.decode()
    assert browser(cast.bob).get(reverse("visits:board"), {"region": "x"}).context["region"] == ""
    assert [told(one) for one in (token_of(cast.bob), token_of(other, TEAM), "x")] == ["404", "404", "404"]


def test_an_inspector_is_sent_to_look_at_a_serious_problem(cast: Cast) -> None:
    """WO-13, WO-24, WO-25: a quality inspector surveys the site; his findings stand with the case, which goes on."""
    inspector = create_user(username="insp", name="沈检", password=PASSWORD, roles=["quality_engineer"])
    qualified(cast, inspector)
    case = diagnosed(cast, triaged(cast, cast.case(), severity=3))
    visit = on_site(cast, planned(cast, case, purpose="survey", engineer=inspector))
    client = browser(inspector)

    def act(name: str, **fields: Any) -> Any:
        return client.post(reverse("visits:act", args=[visit.number, name]), fields)

    assert act("report", verdict="found", phenomenon="").status_code == 422
    found = {"verdict": "found", "phenomenon": "支座焊缝开裂", "environment": "室外，有振动源"}
    assert act("report", **found).status_code == 302
    assert act("sign", decision="yes", person="王工", signature=drawn()).status_code == 302
    visit.refresh_from_db()
    case.refresh_from_db()
    assert (visit.state, visit.report.environment, case.state) == ("finished", "室外，有振动源", "solving")


def test_photos_and_film_are_kept_before_the_report_is_written(cast: Cast) -> None:
    """WO-13: a film plays on the page, the paper names it; who does not go on the visit adds nothing."""
    qualified(cast, cast.erik)
    visit = on_site(cast, planned(cast, working_case(cast)))
    address = reverse("visits:act", args=[visit.number, "photos"])
    film = SimpleUploadedFile("主轴异响.webm", b"\x1aE\xdf\xa3" + b"\x00webm" * 40, "video/webm")
    picture = SimpleUploadedFile("现场.png", png(), "image/png")
    assert browser(cast.bob).post(address, {"uploads": [picture]}).status_code == 403
    picture.seek(0)
    page = browser(cast.erik).post(address, {"uploads": [picture, film]}, follow=True).content.decode()
    assert page.count("<video controls") == 1
    assert "现场.png" in page
    assert "现场视频" in str(field_report(reported(cast, visit)))
    assert browser(cast.erik).post(address, {}).status_code == 422

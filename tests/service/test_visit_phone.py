"""What the telephone keeps without a network, and what becomes of it when it is back."""

import hashlib
import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bihuan.core.activity.models import Activity
from bihuan.core.files.models import Attachment
from bihuan.core.idempotency.models import GivenAnswer
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.visits.models import FieldReport, PhoneEntry, Visit
from bihuan.service.visits.panels import papers_of
from bihuan.service.visits.phone import EntryForms
from bihuan.service.visits.phone_views import is_whole
from bihuan.service.visits.services import handing_in, planning
from tests.caller import Caller
from tests.cast import Cast
from tests.service.story import png
from tests.service.test_visit_pages import browser, drawn
from tests.service.visiting import hour, plan_values, planned, qualified, report_values, working_case

pytestmark = pytest.mark.django_db


def agreed_visit(cast: Cast) -> Visit:
    """Erik is expected tomorrow at nine."""
    qualified(cast, cast.erik)
    return planning.confirm(visit=planned(cast, working_case(cast)), person="王工")


def typed_entry(visit: Visit, **changes: Any) -> dict[str, Any]:
    """An entry as the phone's page sends it: prepared, arrived, agreed, reported, signed."""
    values = report_values(visit)
    report = {f"report-{name}": value for name, value in values.items() if name != "results" and value is not False}
    criteria = {f"report-{kind}_{row['code']}": value for row in values["results"]
                for kind, value in (("r", row["value"]), ("p", "yes"))}  # fmt: skip
    return {
        "key": str(uuid.uuid4()), "version": visit.version, "written_at": timezone.now().isoformat(), "early": "on",
        "prepare-ticked": [item.code for item in visit.policy.visits.preparation], "prepare-supplies": "轴承",
        "agree-phenomenon": "主轴异响", "agree-plan": "更换轴承", "agree-agreed_with": "王工", **report, **criteria,
        "sign-decision": "yes", "sign-person": "王工", "sign-result_score": "5", "sign-signature": drawn(), **changes,
    }  # fmt: skip


def hand_in(client: Client, visit: Visit, data: dict[str, Any], key: str | None = None) -> Any:
    address = reverse("visits:phone_entry", args=[visit.number])
    headers = {"Idempotency-Key": key or f"{data['key']}.1"}
    return client.post(address, urlencode(data, doseq=True), "application/x-www-form-urlencoded", headers=headers)


def photo(client: Client, visit: Visit, content: bytes, key: str) -> Any:
    upload = SimpleUploadedFile("现场.png", content, "image/png")
    address = reverse("visits:phone_photo", args=[visit.number])
    values = {"photo": upload, "sha256": hashlib.sha256(content).hexdigest()}
    return client.post(address, values, headers={"Idempotency-Key": key})


def test_the_phone_gets_the_coming_visits_with_the_forms_that_they_need(cast: Cast) -> None:
    """WO-08: place, contact, task and forms of his own visits of three days; nobody else's."""
    visit, case = agreed_visit(cast), working_case(cast)
    later = planned(cast, case, starts_at=hour(5), ends_at=hour(5, 11))
    kept = browser(cast.erik).get(reverse("visits:phone_facts")).json()
    assert [row["number"] for row in kept["visits"]] == [visit.number]
    assert later.number != visit.number
    row = kept["visits"][0]
    assert (row["version"], row["state"], kept["user"]) == (visit.version, "confirmed", cast.erik.pk)
    for part in (
        "宁波市北仑区甬江路 8 号",
        "13800001234",
        'name="prepare-ticked"',
        'name="agree-plan"',
        "report-steps",
    ):
        assert part in row["html"]
    assert browser(cast.bob).get(reverse("visits:phone_facts")).status_code in {200, 403}
    assert Client().get(reverse("visits:phone_facts")).status_code == 401


def test_an_entry_takes_every_step_once_however_often_it_arrives(cast: Cast) -> None:
    """WO-09, WO-10, ACC-07: repeated with its key, and again days later when the kept answer is gone."""
    visit, client = agreed_visit(cast), browser(cast.erik)
    for key in ("photo-1", "photo-1", "photo-2"):
        assert photo(client, visit, png(), key).status_code == 200
    data = typed_entry(visit)
    first, again = hand_in(client, visit, data), hand_in(client, visit, data)
    GivenAnswer.objects.all().delete()
    late = hand_in(client, visit, data)
    assert (first.status_code, again.json(), late.json()) == (200, first.json(), first.json())
    visit.refresh_from_db()
    report = visit.report
    assert (visit.state, report.steps, report.signed_by, report.result_score) == (
        "finished", "拆检主轴，更换轴承，重新预紧", "王工", 5)  # fmt: skip
    assert (PhoneEntry.objects.count(), FieldReport.objects.count()) == (1, 1)
    assert Attachment.objects.filter(subject_type="visits.visit", subject_id=visit.pk, role="evidence").count() == 1
    verbs = list(
        Activity.objects.filter(subject_type="visits.visit", subject_id=visit.pk).values_list("verb", flat=True)
    )
    assert [verbs.count(f"visit.{name}") for name in ("handed_in", "arrived", "reported", "signed")] == [1, 1, 1, 1]


def test_the_times_of_the_phone_count_as_far_as_they_can_be(cast: Cast) -> None:
    """WO-16: an arrival of ten minutes ago is kept as such; a clock that runs ahead is set back to now."""
    visit, client = agreed_visit(cast), browser(cast.erik)
    Visit.objects.filter(pk=visit.pk).update(created_at=timezone.now() - timedelta(hours=3))
    ago = timezone.localtime() - timedelta(minutes=10)
    data = typed_entry(visit, arrived_at=f"{ago:%Y-%m-%dT%H:%M}", written_at="2030-01-01T00:00:00.000Z")
    assert hand_in(client, visit, data).status_code == 200
    visit.refresh_from_db()
    assert visit.arrived_at == ago.replace(second=0, microsecond=0)
    assert visit.report.agreed_at == visit.arrived_at
    assert visit.report.signed_at <= timezone.now()


def test_a_visit_that_changed_meanwhile_refuses_the_entry_and_nothing_is_half_done(cast: Cast) -> None:
    """WO-18: moved by the dispatcher: the phone is told who did what; sent for the new state it counts."""
    visit, client = agreed_visit(cast), browser(cast.erik)
    data = typed_entry(visit)
    values = {name: value for name, value in plan_values(cast).items() if name in {"engineer", "ends_at"}}
    planning.reschedule(visit=visit, by=cast.bob, reason="客户停机", starts_at=hour(at=10), **values)
    refused = hand_in(client, visit, data)
    assert (refused.status_code, refused.json()["code"]) == (409, "changed")
    assert "改期" in refused.json()["title"]
    incomplete = hand_in(client, visit, {**data, "agree-plan": ""}, key="other-1")
    assert (incomplete.status_code, incomplete.json()["code"]) == (409, "changed"), (
        "the change is told before a mistake"
    )
    visit.refresh_from_db()
    assert (visit.state, FieldReport.objects.count(), PhoneEntry.objects.count()) == ("planned", 0, 0)
    planning.confirm(visit=visit, person="王工")
    assert hand_in(client, visit, {**data, "version": visit.version}, key="again-1").status_code == 200


def test_the_service_itself_refuses_what_was_written_for_another_state(cast: Cast) -> None:
    """WO-10, WO-18: where two entries pass the view at once, the second finds the visit changed, or itself received."""
    visit = agreed_visit(cast)
    ticked = {"ticked": [item.code for item in visit.policy.visits.preparation], "supplies": ""}
    written = handing_in.Written(written_at=timezone.now(), early=True, prepared=ticked)
    with pytest.raises(MoveRefused) as refused:
        handing_in.hand_in(visit=visit, by=cast.erik, key="c" * 8, version=visit.version - 1, written=written)
    assert (refused.value.code, PhoneEntry.objects.count()) == ("changed", 0)
    first, again = (
        handing_in.hand_in(visit=visit, by=cast.erik, key="d" * 8, version=version, written=written)
        for version in (visit.version, 0)
    )
    assert (first, PhoneEntry.objects.count(), visit.state) == (again, 1, "on_site")


def test_a_step_that_is_refused_takes_back_the_steps_before_it(cast: Cast) -> None:
    """WO-20: a part of another model: neither the arrival nor the plan is kept."""
    visit, client = agreed_visit(cast), browser(cast.erik)
    data = typed_entry(visit)
    del data["report-same_parts"]
    refused = hand_in(client, visit, data)
    assert (refused.status_code, refused.json()["code"]) == (409, "same_parts")
    visit.refresh_from_db()
    assert (visit.state, visit.arrived_at, PhoneEntry.objects.count()) == ("confirmed", None, 0)
    wrong = hand_in(client, visit, {**data, "agree-plan": ""})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "agree-plan")


def test_a_report_is_handed_in_without_a_signature_and_signed_by_another_entry(cast: Cast) -> None:
    """ACC-07: the customer was not there; the second entry holds his word alone."""
    visit, client = agreed_visit(cast), browser(cast.erik)
    first = {name: value for name, value in typed_entry(visit).items() if not name.startswith("sign-")}
    assert hand_in(client, visit, first).status_code == 200
    visit.refresh_from_db()
    assert visit.state == "reported"
    assert EntryForms(visit).report is None
    signature = {
        name: value for name, value in typed_entry(visit).items() if name.split("-")[0] not in {"report", "agree"}
    }
    assert hand_in(client, visit, signature).status_code == 200
    visit.refresh_from_db()
    assert (visit.state, PhoneEntry.objects.count()) == ("finished", 2)


def test_the_phone_and_the_board_cost_the_same_for_one_visit_and_for_many(cast: Cast) -> None:
    """WO-08, WO-17: the number of queries does not grow with the visits."""
    agreed_visit(cast)
    clients = {"/visits/phone/facts.json": browser(cast.erik), "/visits/board/": browser(cast.bob),
               "/visits/tools/": browser(cast.bob)}  # fmt: skip

    def counts() -> list[int]:
        found = []
        for address, client in clients.items():
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            found.append(len(asked))
        return found

    counts()
    few = counts()
    for at in (12, 14, 16):
        planned(cast, working_case(cast), starts_at=hour(at=at), ends_at=hour(at=at + 1))
    assert counts() == few


def test_photos_by_the_api_are_kept_once_and_the_paper_goes_into_the_dossier(cast: Cast) -> None:
    """WO-13, ACC-09: the same photo twice is one; who does not go on the visit is refused; F22 lies with the case's papers."""
    visit = agreed_visit(cast)
    path = f"/visits/{visit.number}/photos"
    for _turn in range(2):
        upload = SimpleUploadedFile("a.png", png(), "image/png")
        assert Caller(cast.erik).upload(path, file=upload).status_code == 200
    assert Attachment.objects.filter(subject_type="visits.visit", role="evidence").count() == 1
    other = SimpleUploadedFile("b.png", png() + b"x", "image/png")
    assert Caller(cast.bob).upload(path, file=other).status_code == 403
    assert papers_of(visit.case) == []
    assert hand_in(browser(cast.erik), visit, typed_entry(visit)).status_code == 200
    assert [row.form_code for row in papers_of(visit.case)] == ["F22"]


def test_what_arrives_only_in_part_is_not_read(cast: Cast) -> None:
    """WO-10: a connection that broke after half a photo, or half of the words, changes nothing and may be repeated."""
    visit, client = agreed_visit(cast), browser(cast.erik)
    address = reverse("visits:phone_photo", args=[visit.number])
    half = {"photo": SimpleUploadedFile("现场.png", png(), "image/png"), "sha256": "0" * 64}
    cut = client.post(address, half, headers={"Idempotency-Key": "p-1"})
    assert (cut.status_code, cut.json()["code"], GivenAnswer.objects.count()) == (400, "cut", 0)
    words = RequestFactory().post("/", b"report-steps=half", "application/x-www-form-urlencoded")
    assert is_whole(words)
    words.META["CONTENT_LENGTH"] = "5000"
    del words.headers
    assert not is_whole(words)
    assert photo(client, visit, png(), "p-1").status_code == 200


def test_nobody_else_hands_in_or_repeats_for_him(cast: Cast) -> None:
    """D08: who does not go on the visit may not; who has no sign-in reads 401; a key answers its own person alone."""
    visit = agreed_visit(cast)
    data = typed_entry(visit)
    assert hand_in(Client(), visit, data).status_code == 401
    assert hand_in(browser(cast.bob), visit, data).status_code == 403
    assert hand_in(browser(cast.erik), visit, data).status_code == 200
    assert hand_in(browser(cast.bob), visit, data).status_code == 403
    assert photo(browser(cast.erik), visit, png(), "late").status_code == 409


def test_a_visit_that_was_moved_far_away_is_told_to_the_phone_that_has_written_for_it(cast: Cast) -> None:
    """WO-10, WO-18: asked for by its number, so that its entry can be sent for the visit as it is now; to nobody else."""
    qualified(cast, cast.erik)
    visit = planned(cast, working_case(cast), starts_at=hour(8), ends_at=hour(8, 11))
    facts = reverse("visits:phone_facts")

    def told(user: Any, **asked: str) -> list[str]:
        return [row["number"] for row in browser(user).get(facts, asked).json()["visits"]]

    assert told(cast.erik) == []
    assert told(cast.erik, number=visit.number) == [visit.number]
    assert told(cast.bob, number=visit.number) == []


def test_the_phone_tells_what_is_open_and_what_was_begun_whenever_it_was_planned(cast: Cast) -> None:
    """WO-08, WO-10: a visit begun far ahead of its day is there; unauthorised, called off or finished it is not, even asked for."""
    qualified(cast, cast.erik)
    visit = planned(cast, working_case(cast), starts_at=hour(8), ends_at=hour(8, 11))

    def told(state: str, **asked: str) -> bool:
        Visit.objects.filter(pk=visit.pk).update(state=state)
        rows = browser(cast.erik).get(reverse("visits:phone_facts"), asked).json()["visits"]
        return [row["number"] for row in rows] == [visit.number]

    assert [told(state) for state in ("planned", "confirmed", "on_site", "reported")] == [False, False, True, True]
    Visit.objects.filter(pk=visit.pk).update(starts_at=hour(1), ends_at=hour(1, 11))
    assert told("confirmed")
    assert [told(state, number=visit.number) for state in ("asked", "cancelled", "finished")] == [False] * 3


def test_a_clock_of_the_phone_that_goes_wrong_is_set_right(cast: Cast) -> None:
    """WO-10: nothing was written before the visit was planned, and nobody arrived after he had written."""
    visit, now = agreed_visit(cast), timezone.now()
    ready = {"ticked": [item.code for item in visit.policy.visits.preparation], "supplies": "轴承"}
    early = handing_in.Written(written_at=now - timedelta(days=2), early=True, prepared=ready)
    entry = handing_in.hand_in(visit=visit, by=cast.erik, key="a" * 8, version=visit.version, written=early)
    assert (entry.written_at, visit.arrived_at) == (visit.created_at, visit.created_at)
    other = planning.confirm(
        visit=planned(cast, working_case(cast), starts_at=hour(8), ends_at=hour(8, 10)), person="王工"
    )
    written_at = other.created_at + timedelta(microseconds=1)
    later = handing_in.Written(written_at=written_at, arrived_at=timezone.now(), early=True, prepared=ready)
    handing_in.hand_in(visit=other, by=cast.erik, key="b" * 8, version=other.version, written=later)
    assert other.arrived_at == written_at


def test_one_key_on_two_telephones_is_an_entry_of_each(cast: Cast) -> None:
    """WO-10: the colleague's entry counts for itself; each repeat finds its own, and neither is lost."""
    visit = agreed_visit(cast)
    visit.helpers.add(cast.bob)
    first = typed_entry(visit)
    del first["sign-decision"]
    assert hand_in(browser(cast.erik), visit, first, "shared.1").status_code == 200
    visit.refresh_from_db()
    other = {**first, "version": visit.version, "sign-decision": "yes"}
    assert hand_in(browser(cast.bob), visit, other, "shared.1").status_code == 200
    visit.refresh_from_db()
    assert (visit.state, PhoneEntry.objects.filter(key=first["key"]).count()) == ("finished", 2)
    for user, data in ((cast.erik, first), (cast.bob, other)):
        assert hand_in(browser(user), visit, data, "again.1").status_code == 200
    assert PhoneEntry.objects.count() == 2

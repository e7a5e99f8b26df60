"""Acts on the pages of records: what was typed outlives a refusal."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from bihuan.registry.people.models import Department
from bihuan.registry.people.services import create_user
from bihuan.service.desk.models import Case, Opinion
from bihuan.service.desk.services import diagnosing, triage
from bihuan.service.visits.models import Visit
from tests.cast import PASSWORD, Cast
from tests.service.story import diagnosed, png, triaged
from tests.service.visiting import planned, qualified, working_case

pytestmark = pytest.mark.django_db
TYPED = "用塞规量了四处，导套单边磨损 0.12 mm"


def signed_in(name: str) -> Client:
    client = Client()
    client.login(username=name, password=PASSWORD)
    return client


def between(page: str, start: str, end: str) -> str:
    """The part of a page from ``start`` to the next ``end``."""
    begin = page.index(start)
    return page[begin : page.index(end, begin)]


def test_what_was_typed_for_an_act_that_is_gone_stands_on_the_page_of_the_case(cast: Cast) -> None:
    """Two people at once: the second is told who and what, loses no word, and nothing is written."""
    case = triaged(cast, cast.case())
    seen = case.version
    diagnosed(cast, case)
    values = {"version": seen, "findings": TYPED, "cause": "润滑不足"}
    answer = signed_in("erik").post(f"/cases/{case.number}/diagnose/", values)
    page = answer.content.decode()
    form = between(page, 'id="do-diagnose"', "</details>")
    assert answer.status_code == 409
    assert "已先一步处理" in form
    assert "open" in form.splitlines()[0]
    assert TYPED in form
    assert 'type="submit"' not in form
    assert page.index('id="do-diagnose"') < page.index('id="do-solution"')
    assert 'data-open="do-diagnose"' not in page
    case.refresh_from_db()
    assert case.diagnoses.count() == 1


def test_a_refusal_stands_once_where_the_form_is_and_at_the_top_where_there_is_none(cast: Cast) -> None:
    """Who reads a reason twice looks for two faults."""
    case = triaged(cast, cast.case())
    seen = case.version
    triage.assign_case(case=case, by=cast.bob, owner=cast.bob)
    case.refresh_from_db()
    bob = signed_in("bob")
    page = bob.post(f"/cases/{case.number}/cancel/", {"version": seen, "reason": TYPED}).content.decode()
    assert page.count("已先一步处理") == between(page, 'id="do-cancel"', "</details>").count("已先一步处理") == 1
    wrong = {"version": case.version, "reason": ""}
    page = bob.post(f"/cases/{case.number}/cancel/", wrong).content.decode()
    assert 'class="error-box' not in page
    page = signed_in("erik").post(f"/cases/{case.number}/start_diagnosis/", {"version": seen}).content.decode()
    assert page.count("已先一步处理") == 1
    assert page.index("已先一步处理") < page.index('class="steps"')


def test_a_version_that_is_passed_keeps_the_form_that_is_still_possible(cast: Cast) -> None:
    case = triaged(cast, cast.case())
    seen = case.version
    triage.assign_case(case=case, by=cast.bob, owner=cast.bob)
    answer = signed_in("bob").post(f"/cases/{case.number}/cancel/", {"version": seen, "reason": TYPED})
    form = between(answer.content.decode(), 'id="do-cancel"', "</details>")
    assert answer.status_code == 409
    assert TYPED in form
    assert 'type="submit"' in form
    case.refresh_from_db()
    assert case.state == "triaged"


def test_files_are_not_kept_and_the_form_says_so(cast: Cast) -> None:
    case = triaged(cast, cast.case())
    values = {
        "version": case.version,
        "text": TYPED,
        "minutes": "5",
        "uploads": SimpleUploadedFile("a.png", png(), "image/png"),
    }
    answer = signed_in("erik").post(f"/cases/{case.number}/work/", values)
    assert answer.status_code == 409
    assert "文件未保留" in between(answer.content.decode(), 'id="do-work"', "</details>")


def test_what_was_typed_for_an_act_that_is_gone_stands_on_the_page_of_a_visit(cast: Cast) -> None:
    qualified(cast, cast.erik)
    visit = planned(cast, working_case(cast))
    Visit.objects.filter(pk=visit.pk).update(state="cancelled")
    values = {"version": visit.version, "reason": TYPED}
    answer = signed_in("bob").post(f"/visits/{visit.number}/cancel/", values)
    page = answer.content.decode()
    form = between(page, 'id="do"', "</section>")
    assert answer.status_code == 409
    assert TYPED in form
    assert 'type="submit"' not in form
    assert page.count('class="error-box') == form.count('class="error-box') == 1


def test_a_refusal_without_a_form_of_its_own_shows_the_typed_text_and_no_secret(cast: Cast) -> None:
    """Of two who answer for a department the second one keeps his words."""
    production = Department.objects.get(code="production")
    for name in ("pam", "pat"):
        create_user(username=name, name=name, password=PASSWORD, roles=["production_manager"], department=production)
    case = triaged(cast, cast.case())
    diagnosing.convene(case=case, by=cast.erik, topic="导套磨损是否批量", departments=[production], users=[],
                       answer_by=timezone.now())  # fmt: skip
    path = f"/cases/{case.number}/opinions/{Opinion.objects.get().pk}/"
    assert signed_in("pam").post(path, {"text": "不是批量"}).status_code == 302
    late = signed_in("pat").post(path, {"text": TYPED, "password": "geheim-geheim"})
    assert late.status_code == 409
    assert TYPED in between(late.content.decode(), 'class="typed"', "</section>")
    assert "geheim" not in late.content.decode()
    assert Case.objects.get(pk=case.pk).consultations.get().opinions.get().text == "不是批量"

"""The page of a case: what the eye meets first, and what a person can put right on it."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.core.deadlines.models import Deadline
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.people.models import Department, User
from bihuan.registry.people.services import create_user
from bihuan.registry.products.services import create_unit
from bihuan.service.desk.models import Case, Opinion, Suggestion
from bihuan.service.desk.recognition import suggest, told_phone
from bihuan.service.desk.services import diagnosing, talk
from bihuan.service.desk.services.triage import decide_suggestion, edit_case
from bihuan.service.followup.models import FollowUp, ReviewTask
from tests.cast import PASSWORD, Cast
from tests.service.story import accepted, agreed, diagnosed, followed_up, proposed, triaged

pytestmark = pytest.mark.django_db

MAIL = """您好：
顶针卡死，产品顶白，已经停机。订单 2026110900012 号。

刘建国 13812345678
单位：宁波海天塑机配套有限公司
"""


def signed_in(name: str) -> Client:
    client = Client()
    client.login(username=name, password=PASSWORD)
    return client


def stranger(cast: Cast, text: str = MAIL) -> Case:
    """A case of which only the words are known."""
    return cast.case(description=text, customer=None, unit=None, line=None, contact_phone="",
                     contact_email="liu@new.example")  # fmt: skip


def test_telephone_and_company_are_found_in_the_words_of_a_message(cast: Cast) -> None:
    found = {row.field: row.value for row in suggest(stranger(cast))}
    assert (found["contact_phone"], found["customer"]) == ("13812345678", str(cast.customer.pk))


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("电话0574-87654321，请回电", "0574-87654321"),
        ("手机:13812345678。", "13812345678"),
        ("打 13812345678 或 13912345678", ""),
        ("序列号 SN13812345678", ""),
        ("单号 2013812345678901", ""),
    ],
)
def test_one_number_is_a_telephone_several_or_a_longer_one_are_not(cast: Cast, text: str, phone: str) -> None:
    assert told_phone(Case(description=text)) == phone


def test_the_customer_is_heard_before_anything_is_asked(cast: Cast) -> None:
    case = stranger(cast)
    suggest(case)
    page = signed_in("bob").get(f"/cases/{case.number}/").content.decode()
    assert page.index('id="words"') < page.index("顶针卡死，产品顶白，已经停机") < page.index('id="suggestions"')
    assert page.index('id="suggestions"') < page.index('id="do-triage"')


def test_every_label_of_the_page_belongs_to_a_field_of_its_own(cast: Cast) -> None:
    page = signed_in("bob").get(f"/cases/{cast.case().number}/").content.decode()
    twice = [name for name, count in Counter(re.findall(r'\bid="([^"]+)"', page)).items() if count > 1]
    assert twice == []
    assert set(re.findall(r'<label[^>]* for="([^"]+)"', page)) <= set(re.findall(r'\bid="([^"]+)"', page))


def test_customer_and_unit_are_put_right_by_number_and_the_rest_follows(cast: Cast) -> None:
    case = stranger(cast)
    client, path = signed_in("bob"), f"/cases/{case.number}/edit/"
    when = case.complained_at.strftime("%Y-%m-%dT%H:%M")
    values = {"summary": case.summary, "description": case.description, "complained_at": when,
              "contact_email": case.contact_email, "contact_name": "刘建国"}  # fmt: skip
    wrong = client.post(path, {**values, "unit": "NOPE-1", "customer": "没有这一家"})
    assert wrong.status_code == 422
    assert [words in wrong.content.decode() for words in ("没有此序列号的产品。", "“没有这一家”不存在")] == [True, True]
    case.refresh_from_db()
    assert (case.unit, case.customer, case.contact_name) == (None, None, "王工")
    assert client.post(path, {**values, "unit": "SN26-1284341".replace("-", " ")}).status_code == 302
    case.refresh_from_db()
    assert (case.unit, case.model, case.line, case.customer) == (
        cast.unit, cast.model, cast.model.line, cast.customer,
    )  # fmt: skip
    other = create_unit(serial="sn26 9", model=cast.model, by=None, customer=None)
    edit_case(case=case, by=cast.bob, values={"unit": other})
    case.refresh_from_db()
    assert (case.unit, case.serial_text, case.customer) == (other, other.serial, cast.customer)


def test_a_complaint_that_lies_ahead_is_refused_beside_its_field(cast: Cast) -> None:
    case = cast.case()
    values = {"summary": case.summary, "contact_name": "王工", "complained_at": "2099-01-01T08:00"}
    answer = signed_in("bob").post(f"/cases/{case.number}/edit/", values)
    assert answer.status_code in {409, 422}
    assert 'id="id_edit_complained_at_error">时间不能晚于现在' in answer.content.decode()


def test_of_two_who_decide_about_a_suggestion_one_is_told_of_the_other(cast: Cast) -> None:
    case = stranger(cast)
    suggest(case)
    row = Suggestion.objects.get(case=case, field="contact_phone")
    decide_suggestion(suggestion=row, by=cast.bob, accept=True)
    with pytest.raises(MoveRefused, match="周经理"):
        decide_suggestion(suggestion=row, by=cast.bob, accept=False)
    case.refresh_from_db()
    assert case.contact_phone == "13812345678"
    page = signed_in("bob").get(f"/cases/{case.number}/").content.decode()
    assert re.search(r"采纳了建议<div[^>]*>138\*{4}5678", page)


def test_who_is_asked_for_an_opinion_finds_it_on_the_first_page_and_gives_it_once(cast: Cast) -> None:
    """WO-05: a department is asked, one of its people answers; the next one is told and overwrites nothing."""
    production = Department.objects.get(code="production")
    for name in ("pam", "pat"):
        create_user(username=name, name=name, password=PASSWORD, roles=["production_manager"], department=production)
    case = triaged(cast, cast.case())
    diagnosing.convene(case=case, by=cast.erik, topic="导套磨损是否批量", departments=[production], users=[],
                       answer_by=timezone.now() + timedelta(days=1))  # fmt: skip
    opinion = Opinion.objects.get()
    pam = signed_in("pam")
    assert f"/cases/{case.number}/#consultations" in pam.get("/").content.decode()
    form = f'action="/cases/{case.number}/opinions/{opinion.pk}/"'
    assert form in pam.get(f"/cases/{case.number}/").content.decode()
    assert form not in signed_in("alice").get(f"/cases/{case.number}/").content.decode()
    path = f"/cases/{case.number}/opinions/{opinion.pk}/"
    assert (pam.post(path, {"text": " "}).status_code, pam.post(path, {"text": "不是批量"}).status_code) == (409, 302)
    late = signed_in("pat").post(path, {"text": "是批量"})
    assert late.status_code == 409
    assert "pam" in late.content.decode()
    opinion.refresh_from_db()
    assert opinion.text == "不是批量"
    assert "#consultations" not in pam.get("/").content.decode()


def test_the_codes_that_acceptance_waits_for_stand_beside_it(cast: Cast) -> None:
    case = cast.case()
    Case.objects.filter(pk=case.pk).update(state="internal_acceptance", symptom=None)
    client = signed_in("bob")

    def bar() -> str:
        page: str = client.get(f"/cases/{case.number}/").content.decode()
        return page[page.index('class="bar-x"') :]

    assert 'data-open="do-code"' in bar()
    Case.objects.filter(pk=case.pk).update(symptom=cast.symptom, cause_category=cast.cause)
    assert 'data-open="do-code"' not in bar()


def test_the_follow_up_of_a_case_is_one_press_away_and_its_review_too(cast: Cast) -> None:
    """SUR-15: who may call finds the call on the case, later its worst score and the review."""
    case = triaged(cast, cast.case())
    talk.reply(case=case, by=cast.alice, text="已安排工程师。")
    diagnosed(cast, case)
    proposed(cast, case)
    agreed(cast, case)
    accepted(cast, case)
    row = FollowUp.objects.get(case=case)
    page = f"/cases/{case.number}/"
    assert f'href="/follow-up/{row.pk}/"' in signed_in("alice").get(page).content.decode()
    assert f'href="/follow-up/{row.pk}/"' not in signed_in("erik").get(page).content.decode()
    followed_up(cast, case, score=1)
    review = ReviewTask.objects.get()
    shown = signed_in("bob").get(page).content.decode()
    assert "最低分 1" in shown
    assert f'href="/follow-up/reviews/{review.pk}/"' in shown
    assert f'href="/follow-up/{row.pk}/"' not in shown


def test_a_finished_service_owes_no_second_contact(cast: Cast) -> None:
    """Who has accepted is not reported late for a call that nobody needs any more."""
    case = triaged(cast, cast.case())
    diagnosed(cast, case)
    proposed(cast, case)
    agreed(cast, case)
    assert Deadline.objects.get(subject_id=case.pk, code="second_contact").state == "open"
    accepted(cast, case)
    assert Deadline.objects.get(subject_id=case.pk, code="second_contact").state == "met"


def test_a_seller_follows_what_he_relayed_on_his_first_page(cast: Cast) -> None:
    """INT-06, INT-38: who told us for a customer sees what becomes of it until it has ended."""
    create_user(username="sam", name="孙敏", password=PASSWORD, roles=["sales"])
    seller = User.objects.get(username="sam")
    case, other = cast.case(channel="sales", reporter=seller), cast.case()
    client = signed_in("sam")
    page = client.get("/").content.decode()
    part = page[page.index('id="relayed"') :]
    assert [case.number in part, other.number in part] == [True, False]
    Case.objects.filter(pk=case.pk).update(state="archived")
    assert 'id="relayed"' not in client.get("/").content.decode()
    mine = cast.case(reporter=cast.alice)
    page = signed_in("alice").get("/").content.decode()
    part = page[page.index('id="relayed"') : page.index("</ul>", page.index('id="relayed"'))]
    assert [mine.number in part, other.number in part] == [True, False]

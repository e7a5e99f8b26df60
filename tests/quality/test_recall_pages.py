"""The pages of recalls: what they show, what they refuse, what they cost."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.core.documents.models import Document
from bihuan.core.documents.rendering import to_word
from bihuan.core.documents.services import draft, verify
from bihuan.core.jobs.relay import run_due
from bihuan.core.search.queries import find_visible
from bihuan.quality.recall.models import Recall
from bihuan.quality.recall.papers import issue_letters, issue_paper
from bihuan.quality.recall.services import owners
from tests.quality.recall_story import dangerous, decided, opened, published, unit
from tests.quality.story import Quality

pytestmark = pytest.mark.django_db


def browser(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(recall: Recall) -> str:
    return reverse("recall:recall", args=[recall.number])


def test_engineering_asks_on_the_page_of_an_issue_and_judges_there(q: Quality) -> None:
    """QIS-12: the panel warns where there is danger; one press opens the question, the form stands open."""
    issue = dangerous(q)
    text = browser(q.cast.erik).get(reverse("issues:issue", args=[issue.number])).content.decode()
    assert "请判断是否需要召回" in text
    client = browser(q.cast.erik)
    answer = client.post(reverse("recall:ask", args=[issue.number]), follow=True)
    assert "结论建议" in answer.content.decode()
    again = client.post(reverse("recall:ask", args=[issue.number]), follow=True)
    assert "正在判断或实施中" in again.content.decode()
    assert browser(q.cast.alice).post(reverse("recall:ask", args=[issue.number])).status_code in {403, 404}


def test_what_was_typed_stays_beside_the_error(q: Quality) -> None:
    """QIS-12: a half-written analysis comes back with its words, the missing field says so."""
    recall = opened(q)
    client = browser(q.cast.erik)
    address = reverse("recall:act", args=[recall.number, "judge"])
    answer = client.post(address, {"hazard": "端子压接不足", "proposal": "recall", "version": recall.version})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "端子压接不足" in text
    full = {
        "hazard": "端子压接不足", "consequence": "起火", "analysis": "复测", "reason": "危险", "likelihood": "high",
        "severity": "3", "proposal": "recall", "remedy": "repair", "remedy_text": "", "emergency": "停用",
        "planned_until": "2099-01-01",
    }  # fmt: skip
    answer = client.post(address, full)
    assert answer.status_code == 409
    assert "has-error" in answer.content.decode()
    assert client.post(address, {**full, "remedy_text": "更换端子"}).status_code == 302
    stale = client.post(address, {**full, "remedy_text": "更换端子", "version": "0"})
    assert stale.status_code == 409


def test_the_page_costs_the_same_for_few_units_and_for_many(q: Quality) -> None:
    """QIS-12: a fixed number of queries, whatever the population."""
    recall = published(q, decided(q))
    client = browser(q.quentin)

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    places = (page(recall), reverse("recall:units") + f"?recall={recall.pk}", reverse("recall:list"))
    queries(places[0])
    few = [queries(place) for place in places]
    for index in range(12):
        unit(q, f"MORE{index:03d}")
    run_due()
    assert recall.affected.exclude(serial="").count() == 15
    assert [queries(place) for place in places] == few
    assert few[0] < 60


def test_several_units_are_recorded_together_and_the_refused_are_named(q: Quality) -> None:
    """QIS-12: measures in the list of units; who may only look is refused."""
    recall = published(q, decided(q))
    rows = list(recall.affected.exclude(serial="").order_by("id"))
    owners.record_measure(row=rows[0], by=q.cast.alice, measure="repair")
    ids = [f"{row.pk}.{row.version}" for row in rows[:2]]
    address = reverse("listing:bulk", args=["recall_units"])
    data = {"action": "measure", "ids": ids, "sure": "1", "measure": "exchange", "text": "换新"}
    assert browser(q.chen).post(address, data).status_code == 403
    text = browser(q.cast.alice).post(address, data).content.decode()
    assert rows[0].serial in text
    assert sorted(recall.affected.exclude(serial="").values_list("measure", flat=True)) == ["", "exchange", "repair"]


def test_the_owner_answers_on_his_telephone(q: Quality) -> None:
    """QIS-12: no sign-in; the notice says what is wrong, what to do, what it costs; a wrong answer keeps its words."""
    recall = published(q, decided(q))
    notice = recall.notices.get()
    address = reverse("owner:answer", args=[notice.token])
    client = Client()
    text = client.get(address).content.decode()
    for words in (recall.hazard, recall.emergency, recall.remedy_text, "RC001"):
        assert words in text
    answer = client.post(address, {"name": "王工"})
    assert answer.status_code == 422
    assert "王工" in answer.content.decode()
    done = client.post(address, {"name": "王工", "phone": "13800001234", "wish": "请上门处理", "when": "周六"})
    assert done.status_code == 200
    notice.refresh_from_db()
    assert notice.answer["wish"] == "请上门处理"
    assert client.get(reverse("owner:answer", args=["nobody"])).status_code == 404


def test_papers_are_frozen_and_letters_are_written_once(q: Quality) -> None:
    """QIS-12: F10 after the judgement, F41 and F42 after the decision, a letter for every notice, printed together."""
    recall = published(q, decided(q))
    for code in ("F10", "F41", "F42"):
        assert verify(issue_paper(recall=recall, code=code, by=q.quentin))
    assert issue_letters(recall=recall, by=q.quentin) == 1
    letter = Document.objects.get(form_code="F40")
    assert "RC000、RC001、RC002" in str(letter.data)
    client = browser(q.quentin)
    assert client.get(reverse("recall:letters", args=[recall.number]))["Content-Type"] == "application/pdf"
    assert client.get(reverse("documents:detail", args=[letter.pk])).status_code == 200
    assert client.post(reverse("recall:act", args=[recall.number, "write_letters"])).status_code == 409
    assert Document.objects.filter(form_code="F40").count() == 1
    assert to_word(draft("F41", recall)).startswith(b"PK")


def test_nothing_is_issued_before_its_time(q: Quality) -> None:
    """QIS-12: no plan of a recall that nobody has decided, no analysis that nobody has written."""
    recall = opened(q)
    client = browser(q.quentin)
    for code in ("F10", "F41", "F99"):
        assert client.post(reverse("recall:form", args=[recall.number, code])).status_code == 409
    assert Document.objects.count() == 0


def test_recalls_are_found_by_their_words_by_those_who_may_see_them(q: Quality) -> None:
    """QIS-12: the search box finds a recall by its defect; an outsider finds nothing."""
    recall = decided(q)
    assert [hit.subject_id for hit in find_visible(q.quentin, "压接不足", types=["recall.recall"])] == [recall.pk]
    assert find_visible(q.cast.charlie, "压接不足", types=["recall.recall"]) == []
    assert browser(q.cast.charlie).get(page(recall)).status_code == 404

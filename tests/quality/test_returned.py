"""Returned defectives: handed over by sales, repaired and analysed by engineering within its hours."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from bihuan.core.activity.models import Activity
from bihuan.core.activity.queries import tampered
from bihuan.core.deadlines.models import Deadline
from bihuan.core.permissions.services import Refused
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.returned.models import Returned
from bihuan.quality.returned.services import analyse, finish, hand_over, receive, refuse
from bihuan.registry.people.services import create_user
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db


def handed(cast: Cast, degree: str = "simple", **more: Any) -> Returned:
    fields = {"model": cast.model, "quantity": 2, "problem": "面板无显示", "degree": degree, **more}
    return hand_over(by=cast.alice, **fields)


def browser(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(("degree", "hours"), [("simple", 24), ("verify", 48), ("special", 72)])
def test_engineering_has_its_hours_from_the_hand_over(cast: Cast, degree: str, hours: int) -> None:
    """RET-08: 24, 48 or 72 hours by degree; the clock ends when the goods are finished, not when they are received."""
    row = handed(cast, degree)
    deadline = Deadline.objects.get(subject_type="returned.returned", subject_id=row.pk)
    assert deadline.due_at is not None
    assert (deadline.due_at - row.handed_at).total_seconds() == hours * 3600
    receive(row=row, by=cast.erik)
    analyse(row=row, by=cast.erik, finding="排线虚焊")
    deadline.refresh_from_db()
    assert deadline.state == "open"
    finish(row=row, by=cast.erik, outcome="repaired")
    deadline.refresh_from_db()
    assert deadline.state == "met"


def test_a_hand_over_walks_from_sales_to_engineering_and_back(cast: Cast) -> None:
    """RET-08: sales hands over, engineering receives, analyses, repairs; the case hears of both ends."""
    case = cast.case()
    row = handed(cast, case=case)
    row = receive(row=row, by=cast.erik)
    assert row.owner == cast.erik
    analyse(row=row, by=cast.erik, finding="排线虚焊")
    finish(row=row, by=cast.erik, outcome="repaired")
    row.refresh_from_db()
    assert (row.state, row.outcome, row.finding) == ("finished", "repaired", "排线虚焊")
    verbs = Activity.objects.filter(subject_type="desk.case", subject_id=case.pk).values_list("verb", flat=True)
    assert {"case.defectives_handed", "case.defectives_answered"} <= set(verbs)
    assert list(tampered("returned.returned")) == []


def test_nobody_skips_a_step_or_does_the_other_side(cast: Cast) -> None:
    """RET-08: no analysis before the receipt, no end before the analysis, no receipt by who handed over."""
    row = handed(cast)
    for call in (
        lambda: analyse(row=row, by=cast.erik, finding="x"),
        lambda: finish(row=row, by=cast.erik, outcome="repaired"),
    ):
        with pytest.raises(MoveRefused):
            call()
    with pytest.raises(Refused):
        receive(row=row, by=cast.alice)
    with pytest.raises(Refused):
        hand_over(by=cast.erik, model=cast.model, quantity=1, problem="x", degree="simple")
    with pytest.raises(MoveRefused) as refused:
        refuse(row=row, by=cast.erik, reason=" ")
    assert refused.value.code == "reason"
    for field, value in (("quantity", 0), ("degree", "hard"), ("problem", " ")):
        with pytest.raises(MoveRefused) as refused:
            handed(cast, **{field: value})
        assert refused.value.code == field
    with pytest.raises(IntegrityError), transaction.atomic():
        Returned.objects.filter(pk=row.pk).update(state="finished")


def test_who_handed_over_never_confirms_the_receipt(cast: Cast) -> None:
    """RET-08: also where one person holds both roles."""
    both = create_user(username="both", name="双", password=PASSWORD, roles=["sales", "technical_engineer"])
    row = hand_over(by=both, model=cast.model, quantity=1, problem="异响", degree="simple")
    with pytest.raises(MoveRefused):
        receive(row=row, by=both)
    row.refresh_from_db()
    assert row.state == "handed"


def test_the_pages_hand_over_and_answer(cast: Cast) -> None:
    """RET-08: from the case with what is known of it; a wrong field keeps what was typed; sales sees only its own."""
    case = cast.case()
    client = browser(cast.alice)
    assert "移交工程部" in client.get(reverse("desk:case", args=[case.number])).content.decode()
    address = reverse("returned:hand_over")
    assert case.summary in client.get(f"{address}?case={case.number}").content.decode()
    data = {"model": cast.model.pk, "quantity": "2", "problem": "面板无显示", "degree": "verify", "case": "SV0"}
    answer = client.post(address, data)
    assert answer.status_code == 422
    assert "面板无显示" in answer.content.decode()
    assert client.post(address, {**data, "case": case.number}).status_code == 302
    row = Returned.objects.get()
    seller = create_user(username="seller", name="孙敏", password=PASSWORD, roles=["sales"])
    page = reverse("returned:returned", args=[row.number])
    assert browser(seller).get(page).status_code == 404
    engineer = browser(cast.erik)
    act = {"receive": {}, "analyse": {"finding": "排线虚焊"}, "finish": {"outcome": "repaired"}}
    for name, values in act.items():
        assert engineer.post(reverse("returned:act", args=[row.number, name]), values).status_code == 302, name
    late = engineer.post(reverse("returned:act", args=[row.number, "analyse"]), {"finding": "晚了"})
    assert late.status_code == 409
    assert "晚了" in late.content.decode()
    assert "已修复" in engineer.get(page).content.decode()

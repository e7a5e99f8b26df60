"""Returns over HTTP: what a page can do, a program can do, with the same gates (RET-*, SOL-03, CST-09)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bihuan.core.files.queries import attachments_of
from bihuan.service.returns.models import ReturnOrder
from tests.caller import Caller
from tests.cast import Cast
from tests.service import returning as story
from tests.service.story import png

pytestmark = pytest.mark.django_db


def test_the_customers_word_and_his_payment_are_recorded_over_the_api(cast: Cast) -> None:
    """SOL-03, SOL-04, CST-09: with evidence of this return, never more than is owed, each voucher once."""
    order = story.inspected(cast, user_caused=True)
    story.price(cast, price=100)
    agent, place = Caller(cast.alice), f"/returns/{order.number}"
    offer = {
        "remedy": "repair",
        "payer": "shared",
        "customer_share": 30,
        "reason": "约定",
        "positions": [{"code": "ring"}],
    }
    answer = agent.post(f"{place}/offers", offer)
    assert answer.status_code == 200, answer.content
    assert (answer.json()["offers"][0]["total"], answer.json()["offers"][0]["borne"]) == ("30.00", "70.00")
    word = {"agreed": True, "means": "call", "person": "王工"}
    assert agent.post(f"{place}/consent", word).status_code == 409
    assert agent.post(f"{place}/consent", {**word, "evidence": 999_999}).status_code == 422
    assert Caller(cast.erik).upload(f"{place}/photos", file=SimpleUploadedFile("a.png", png())).status_code == 200
    evidence = attachments_of(order)[-1].file_id
    answer = agent.post(f"{place}/consent", {**word, "evidence": evidence})
    assert (answer.status_code, answer.json()["state"], answer.json()["owed"]) == (200, "agreed", "30.00")
    assert len([row for row in attachments_of(order) if row.file_id == evidence]) == 1
    money = {"amount": "30.00", "reference": "SK-1"}
    assert Caller(cast.erik).post(f"{place}/payments", money).status_code == 403
    assert agent.post(f"{place}/payments", {**money, "amount": "30.01"}).status_code == 409
    paid = agent.post(f"{place}/payments", money).json()
    assert (paid["owed"], paid["payments"][0]["reference"]) == ("0.00", "SK-1")
    assert ReturnOrder.objects.get(pk=order.pk).payments.count() == 1


def test_a_refund_in_approval_says_so_over_the_api(cast: Cast) -> None:
    """D10: a program sees that an offer waits, and cannot decide for the customer meanwhile."""
    order = story.inspected(cast)
    head, place = Caller(cast.bob), f"/returns/{order.number}"
    answer = head.post(
        f"{place}/offers", {"remedy": "refund", "payer": "company", "reason": "约定", "price_paid": "8000"}
    )
    assert (answer.json()["state"], answer.json()["offers"][0]["approved"]) == ("approving", None)
    evidence = attachments_of(order)[0].file_id
    word = {"agreed": True, "means": "call", "person": "王工", "evidence": evidence}
    assert head.post(f"{place}/consent", word).status_code == 409

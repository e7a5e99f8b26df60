"""The warranty on the pages: promises in versions, the answer with its reasons, exchanges."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.products.models import ProductModel, Unit, WarrantyPolicy
from bihuan.registry.products.queries import answer_of, policy_of
from bihuan.registry.products.services import create_unit, exchange_unit, record_repair
from tests.cast import Cast


def sold_unit(cast: Cast, serial: str, ago: int) -> Unit:
    """A unit that was delivered so many days ago."""
    model, today = ProductModel.objects.first(), timezone.localdate()
    assert model is not None
    return create_unit(serial=serial, model=model, by=cast.bob, delivered_on=today - timedelta(days=ago))


def test_a_new_promise_leaves_the_old_one_to_what_was_sold_before(cast: Cast) -> None:
    """RET-07: of several promises the one counts that was in force when the unit was sold."""
    model = ProductModel.objects.first()
    assert model is not None
    WarrantyPolicy.objects.filter(line=model.line).delete()
    old = WarrantyPolicy.objects.create(code="old", name="old", line=model.line, months=12)
    new = WarrantyPolicy.objects.create(
        code="new", name="new", line=model.line, months=24, valid_from=timezone.localdate() - timedelta(days=30)
    )
    assert policy_of(sold_unit(cast, "OLD-1", 31)) == old
    assert policy_of(sold_unit(cast, "NEW-1", 30)) == new


def test_the_unit_shows_its_answer_with_reasons_and_repairs(cast: Cast, client: Client) -> None:
    """SOL-06, RET-06: the page of a unit says in or out, why, and what was repaired."""
    unit, today = sold_unit(cast, "W-1", 3), timezone.localdate()
    WarrantyPolicy.objects.create(code="law", name="三包", model=unit.model, months=12, rule="appliance_1995")
    record_repair(unit=unit, source="FX-1", by=cast.bob, sent_on=today, done_on=today, outcome="更换门封")
    client.force_login(cast.bob)
    text = client.get(f"/products/units/{unit.pk}/").content.decode()
    for words in ("保修期内", "家电等部分商品三包", "退款", "FX-1", "更换门封"):
        assert words in text, words


def test_a_promise_below_the_law_is_refused(cast: Cast, client: Client) -> None:
    """RET-07: the months of a promise may be more than those of its sector, never less."""
    client.force_login(cast.bob)
    body = {"code": "short", "name": "半年", "rule": "appliance_1995", "months": 6, "start_basis": "latest",
            "fallback_days": 90}  # fmt: skip
    answer = client.post("/tables/warranties/new/", body)
    assert answer.status_code == 422
    assert "不少于 12 个月" in answer.content.decode()
    assert not WarrantyPolicy.objects.filter(code="short").exists()
    assert client.post("/tables/warranties/new/", {**body, "months": 18}).status_code == 302


def test_an_exchanged_unit_begins_anew_and_is_exchanged_once(cast: Cast) -> None:
    """RET-07: the new unit takes over the owner; its warranty counts from the exchange; both are told of each other."""
    today = timezone.localdate()
    old, new, third = (sold_unit(cast, f"X-{number}", 400) for number in range(3))
    WarrantyPolicy.objects.create(code="year", name="year", model=old.model, months=12)
    assert answer_of(old, on=today).warranty.state == "out"
    exchange_unit(old=old, new=new, on=today, by=cast.bob)
    found = answer_of(new, on=today).warranty
    assert (found.state, found.basis, found.starts_on, new.replacement_no) == ("in", "replacement", today, 1)
    for pair in ((old, third), (third, new), (third, third)):
        with pytest.raises(MoveRefused):
            exchange_unit(old=pair[0], new=pair[1], on=today, by=cast.bob)

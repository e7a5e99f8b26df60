"""An exchange told with a browser: goods, loaner unit, the customer's word, the new unit, and the end."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from bihuan.registry.products.models import Unit
from bihuan.service.returns.models import ReturnOrder
from tests.cast import Cast
from tests.e2e.conftest import Visitor
from tests.service import returning as story
from tests.service.story import png

pytestmark = [pytest.mark.e2e]


def do(visitor: Visitor, name: str, order: ReturnOrder, act: str, **typed: str) -> None:
    """Sign in, open one act of the page, type, send it."""
    page = visitor.page
    visitor.sign_in(name)
    visitor.go(f"/returns/{order.number}/?do={act}")
    for field, value in typed.items():
        if field == "uploads":
            page.set_input_files("#id_uploads", value)
        elif page.locator(f"select#id_{field}").count():
            page.select_option(f"#id_{field}", value)
        else:
            page.fill(f"#id_{field}", value)
    page.locator("#do form button[type=submit]").last.click()
    page.wait_for_load_state()


def test_an_exchange_with_a_loaner_goes_from_the_gate_to_the_customer(
    company: Cast, visitor: Visitor, tmp_path: Path
) -> None:
    """RET-04, RET-07, SOL-03, WO-20: he has our unit meanwhile, signs for another one, and closes when ours is back."""
    story.promised(company)
    photo, page = tmp_path / "goods.png", visitor.page
    photo.write_bytes(png())
    order = story.approved(company, story.requested(company, wish="replace"))
    for serial in ("LOAN-1", "NEW-1"):
        story.sold(company, serial, customer=None)
    customer = f"/g/{order.token}/"
    visitor.go(customer)
    page.fill("#id_carrier", "顺丰")
    page.locator("form button[type=submit]").last.click()
    do(visitor, "erik", order, "receive", condition="外箱完好", uploads=str(photo))
    do(visitor, "erik", order, "lend", unit="loan-1", condition="完好")
    do(visitor, "erik", order, "inspect", fault="serious", finding="加热体绝缘击穿")
    do(visitor, "bob", order, "offer", remedy="replace", payer="company", price_paid="999", reason="存在安全风险")
    visitor.go(customer)
    expect(page.locator("main")).to_contain_text("LOAN-1")
    page.check("input[name=decision][value=yes]")
    page.locator("form button[type=submit]").last.click()
    page.wait_for_load_state()

    do(visitor, "erik", order, "exchange", unit="LOAN-1")
    expect(page.locator("#do .error").first).to_contain_text("借出")
    do(visitor, "erik", order, "exchange", unit="NEW-1")
    do(visitor, "erik", order, "ship", carrier="顺丰", tracking="SF2")
    expect(page.locator("#do h2")).to_have_text("备用机归还")
    visitor.go(customer)
    expect(page.locator("form")).to_have_count(0)
    do(visitor, "erik", order, "take_back_first", condition="有划痕")
    visitor.go(customer)
    page.locator("form button[type=submit]").last.click()
    expect(page.locator("main")).to_contain_text("已换货：NEW-1")
    order.refresh_from_db()
    new = Unit.objects.get(serial="NEW-1")
    assert (order.state, order.replacement, new.replaces_id) == ("closed", new, order.unit_id)
    assert order.loans.get().condition_in == "有划痕"

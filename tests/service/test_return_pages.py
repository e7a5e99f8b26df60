"""The pages of returns as people and customers use them; what is typed badly changes nothing."""

import base64
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bihuan.core.policy.queries import current, parsed
from bihuan.core.policy.schema import Profile
from bihuan.core.policy.schema.returns import OLD_ADDRESS
from bihuan.service.desk.models import Case
from bihuan.service.returns.models import Evaluation, Offer, PriceItem, ReturnOrder
from tests.cast import Cast
from tests.service import returning as story
from tests.service.story import png

pytestmark = pytest.mark.django_db


def browser(user: Any) -> Client:
    """A person with a browser."""
    client = Client()
    client.force_login(user)
    return client


def act(client: Client, order: ReturnOrder, name: str, **typed: Any) -> Any:
    """Post one act of the page."""
    return client.post(reverse("returns:act", args=[order.number, name]), typed)


def drawn() -> str:
    """A signature as the page sends it."""
    return "data:image/png;base64," + base64.b64encode(png()).decode()


def test_the_whole_way_is_gone_on_the_pages(cast: Cast) -> None:
    """RET-01..06, SOL-03: an agent asks, the head reviews, the workshop works, the customer answers by his link."""
    story.promised(cast)
    case, ring = story.case_of(cast), story.price(cast)
    agent, head, workshop, customer = browser(cast.alice), browser(cast.bob), browser(cast.erik), Client()
    asked = {"problem": "漏水", "wish": "repair", "contact_name": "王工", "packed": "电源线"}
    assert agent.post(reverse("returns:ask", args=[case.number]), asked).status_code == 302
    order = ReturnOrder.objects.get()
    public = reverse("return:order", args=[order.token])
    assert (
        act(head, order, "approve", problem_confirmed="on", conditions_checked="on", degree="simple").status_code == 302
    )
    assert order.number in agent.get(reverse("returns:label", args=[order.number])).content.decode()
    assert customer.post(public, {"carrier": "顺丰", "tracking": "SF1"}).status_code == 302
    assert act(workshop, order, "receive", condition="完好", uploads=story.photo()).status_code == 302
    found = {"fault": "ordinary", "degree": "simple", "finding": "密封圈老化"}
    assert act(workshop, order, "inspect", **found).status_code == 302
    page = agent.get(reverse("returns:return", args=[order.number])).content.decode()
    assert "家电等部分商品三包" in page
    price = {"remedy": "repair", "payer": "company", "item_1": ring.pk, "quantity_1": "2"}
    assert act(agent, order, "offer", **price).status_code == 302
    assert "密封圈老化" in customer.get(public).content.decode()
    assert customer.post(public, {"decision": "yes", "person": "王工", "signature": drawn()}).status_code == 302
    plan = {"technician": cast.erik.pk, "planned_for": f"{timezone.localtime():%Y-%m-%dT%H:%M}"}
    assert act(head, order, "arrange", **plan).status_code == 302
    work = {"work": "更换密封圈", "material_cost": "12.5", "labour_hours": "1", "labour_cost": "90", "freight_cost": "0",
            "delay_days": "0"}  # fmt: skip
    assert act(workshop, order, "record", **work).status_code == 302
    judged = {f"p_{item.code}": "yes" for item in order.policy.returns.criteria}
    assert act(head, order, "evaluate", passed="yes", **judged).status_code == 302
    assert act(workshop, order, "ship", carrier="顺丰", tracking="SF2").status_code == 302
    assert customer.post(public, {"taken_by": "王工"}).status_code == 302
    order.refresh_from_db()
    offer = Offer.objects.get()
    assert (order.state, offer.means, offer.signature_id is not None, offer.total) == (
        "closed",
        "link",
        True,
        Decimal(0),
    )
    unit_page = agent.get(reverse("products:unit", args=[order.unit_id])).content.decode()
    assert unit_page.count(order.number) >= 2
    assert order.number in agent.get(reverse("desk:case", args=[case.number])).content.decode()


@pytest.mark.parametrize(("name", "typed", "status", "words"), [
    ("approve", {"degree": "simple"}, 409, "确认质量问题"), ("approve", {"degree": "huge"}, 422, "huge"),
    ("approve", {"degree": "simple", "route": "moon"}, 422, "moon"), ("refuse", {"reason": ""}, 422, "必填"),
    ("receive", {"condition": "完好"}, 409, "状态"), ("nonsense", {}, 404, ""),
])  # fmt: skip
def test_bad_input_is_answered_and_changes_nothing(
    cast: Cast, name: str, typed: dict[str, str], status: int, words: str
) -> None:
    """RET-02, D24: the form is shown again with what was typed; who repairs is one of the company's own list."""
    order = story.requested(cast)
    answer = act(browser(cast.bob), order, name, **typed)
    assert answer.status_code == status
    assert words in answer.content.decode()
    order.refresh_from_db()
    assert (order.state, order.version) == ("requested", 0)


@pytest.mark.parametrize("typed", [
    {"quantity_1": "-3"}, {"quantity_1": "1e9"}, {"item_1": "99999"}, {"price_paid": "-1"}, {"remedy": "gift"},
    {"payer": "undecided"}, {"quantity_1": "NaN"}, {"text": "x" * 20_001},
])  # fmt: skip
def test_a_bad_offer_is_not_made(cast: Cast, typed: dict[str, str]) -> None:
    """CST-09: numbers that make no sense are refused beside their field."""
    order, ring = story.inspected(cast), story.price(cast)
    good = {"remedy": "repair", "payer": "company", "reason": "约定", "item_1": str(ring.pk), "quantity_1": "1"}
    answer = act(browser(cast.bob), order, "offer", **{**good, **typed})
    assert answer.status_code == 422
    assert not Offer.objects.exists()


def test_a_refused_evaluation_keeps_what_was_typed(cast: Cast) -> None:
    """RET-05: a criterion that is not met cannot pass; the values stay in the form."""
    order = story.recorded(cast)
    typed = {"passed": "yes", "r_function": "噪声 62 dB", "p_function": "no", "p_safety": "yes", "p_look": "yes"}
    answer = act(browser(cast.bob), order, "evaluate", **typed)
    assert answer.status_code == 409
    assert "噪声 62 dB" in answer.content.decode()
    assert not Evaluation.objects.exists()


def test_sales_ask_by_the_serial_and_a_case_is_opened(cast: Cast) -> None:
    """RET-01, RET-08: what no case knows yet is counted too."""
    story.sold(cast, "SALES-1")
    client, before = browser(cast.bob), Case.objects.count()
    typed = {"unit": "sales-1", "problem": "客户退回，无法开机", "wish": "replace", "contact_name": "李经理"}
    assert client.post(reverse("returns:new"), {**typed, "unit": "NO-SUCH"}).status_code == 422
    assert client.post(reverse("returns:new"), typed).status_code == 302
    order = ReturnOrder.objects.get()
    assert (order.source, order.case.channel, Case.objects.count()) == ("sales", "sales", before + 1)
    again = client.post(reverse("returns:new"), typed)
    assert again.status_code == 409
    assert Case.objects.count() == before + 1


def test_the_customer_asks_on_his_own_page(cast: Cast) -> None:
    """RET-01: with the link of his case, without a sign-in; a wrong link is nobody's."""
    case, customer = story.case_of(cast), Client()
    address = reverse("return:ask", args=[case.public_token])
    assert customer.get(reverse("return:ask", args=["nobody"])).status_code == 404
    assert customer.post(address, {"problem": "", "contact_name": "王工", "wish": "repair"}).status_code == 422
    answer = customer.post(address, {"problem": "漏水", "contact_name": "王工", "wish": "refund"})
    order = ReturnOrder.objects.get()
    assert (answer.status_code, order.source, order.requested_by, order.wish) == (302, "customer", None, "refund")
    assert customer.post(reverse("return:order", args=[order.token]), {"carrier": "顺丰"}).status_code == 200
    order.refresh_from_db()
    assert order.state == "requested"


def test_an_objection_by_the_link_needs_its_words(cast: Cast) -> None:
    """SOL-04: the customer says what he objects to; an agent's word for him needs the recording."""
    order = story.offered(cast).order
    public = reverse("return:order", args=[order.token])
    assert Client().post(public, {"decision": "no", "person": "王工"}).status_code == 409
    typed = {"agreed": "yes", "means": "call", "person": "王工"}
    assert act(browser(cast.alice), order, "consent", **typed).status_code == 409
    assert act(browser(cast.alice), order, "consent", **typed, uploads=story.photo()).status_code == 302
    order.refresh_from_db()
    assert order.state == "agreed"


def test_an_outsider_sees_no_return(cast: Cast) -> None:
    """RET-06: who has no right sees neither the list nor the record."""
    order, client = story.requested(cast), browser(cast.charlie)
    for address in (reverse("returns:return", args=[order.number]), reverse("returns:label", args=[order.number])):
        assert client.get(address).status_code == 404
    assert client.get(reverse("returns:list")).status_code == 403
    assert client.get(reverse("returns:board")).status_code == 403


def test_the_board_and_the_list_cost_the_same_for_one_and_for_many(cast: Cast) -> None:
    """RET-06: the number of queries does not depend on the number of returns."""
    client, story_of = browser(cast.bob), story.requested
    story_of(cast)

    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    addresses = [reverse("returns:list"), reverse("returns:board")]
    few = [cost(address) for address in addresses]
    for _number in range(4):
        story.received(cast)
    assert [cost(address) for address in addresses] == few


def test_a_cancelled_case_takes_its_requests_with_it(cast: Cast) -> None:
    """RET-01: nothing is sent for a case that is cancelled."""
    from bihuan.service.desk.services.closing import cancel_case

    order = story.approved(cast)
    cancel_case(case=order.case, by=cast.bob, reason="重复登记")
    order.refresh_from_db()
    assert order.state == "cancelled"


def test_a_price_of_tomorrow_is_refused(cast: Cast) -> None:
    """CST-09: the day of a market price lies behind us."""
    client = browser(cast.bob)
    body = {"code": "seal", "name": "门封", "kind": "part", "price": "68", "priced_on": "2999-01-01", "is_active": "on"}
    assert client.post("/tables/repair_prices/new/", body).status_code == 422
    assert client.post("/tables/repair_prices/new/", {**body, "priced_on": "2026-01-01"}).status_code == 302
    assert PriceItem.objects.get().price == Decimal(68)


def test_nothing_is_approved_or_labelled_without_an_address(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """RET-02: goods are sent nowhere while the rules name no place; what is set later holds for those on the way."""
    order = story.requested(cast)
    rules = order.policy
    given = {name: rules.model_copy(update={"returns": rules.returns.model_copy(update={"address": text})})
             for name, text in {"none": "", "some": "宁波市甬江路 8 号"}.items()}  # fmt: skip
    head, label = browser(cast.bob), reverse("returns:label", args=[order.number])
    values = {"problem_confirmed": "on", "conditions_checked": "on", "degree": "simple"}
    monkeypatch.setattr("bihuan.service.returns.queries.policies.parsed", lambda version: given["none"])
    assert "返修品寄回地址" in act(head, order, "approve", **values).content.decode()
    answer = head.get(label)
    assert (answer.status_code, answer["Location"]) == (302, reverse("returns:return", args=[order.number]))
    order.refresh_from_db()
    assert order.state == "requested"
    monkeypatch.setattr("bihuan.service.returns.queries.policies.parsed", lambda version: given["some"])
    assert act(head, order, "approve", **values).status_code == 302
    assert "宁波市甬江路 8 号" in head.get(label).content.decode()
    public = {name: reverse(f"return:{name}", args=[order.token]) for name in ("order", "label")}
    assert "宁波市甬江路 8 号" in Client().get(public["order"]).content.decode()
    monkeypatch.setattr("bihuan.service.returns.queries.policies.parsed", lambda version: given["none"])
    assert "寄送地址我们会另行告知" in Client().get(public["order"]).content.decode()
    assert Client().get(public["label"]).status_code == 302


@pytest.mark.parametrize("text", ["", "  ", OLD_ADDRESS, f" {OLD_ADDRESS}\n"])
def test_the_words_of_the_old_profile_are_no_address(cast: Cast, text: str) -> None:
    """RET-02: rules that were stored with them send nobody anywhere until somebody enters a real one."""
    stored = current().data
    assert parsed(current()).returns.address
    rules = Profile.model_validate({**stored, "returns": {**stored["returns"], "address": text}}, extra="ignore")
    assert rules.returns.address == ""


def test_who_reviews_a_request_reads_the_warranty(cast: Cast) -> None:
    """RET-02, SOL-06: before anything is inspected the page says what holds for an ordinary fault; then what was found."""
    story.promised(cast)
    order = story.requested(cast)
    page = browser(cast.bob).get(reverse("returns:return", args=[order.number])).content.decode()
    assert "在保修期内" in page
    later = story.inspected(cast, story.received(cast, story.approved(cast, order)), user_caused=True)
    shown = browser(cast.bob).get(reverse("returns:return", args=[later.number])).content.decode()
    assert ("用户" in shown, later.warranty["reasons"][0] in shown) == (True, True)

"""What a voucher refuses: each rule is asked once, by itself."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.core.workflow.services import apply
from bihuan.quality.cost import ledger
from bihuan.quality.cost.models import Posting, Share, Voucher
from bihuan.quality.cost.money import to_cents
from bihuan.quality.cost.opening import transfer_at_once
from bihuan.quality.cost.services import drafting, settling
from bihuan.quality.cost.services.drafting import Bearer, Row
from bihuan.quality.cost.services.lines import open_lines
from bihuan.quality.cost.workflow import WORKFLOW, window_over
from tests.caller import Caller
from tests.quality import money
from tests.quality.refusing import forbidden, refused, unknown_field
from tests.quality.story import Quality

pytestmark = pytest.mark.django_db
D, DAY = Decimal, timedelta(days=1)


def compensation(q: Quality) -> Voucher:
    return drafting.draft_compensation(
        case=q.cast.case(), by=q.cast.bob, kind="money", amount=D(5000), description="门扇变形"
    )


def test_a_claim_names_its_supplier_and_a_transfer_its_unit(q: Quality) -> None:
    """CST-01: nobody bears costs without a name; a line belongs to one voucher."""
    issue = money.lossy(q)
    claim = {"subject": issue, "by": q.quentin, "lines": open_lines(issue), "description": "x"}
    refused("Name the supplier", drafting.draft_claim, supplier_name=" ", **claim)
    refused("No responsible unit is named", transfer_at_once, subject=q.issue(), by=q.quentin)
    line = open_lines(issue).first()
    assert line is not None
    voucher = money.transfer(q, issue)
    refused("Another voucher has taken", drafting._tie, voucher, [line.pk])


def test_only_a_posted_share_is_collected(q: Quality) -> None:
    """CST-02: what may still be objected to is not deducted."""
    share = money.sent(q, money.lossy(q)).shares.get()
    asked: dict[str, Any] = {"by": q.olga, "debtor": Bearer(), "rows": [Row("x", D(1))], "reason": "x", "clause": "1"}
    refused("Only a posted share", drafting.draft_deduction, settles=share, **asked)


def test_a_compensation_is_prepared_with_what_has_happened(q: Quality) -> None:
    """CST-05: only a compensation has a visit, and nobody visited tomorrow."""
    voucher, other = compensation(q), money.transfer(q, money.lossy(q))
    ask = {"voucher": voucher, "by": q.cast.bob}
    refused("present state", drafting.prepare_compensation, voucher=other, by=q.cast.bob, values={})
    refused("not come yet", drafting.prepare_compensation, values={"visited_on": timezone.localdate() + DAY}, **ask)
    refused("not come yet", drafting.prepare_compensation, values={"agreed_on": timezone.localdate() + DAY}, **ask)
    unknown_field(drafting.prepare_compensation, values={"total": D(1)}, **ask)


def test_each_kind_of_voucher_goes_its_own_way(q: Quality) -> None:
    """CST-01, CST-03: a transfer asks no approval, a compensation is sent to nobody, a transfer is no claim."""
    voucher = money.transfer(q, money.lossy(q))
    refused("present state", settling.send_voucher, voucher=compensation(q), by=q.cast.bob)
    refused("present state", apply, voucher, WORKFLOW["submit"], by=q.cast.bob)
    voucher = settling.send_voucher(voucher=voucher, by=q.quentin)
    answer: dict[str, Any] = {"by": q.quentin, "agreed": D(1), "rest": q.paul.department, "remark": ""}
    refused("present state", settling.settle_claim, voucher=voucher, **answer)


def test_shares_are_the_amount_before_they_are_sent(q: Quality) -> None:
    """CST-01: a cent that nobody bears keeps the voucher at home."""
    voucher = money.transfer(q, money.lossy(q))
    Share.objects.filter(voucher=voucher).update(amount=voucher.total - D("0.01"))
    refused("The shares are not the amount", settling.send_voucher, voucher=voucher, by=q.quentin)


def test_a_share_is_answered_once_and_by_everybody(q: Quality) -> None:
    """CST-01: a second answer of the same unit, an agreement without the other unit, silence where it accepts nothing."""
    voucher = money.transfer(q, money.lossy(q), ("production", "60"), ("quality", "40"))
    settling.send_voucher(voucher=voucher, by=q.quentin)
    share = voucher.shares.select_related("voucher", "department").get(department=q.paul.department)
    settling.accept_share(share=share, by=q.paul)
    refused("answered already", settling.accept_share, share=share, by=q.paul)
    refused("answered already", settling.object_to_share, share=share, by=q.paul, reason="doch")
    refused("Not everybody has answered", apply, voucher, WORKFLOW["agree"], by=None)
    strict = SimpleNamespace(policy=SimpleNamespace(cost=SimpleNamespace(silence_accepts=False)), objection_until=None)
    refused("Not everybody has answered", window_over, cast(Any, strict), None, {})


def test_after_an_objection_the_other_units_wait_for_the_decision(q: Quality) -> None:
    """CST-01, CST-02: also who has read the voucher before the objection came."""
    voucher = money.transfer(q, money.lossy(q), ("production", "60"), ("quality", "40"))
    settling.send_voucher(voucher=voucher, by=q.quentin)
    rows = {row.department: row for row in voucher.shares.select_related("voucher", "department")}
    mine, other = rows[q.paul.department], rows[q.quentin.department]
    settling.object_to_share(share=mine, by=q.paul, reason="图纸错误")
    refused("present state", settling.accept_share, share=other, by=q.quentin)
    assert Share.objects.get(pk=other.pk).answer == "open"


def test_an_objection_is_decided_with_a_reason_and_by_somebody_else(q: Quality) -> None:
    """CST-02: who objected does not decide, and a deduction stays with its debtor."""
    voucher = money.objected(q, money.lossy(q))
    ask = {"voucher": voucher, "bearers": ()}
    refused("give a reason", settling.decide_objection, by=q.olga, decision=" ", **ask)
    refused("his own objection", settling.decide_objection, by=q.paul, decision="x", **ask)
    notice = drafting.draft_deduction(
        by=q.olga, debtor=Bearer(department=money.unit("production")), rows=[Row("x", D(50))], reason="x", clause="4.4"
    )
    settling.send_voucher(voucher=notice, by=q.olga)
    share = notice.shares.select_related("voucher", "department").get()
    settling.object_to_share(share=share, by=q.paul, reason="x")
    notice.refresh_from_db()
    others = [Bearer(department=money.unit("quality"))]
    refused("not shared", settling.decide_objection, voucher=notice, by=q.olga, decision="x", bearers=others)


def test_nobody_posts_what_he_drafted(q: Quality) -> None:
    """CST-04: two pairs of eyes, also where one person holds both rights."""
    voucher = money.answered(q, money.sent(q, money.lossy(q)))
    q.quentin.grants.create(role="finance")
    refused("Nobody posts his own voucher", settling.post_voucher, voucher=voucher, by=q.quentin, reference="1")


def test_the_ledger_takes_no_half_booking(q: Quality) -> None:
    """CST-01: the sides of a booking add up to zero, and an amount is a number."""
    with pytest.raises(ValueError, match="adds up to zero"):
        ledger.book([ledger.Side(ledger.Account.LOSS, D(1))], text="x")
    assert not Posting.objects.exists()
    with pytest.raises(ValueError, match="finer than a cent"):
        to_cents(D("0.001"))


def test_pages_say_beside_the_field_why_a_cost_or_a_voucher_is_refused(q: Quality, client: Client) -> None:
    """CST-01, CST-06: what was typed stays, and the page says which field is wrong."""
    issue = money.lossy(q)
    client.force_login(q.quentin)
    address = f"{reverse('cost:line_new')}?issue={issue.number}"
    line = {"kind": "material", "amount": "1.00", "occurred_on": date(2030, 1, 1), "note": "螺钉"}
    answer = client.post(address, line)
    assert (answer.status_code, "螺钉" in answer.text, "日期还没到" in answer.text) == (422, True, True)
    page = f"{reverse('cost:new', args=['transfer'])}?issue={issue.number}"
    lines = [row.pk for row in open_lines(issue)]
    shares = {"lines": lines, "description": "返工", "occurred_on": "2026-01-09", "supplier_weight": "100"}
    assert "请填写供应商" in client.post(page, shares).text
    assert not Voucher.objects.exists()
    voucher = money.sent(q, issue)
    act = reverse("cost:act", args=[voucher.number, "accept"])
    assert client.post(act, {"version": voucher.version}).status_code in {403, 404}
    assert voucher.shares.get().answer == "open"


def test_the_api_wants_one_subject_one_bearer_and_a_case_that_one_sees(q: Quality) -> None:
    """CST-01, CST-10, API: each field that is wrong is named, and nothing is written."""
    issue = money.lossy(q)
    caller = Caller(q.quentin)
    both = {"issue": issue.number, "case": q.cast.case().number}
    entry = {"kind": "material", "amount": "1.00", "occurred_on": "2026-01-09"}
    for subject in ({}, both):
        assert caller.post("/costs/lines", {**entry, **subject}).status_code == 422
    share = {"weight": "100", "department": "production", "supplier": "永固"}
    asked = {"issue": issue.number, "description": "x"}
    assert caller.post("/costs/vouchers", {**asked, "shares": [share]}).status_code == 422
    paid = {"case": "CASE-0", "kind": "money", "amount": "1.00", "description": "x"}
    assert Caller(q.cast.bob).post("/costs/compensations", paid).status_code == 422
    assert not Voucher.objects.exists()
    forbidden(drafting.draft_deduction, by=q.paul, debtor=Bearer(), rows=[], reason="x", clause="")


@pytest.mark.parametrize("missing", ["visited_on", "supervisor", "technician", "appraisal"])
def test_a_large_compensation_lacks_nothing_of_its_visit(q: Quality, missing: str) -> None:
    """CST-05: day, supervisor, technician and appraisal, each by itself."""
    voucher = compensation(q)
    values = {
        "visited_on": date(2026, 1, 9), "supervisor": q.cast.bob, "technician": q.cast.erik, "appraisal": "含水率高",
        "agreed_with": "刘女士", "agreed_on": date(2026, 1, 10),
    }  # fmt: skip
    rest = {name: value for name, value in values.items() if name != missing}
    drafting.prepare_compensation(voucher=voucher, by=q.cast.bob, values=rest)
    refused("visit the customer", settling.submit_voucher, voucher=voucher, by=q.cast.bob)
    drafting.prepare_compensation(voucher=voucher, by=q.cast.bob, values={missing: values[missing]})
    assert settling.submit_voucher(voucher=voucher, by=q.cast.bob).state == "approving"


@pytest.mark.parametrize("missing", ["agreed_with", "agreed_on"])
def test_a_large_compensation_is_agreed_with_somebody_on_a_day(q: Quality, missing: str) -> None:
    """CST-05: a name without a day is no agreement, nor a day without a name."""
    voucher = compensation(q)
    values = {
        "visited_on": date(2026, 1, 9), "supervisor": q.cast.bob, "technician": q.cast.erik, "appraisal": "含水率高",
        "agreed_with": "刘女士", "agreed_on": date(2026, 1, 10),
    }  # fmt: skip
    rest = {name: value for name, value in values.items() if name != missing}
    drafting.prepare_compensation(voucher=voucher, by=q.cast.bob, values=rest)
    refused("agree with the customer", settling.submit_voucher, voucher=voucher, by=q.cast.bob)


def test_a_claim_is_settled_once(q: Quality) -> None:
    """CST-01: what the supplier agreed to stands."""
    issue = money.lossy(q)
    voucher = drafting.draft_claim(
        subject=issue, by=q.quentin, lines=open_lines(issue), supplier_name="永固紧固件", description="螺钉断裂"
    )
    settle = {"voucher": voucher, "by": q.quentin, "agreed": D("300"), "rest": q.paul.department, "remark": ""}
    refused("not possible", settling.settle_claim, **settle)
    settling.send_voucher(voucher=voucher, by=q.quentin)
    settling.settle_claim(**settle)
    refused("not possible", settling.settle_claim, **settle | {"agreed": D("500")})
    assert voucher.shares.first().amount == D("300")

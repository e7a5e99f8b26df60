"""No cent is lost or made, whatever is split, moved and posted."""

from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.quality.cost import ledger
from bihuan.quality.cost.models import Answer, CostLine, Kind, Share, Voucher
from bihuan.quality.cost.money import from_cents, split, to_cents
from bihuan.quality.cost.services import drafting, settling
from bihuan.quality.cost.services.drafting import Row
from bihuan.quality.cost.services.lines import open_lines, void_line
from bihuan.quality.cost.words import in_capitals
from bihuan.quality.issues.models import Issue
from tests.quality.money import cost, deduction, lossy, posted, reconciled, transfer, unit
from tests.quality.story import Quality

pytestmark = pytest.mark.django_db
D = Decimal


MONEY = st.integers(1, 10**13).map(from_cents)
WEIGHTS = st.lists(st.integers(0, 10**6).map(lambda value: D(value) / 100), min_size=1, max_size=40)


@settings(max_examples=300)
@given(MONEY, WEIGHTS.filter(any))
def test_any_split_is_its_total_to_the_cent(total: Decimal, weights: list[Decimal]) -> None:
    """CST-01: no cent lost or made, none negative, nobody more than a cent from his exact share; monotone in the weights."""
    parts = split(total, weights)
    assert sum(parts) == total
    assert all(part >= 0 for part in parts)
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(to_cents(part) * whole - to_cents(total) * weight) < whole
        assert weight or not part
    pairs = sorted(zip(weights, parts, strict=True))
    assert all(
        pairs[place][1] <= pairs[place + 1][1] or pairs[place][0] == pairs[place + 1][0]
        for place in range(len(pairs) - 1)
    )


def test_a_split_of_nothing_or_by_nothing_is_an_error() -> None:
    """CST-01: bad input of the split."""
    for total, weights in (
        (D("-1"), [D(1)]),
        (D("1.001"), [D(1)]),
        (D(1), []),
        (D(1), [D(0)]),
        (D(1), [D(2), D(-1)]),
        (D(1), [D("NaN")]),
    ):
        with pytest.raises(ValueError):  # noqa: PT011 - any of its refusals
            split(total, weights)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["line", "void", "transfer", "cancel", "post", "deduct", "claim"]), st.integers(1, 10**7)
    ),
    max_size=14,
)


@settings(max_examples=15, deadline=None)
@given(STEPS)
def test_no_walk_through_the_papers_loses_a_cent(q_walk: list[tuple[str, int]]) -> None:
    """CST-01, CST-02: whatever is entered, voided, shared, sent, cancelled, claimed, deducted and posted: it reconciles."""
    with transaction.atomic():
        walk(q_walk)
        transaction.set_rollback(True)


def walk(steps: list[tuple[str, int]]) -> None:
    from tests.cast import standing_cast
    from tests.quality.story import build_quality

    q = build_quality(standing_cast())
    issue = lossy(q, "0.01")
    for name, number in steps:
        STEP[name](q, issue, from_cents(number))
        found = reconciled()
        live = CostLine.objects.filter(voided_at=None).values_list("amount", flat=True)
        assert -found["incurred"] == sum(live) == found["loss"] + found["bearer"] + found["recovered"]
        assert found["loss"] >= 0 <= found["bearer"]


def _void(q: Quality, issue: Issue, amount: Decimal) -> None:
    if line := open_lines(issue).first():
        void_line(line=line, by=q.quentin, reason="x")


def _transfer(q: Quality, issue: Issue, amount: Decimal) -> None:
    if open_lines(issue).exists():
        first = to_cents(amount) % 99 + 1
        transfer(q, issue, ("production", str(first)), ("quality", str(100 - first)))


def _claim(q: Quality, issue: Issue, amount: Decimal) -> None:
    if lines := list(open_lines(issue)):
        row = drafting.draft_claim(subject=issue, by=q.quentin, lines=lines, supplier_name="甲", description="x")
        settling.send_voucher(voucher=row, by=q.quentin)
        rest = unit("quality")
        settling.settle_claim(voucher=row, by=q.quentin, agreed=min(amount, row.total), rest=rest, remark="")


def _cancel(q: Quality, issue: Issue, amount: Decimal) -> None:
    if row := Voucher.objects.filter(state="draft", kind="transfer").first():
        settling.cancel_voucher(voucher=row, by=q.quentin, reason="x")


def _post(q: Quality, issue: Issue, amount: Decimal) -> None:
    for row in Voucher.objects.filter(state__in=["draft", "agreed"], kind__in=["transfer", "claim"]):
        posted(q, row)


def _deduct(q: Quality, issue: Issue, amount: Decimal) -> None:
    share = Share.objects.filter(voucher__state="posted", amount__gt=0).first()
    left = share.amount - ledger.collected(share) if share else D(0)
    if left:
        row = deduction(q, settles=share, rows=[Row("x", min(amount, left))])
        settling.send_voucher(voucher=row, by=q.olga)
        Voucher.objects.filter(pk=row.pk).update(objection_until=timezone.now())
        row.refresh_from_db()
        posted(q, settling.let_lapse(voucher=row, by=q.olga))


STEP = {
    "line": lambda q, issue, amount: cost(q, issue, str(amount)), "void": _void, "transfer": _transfer,
    "claim": _claim, "cancel": _cancel, "post": _post, "deduct": _deduct,
}  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "words"),
    [("0.05", "伍分"), ("0.50", "伍角整"), ("1.00", "壹元整"), ("10.00", "壹拾元整"), ("1050.30", "壹仟零伍拾元叁角整"),
     ("10001.05", "壹万零壹元零伍分"), ("100000.00", "壹拾万元整"), ("20030400.56", "贰仟零叁万零肆佰元伍角陆分"),
     ("100000000.00", "壹亿元整"), ("100000001.00", "壹亿零壹元整"), ("1234567890.12", "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元壹角贰分")],
)  # fmt: skip
def test_amounts_in_the_capitals_of_accounting(amount: str, words: str) -> None:
    """CST-01: figures and words on every paper."""
    assert in_capitals(D(amount)) == words


def test_kinds_and_answers_are_all_used() -> None:
    """CST-10: kinds of compensation are policy; kinds of vouchers and answers are ours."""
    assert set(Kind.values) == {"transfer", "deduction", "claim", "compensation", "write_off"}
    assert set(Answer.values) == {"open", "accepted", "objected", "ruled", "silent"}

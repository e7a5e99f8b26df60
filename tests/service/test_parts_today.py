"""What waits for the keeper and the purchaser: on their day, on the page of suppliers, in their notices."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from bihuan.core.notify.models import Notification
from bihuan.registry.suppliers.models import Assessment, Supplier
from bihuan.registry.suppliers.reviews import due_suppliers
from bihuan.registry.suppliers.services import assess, latest_review, tell_due
from bihuan.service.parts.services import purchasing
from bihuan.ui.todo import todos
from tests.cast import Cast
from tests.service.stocking import buyer, keeper, opened, ordered, part, place, reviewed, supplier, unissued
from tests.service.test_parts_ledger import browser, refused
from tests.service.test_parts_requisitions import approved, asked

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def at(day: date) -> Any:
    """The morning of a day."""
    moment = datetime(day.year, day.month, day.day, 9, tzinfo=timezone.get_default_timezone())
    return time_machine.travel(moment, tick=False)


def dues(today: date = TODAY) -> list[tuple[str, str, date | None, bool]]:
    """What is due about suppliers."""
    return [(one.supplier.code, one.matter.value, one.day, one.is_late) for one in due_suppliers(today)]


def maker(code: str, **changes: Any) -> Supplier:
    """A supplier whose next assessment is far away."""
    values = {"name": f"厂 {code}", "contract_no": "HT", "standing": "approved", "next_review_on": date(2027, 6, 1)}
    return Supplier.objects.create(code=code, **{**values, **changes})


def test_suppliers_come_to_their_day(cast: Cast) -> None:
    """PRT-09: due from two weeks before; late from the day after; who is eliminated is left alone."""
    soon = TODAY + timedelta(days=14)
    maker("a", next_review_on=soon)
    maker("b", next_review_on=soon + timedelta(days=1))
    maker("c", next_review_on=TODAY)
    maker("d", next_review_on=TODAY - timedelta(days=1))
    maker("e", next_review_on=TODAY - timedelta(days=9), standing="eliminated")
    maker("f", next_review_on=None)
    maker("g", next_review_on=None, standing="candidate")
    maker("h", contract_until=TODAY)
    maker("i", contract_until=soon + timedelta(days=1))
    assert dues() == [
        ("f", "review", None, True), ("d", "review", TODAY - timedelta(days=1), True), ("c", "review", TODAY, False),
        ("h", "contract", TODAY, False), ("a", "review", soon, False),
    ]  # fmt: skip


def test_a_rectification_is_checked_on_its_day(cast: Cast) -> None:
    """PRT-09: 限期整改 by the newest assessment; with the next standing it is over."""
    one = maker("z", standing="rectifying")
    marks = dict.fromkeys(Assessment.MARKS, 3)
    for day, until in ((TODAY - timedelta(days=60), TODAY - timedelta(days=30)), (TODAY, TODAY + timedelta(days=3))):
        Assessment.objects.create(supplier=one, assessed_on=day, standing="rectifying", finding="整改",
                                  rectify_by=until, by=buyer(), **marks)  # fmt: skip
    assert dues() == [("z", "rectified", TODAY + timedelta(days=3), False)]
    assert dues(TODAY + timedelta(days=4))[0][3]
    Supplier.objects.update(standing="approved")
    assert dues() == []


def test_the_policy_says_when_a_supplier_is_assessed_again(cast: Cast) -> None:
    """PRT-09: 定期评价: within the company's months, a day more is refused; the form begins with that day."""
    with at(TODAY):
        last = date(2027, 11, 20)
        assert latest_review() == last
        one = maker("k")
        more: dict[str, Any] = {"supplier": one, "by": buyer(), "standing": "approved",
                                "marks": dict.fromkeys(Assessment.MARKS, 5)}  # fmt: skip
        reason = refused(lambda: assess(**more, next_review_on=last + timedelta(days=1)), "next_review_on")
        assert "2027-11-20" in reason
        assert assess(**more, next_review_on=last).standing == "approved"
        page = browser(buyer()).get(reverse("suppliers:supplier", args=["k"])).content.decode()
        assert 'value="2027-11-20"' in page


def test_the_days_of_an_assessment_have_their_edges(cast: Cast) -> None:
    """PRT-08, PRT-09: rectified by today is possible, yesterday not; assessed again tomorrow, not today; marks 1 to 5."""
    one, tomorrow, yesterday = maker("k"), TODAY + timedelta(days=1), TODAY - timedelta(days=1)
    threes = dict.fromkeys(Assessment.MARKS, 3)

    def judge(**more: Any) -> Assessment:
        values: dict[str, Any] = {"supplier": one, "by": buyer(), "standing": "rectifying", "marks": threes,
                                  "finding": "整改", "rectify_by": TODAY, "next_review_on": tomorrow}  # fmt: skip
        return assess(**{**values, **more})

    with at(TODAY):
        assert judge().rectify_by == TODAY
        refused(lambda: judge(rectify_by=yesterday), "rectify_by")
        refused(lambda: judge(next_review_on=TODAY), "next_review_on")
        for wrong in (0, 6):
            refused(lambda wrong=wrong: judge(marks={**threes, "price": wrong}), "qualification")  # type: ignore[misc]
        one.contract_no = ""
        assert judge(standing="warned").standing == "warned"
        refused(lambda: judge(standing="approved"), "standing")


def test_the_purchaser_is_told_once_before_and_once_after(cast: Cast) -> None:
    """PRT-09: the daily job tells those who assess suppliers, nobody else, and never the same twice."""
    maker("m", next_review_on=TODAY + timedelta(days=2))
    who, other = buyer(), keeper()
    assert (tell_due(TODAY), tell_due(TODAY), tell_due(TODAY + timedelta(days=3))) == (1, 1, 1)
    told = Notification.objects.filter(user=who, thread_key__startswith="supplier:").order_by("id")
    assert [row.title for row in told] == [
        "厂 m：请于 2026-11-22 前重新评价", "厂 m：应于 2026-11-22 前重新评价，已逾期"]  # fmt: skip
    assert not Notification.objects.filter(user=other).exists()
    assert (tell_due(TODAY - timedelta(days=30)), Notification.objects.filter(user=who).count()) == (0, 2)


def test_the_page_of_suppliers_and_the_day_show_who_is_due(cast: Cast) -> None:
    """PRT-09: to the purchaser, with the way to the assessment; a reader of the list is not asked."""
    with at(TODAY):
        maker("m", next_review_on=TODAY - timedelta(days=2))
        page = browser(buyer()).get(reverse("suppliers:list")).content.decode()
        assert "到期的供应商评价" in page
        assert "厂 m" in browser(buyer()).get("/").content.decode()
        assert "到期的供应商评价" not in browser(keeper()).get(reverse("suppliers:list")).content.decode()
        assert "厂 m" not in browser(keeper()).get("/").content.decode()


def test_the_day_of_the_keeper_and_of_the_purchaser(cast: Cast) -> None:
    """PRT-17: to issue, to inspect, to settle, to count for the one; to order and to press for the other."""
    row, main = part(), place()
    with at(date(2026, 11, 1)):
        opened(row, 5, "50.00")
        waiting = approved(cast, asked(cast, (row, 1)))
        short = approved(cast, asked(cast, (part("M-1"), 1)))
        order = ordered(cast, row, 4)
        line = order.lines.select_related("part").get()
        receipt = purchasing.register_receipt(paper=order, by=buyer(), line=line, quantity=1, delivery_note="SH-1")
        plan = reviewed(cast, row, 2)
        open_one = unissued(cast)
    with at(date(2026, 12, 11)):
        mine = [(str(one.what), one.about, one.is_late) for one in todos(keeper())]
        assert mine == [
            ("发起盘点", f"月度盘点 {main}", True),
            ("发放配件", f"{waiting.number} {waiting.receiver} {waiting.purpose}", False),
            ("验收入库", f"{receipt.number} {row} × 1", False),
            ("处理", f"{open_one.number} {open_one.used_by} {open_one.words}", False),
        ]
        assert short.number not in str(mine)
        supplier().refresh_from_db()
        Supplier.objects.update(next_review_on=date(2027, 6, 1), contract_until=None)
        theirs = [(str(one.what), one.about, one.is_late) for one in todos(buyer())]
        assert theirs == [
            ("与供应商协商", f"{order.number} {order.supplier}", True),
            ("下采购订单", f"{plan.number} 2026-12-01 – 2026-12-31", False),
        ]
        assert todos(cast.erik) == []
        page = browser(keeper()).get("/").content.decode()
        assert f"/parts/requisitions/{waiting.number}/?do=issue#do" in page
    with at(date(2026, 12, 10)):
        assert [one.is_late for one in todos(buyer())] == [False]

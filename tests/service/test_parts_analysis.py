"""What parts were used for, who manages them, and how programs reach them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.core.policy.schema import Profile
from bihuan.core.policy.services import read_file
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.analysis import GROUPS, analyse
from bihuan.service.parts.models import Requisition, RequisitionLine
from bihuan.service.parts.services import counting, using
from tests.caller import Caller
from tests.cast import PROFILES, Cast
from tests.service.stocking import buyer, counting_now, keeper, opened, part, place, reviewed, supplier, unissued
from tests.service.test_parts_ledger import browser
from tests.service.test_parts_requisitions import approved, asked, issued

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", PROFILES)
def test_the_after_sales_department_manages_parts_in_every_profile(code: str) -> None:
    """PRT-17, PRT-07, PRT-13: its keeper and its head hold the rights, and the head decides on each paper."""
    rules = Profile.model_validate(read_file(code))
    role = rules.role("storekeeper")
    assert role is not None
    assert role.department == "service"
    for permission in (perm.PARTS_KEEP, perm.PARTS_PLAN):
        assert {"storekeeper", "after_sales_manager"} <= rules.roles_with(permission)
    for subject in ("part_requisition", "part_plan", "part_count", "part_scrap"):
        chain = next(chain for chain in rules.approvals if chain.subject == subject)
        assert chain.steps[0].roles == ("after_sales_manager",)


def test_uses_are_counted_by_every_group_with_fill_rate_turnover_and_accuracy(cast: Cast) -> None:
    """PRT-15: what the customer got, by part, model, region and engineer; the three numbers show what they are of."""
    bearing = part("7014C-9")
    opened(bearing, 1, "9.00")
    today = timezone.localdate()
    used_row = prepared(cast)
    found = analyse(today, today, "engineer")
    assert found.rows == [{"name": "何工", "pieces": 2, "cost": 20_000, "times": 1}]
    assert (found.pieces, found.cost, found.value, found.turnover) == (2, 20_000, 40_900, "0.49")
    assert (found.filled.above, found.filled.below, found.agreeing.percent) == (1, 1, "50.0 %")
    names = {group: analyse(today, today, group).rows[0]["name"] for group in GROUPS}
    assert names == {"part": "主轴轴承", "class": None, "model": "SC-7", "mechanism": None, "region": "华北",
                     "engineer": "何工"}  # fmt: skip
    before = analyse(today - timedelta(days=9), today - timedelta(days=1), "part")
    assert (before.rows, before.filled.percent, before.turnover) == ([], "—", "0.00")
    page = browser(cast.bob).get(reverse("parts:analysis"), {"group": "model", "since": "gestern"}).content.decode()
    assert "SC-7" in page
    assert "200.00" in page
    assert "200.00" not in browser(cast.erik).get(reverse("parts:analysis"), {"group": "model"}).content.decode()
    assert used_row.lines.get().used == 2


def test_the_analysis_is_taken_out_as_a_table(cast: Cast) -> None:
    """PRT-15: every row of the group and the numbers of the stock; the cost only for who may see it."""
    prepared(cast)
    asked_for = {"group": "engineer", "format": "csv"}
    answer = browser(cast.bob).get(reverse("parts:analysis"), asked_for)
    assert answer["Content-Type"].startswith("text/csv")
    assert "attachment" in answer["Content-Disposition"]
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "工程师,件数,领用单数,费用"
    assert lines[1] == "何工,2,1,200.00"
    assert [line.split(",")[1:] for line in lines[2:]] == [["1", "1"], ["0", "1"], ["", "", "200.00"]]
    plain = browser(cast.erik).get(reverse("parts:analysis"), asked_for).content.decode()
    assert "200.00" not in plain
    book = browser(cast.bob).get(reverse("parts:analysis"), {**asked_for, "format": "xlsx"})
    assert book.content.startswith(b"PK")
    assert browser(cast.charlie).get(reverse("parts:analysis"), asked_for).status_code == 403


def prepared(cast: Cast) -> Requisition:
    """Five bearings, two of them used, and a count in which one of two lines agrees."""
    row = part()
    opened(row, 5, "500.00")
    case = cast.case()
    case.region = cast.north
    case.save(update_fields=["region"])
    paper = issued(approved(cast, asked(cast, (row, 2), case=case)), 2)
    line = RequisitionLine.objects.select_related("part", "wanted").get(requisition=paper)
    using.use_now(row=paper, by=cast.erik, line=line, quantity=2, unit=cast.unit)
    count = counting_now()
    for found in list(count.lines.select_related("part")):
        wrong = found.part_id == row.pk
        counting.enter(count=count, by=keeper(), line=found, counted=found.expected + wrong)
    causes = {line.pk: "退库未登记" for line in counting.differing(count)}
    counting.finish_count(count=count, by=cast.bob, causes=causes)
    return paper


def test_programs_ask_for_parts_and_issue_them(cast: Cast) -> None:
    """PRT-03, PRT-12, PRT-13: stock, ledger and requisitions over HTTP, with the same rules."""
    bearing = part()
    opened(bearing, 3, "30")
    erik, hugo = Caller(cast.erik), Caller(keeper())
    wanted = {"lines": [{"part": "7014C", "quantity": 2}], "purpose": "更换轴承"}
    assert erik.post("/parts/requisitions", {**wanted, "lines": [{"part": "none"}]}).status_code == 422
    made = erik.post("/parts/requisitions", wanted)
    assert (made.status_code, made.json()["state"]) == (201, "asked")
    row = approved(cast, Requisition.objects.get())
    address, line = f"/parts/requisitions/{row.number}/issue", made.json()["lines"][0]["id"]
    pieces = {"pieces": [{"line": line, "quantity": 2, "place": place().code}]}
    assert erik.post(address, pieces).status_code == 403
    assert hugo.post(address, {**pieces, "scanned": "7014C"}).status_code == 409
    assert hugo.post(address, pieces).json()["state"] == "issued"
    assert erik.get("/parts/7014C").json()["free"] == 1
    assert [item["kind"] for item in erik.get("/parts/moves?part=7014C").json()["items"]] == ["issue", "opening"]
    assert Caller(cast.charlie).get("/parts").status_code == 403
    assert erik.get("/parts/requisitions?state=issued").json()["items"][0]["number"] == row.number


def test_programs_plan_order_receive_and_count(cast: Cast) -> None:
    """PRT-04, PRT-06, PRT-10, PRT-11: the same papers over HTTP, each by whoever may; money only for some."""
    bearing = part()
    opened(bearing, 2, "20")
    hugo, bert, erik = Caller(keeper()), Caller(buyer()), Caller(cast.erik)
    plan = reviewed(cast, bearing, 4)
    assert hugo.get(f"/parts/plans/{plan.number}").json()["lines"][0]["quantity"] == 4
    wanted = {"supplier": supplier().code, "due_on": "2026-12-10",
              "lines": [{"part": "7014C", "quantity": 4, "price": "12.50"}]}  # fmt: skip
    address = f"/parts/plans/{plan.number}/orders"
    assert hugo.post(address, wanted).status_code == 403
    assert bert.post(address, {**wanted, "supplier": "none"}).status_code == 422
    made = bert.post(address, wanted)
    assert (made.status_code, made.json()["lines"][0]["price"]) == (201, "12.50")
    number = made.json()["number"]
    assert erik.get(f"/parts/orders/{number}").json()["lines"][0]["price"] is None
    came = bert.post(f"/parts/orders/{number}/receipts", {"part": "7014C", "quantity": 4, "delivery_note": "SH-1"})
    receipt = came.json()["number"]
    inspected = {"accepted": 3, "place": place().code}
    assert bert.post(f"/parts/receipts/{receipt}/inspection", inspected).status_code == 403
    assert hugo.post(f"/parts/receipts/{receipt}/inspection", inspected).status_code == 409
    assert hugo.post(f"/parts/receipts/{receipt}/inspection", {**inspected, "finding": "划伤"}).json()["refused"] == 1
    assert bert.get("/parts/receipts?waiting=false").json()["items"][0]["amount"] == "37.50"
    assert hugo.get("/parts/receipts?waiting=true").json()["items"] == []
    count = hugo.post("/parts/counts", {"kind": "month", "place": place().code}).json()
    entered = hugo.post(f"/parts/counts/{count['number']}/lines", {"part": "7014C", "counted": 4}).json()["lines"][0]
    assert (entered["counted"], entered["expected"]) == (4, None)
    assert erik.post("/parts/counts", {"kind": "month", "place": place().code}).status_code == 403
    row = unissued(cast)
    assert hugo.get("/parts/discrepancies?state=open").json()["items"][0]["number"] == row.number
    assert Caller(cast.charlie).get("/parts/plans").status_code == 403
    assert hugo.get("/parts/orders?state=nowhere").status_code == 422

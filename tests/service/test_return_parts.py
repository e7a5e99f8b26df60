"""Parts of a repair: asked for, issued, named in its record, booked when it passes, or waiting for the warehouse."""

from typing import Any

import pytest
from django.urls import reverse

from bihuan.core.documents.models import Document
from bihuan.core.notify.models import Notification
from bihuan.core.permissions.services import Refused
from bihuan.service.parts.models import Discrepancy, PartUse, Requisition, RequisitionLine
from bihuan.service.parts.services import requisitions
from bihuan.service.parts.services.ledger import place_of
from bihuan.service.returns.forms import RecordForm
from bihuan.service.returns.models import RepairRecord, ReturnOrder
from bihuan.service.returns.services import handling, parting
from tests.caller import Caller
from tests.cast import Cast
from tests.service import returning as story
from tests.service.stocking import keeper, lying, numbers, opened, part, place
from tests.service.test_parts_ledger import browser, refused
from tests.service.test_parts_requisitions import approved, asked, counts, issued

pytestmark = pytest.mark.django_db
NOTHING = {"parts": "", "parts_reason": "", "same_parts": False}
WORDS = "7014C 主轴轴承 7014C 70×110×20 P4 × {}"
COSTS = {"material_cost": "0", "labour_hours": "1", "labour_cost": "0", "freight_cost": "0", "delay_days": "0"}


def drawn(cast: Cast, order: ReturnOrder, row: Any, count: int) -> RequisitionLine:
    """Asked for by the technician, approved, issued to him."""
    paper = parting.ask_parts(order=order, by=cast.erik, lines=[(row, count)], purpose="更换轴承")
    issued(approved(cast, paper), count)
    return RequisitionLine.objects.select_related("part", "wanted", "requisition__receiver").get(requisition=paper)


def write(cast: Cast, order: ReturnOrder, *used: dict[str, Any], **changes: Any) -> RepairRecord:
    """Erik writes the repair record."""
    values = story.work(**{**NOTHING, "used": list(used), **changes})
    return handling.record_work(order=order, by=cast.erik, values=values)


def failed(cast: Cast, order: ReturnOrder) -> None:
    """Bob sends it back to work."""
    handling.evaluate(order=order, by=cast.bob, results=story.results(order, False), passed=False, remark="仍有异响")


def test_a_replaced_part_leaves_the_stock_when_the_repair_has_passed(cast: Cast) -> None:
    """PRT-12, PRT-16, PRT-18, RET-04, WO-20: issued for the return, named by its line, corrected, booked once."""
    bearing, order = part(), story.arranged(cast)
    opened(bearing, 5, "500.00")
    line = drawn(cast, order, bearing, 2)
    paper = line.requisition
    assert (paper.receiver, paper.job_name, paper.case) == (cast.erik, order.number, order.case)
    page = browser(cast.erik).get(reverse("returns:return", args=[order.number]), {"do": "record"}).content.decode()
    assert f"u_{line.pk}" in page
    assert paper.number in page
    refused(lambda: write(cast, order, {"line": line.pk, "quantity": 3}), f"u_{line.pk}")
    assert write(cast, order, {"line": line.pk, "quantity": 2}).parts == WORDS.format(2)
    failed(cast, order)
    row = write(cast, order, {"line": line.pk, "quantity": 1})
    assert (row.parts, row.same_parts, PartUse.objects.get().move) == (WORDS.format(1), True, None)
    story.passed(cast, order)
    use = PartUse.objects.get()
    assert (use.unit, use.case, use.job_id, use.quantity) == (order.unit, order.case, order.pk, 1)
    assert use.move is not None
    assert (use.by, use.move.by, use.move.amount) == (cast.erik, cast.erik, 10_000)
    assert (numbers(bearing), lying(bearing, place_of(cast.erik))) == ((4, 3, 0, 0, 40_000), 1)
    assert not Discrepancy.objects.exists()
    assert WORDS.format(1) in str(Document.objects.get(form_code="F20").data)
    paper.refresh_from_db()
    requisitions.take_old(row=paper, by=keeper(), line=line, quantity=1, place=place())
    assert counts(paper) == (2, 0, 2, 1, 0, 1)
    unit_page = browser(cast.bob).get(reverse("products:unit", args=[order.unit_id])).content.decode()
    assert "主轴轴承" in unit_page


def test_the_technician_uses_what_he_carries(cast: Cast) -> None:
    """PRT-18: drawn for no job; it stands in a row to choose from, and the use knows its return."""
    bearing, order = part(), story.arranged(cast)
    opened(bearing, 2, "20.00")
    paper = issued(approved(cast, asked(cast, (bearing, 1))), 1)
    line = paper.lines.get()
    client, place_of_act = browser(cast.erik), reverse("returns:act", args=[order.number, "record"])
    typed = {"work": "更换轴承", "c_1": str(line.pk), "n_1": "2", **COSTS}
    answer = client.post(place_of_act, typed)
    assert (answer.status_code, RepairRecord.objects.get().recorded_at) == (409, None)
    assert client.post(place_of_act, {**typed, "n_1": "1"}).status_code == 302
    story.passed(cast, ReturnOrder.objects.get(pk=order.pk))
    assert (PartUse.objects.get().job_id, counts(paper)[3]) == (order.pk, 1)


def test_a_part_without_an_issue_waits_for_the_warehouse(cast: Cast) -> None:
    """PRT-18, RET-06: with its reason; withdrawn by a correction, opened by the pass, and the keeper hears of it."""
    stock, order = keeper(), story.arranged(cast)
    typed = {"parts": "密封圈 MF-12 1 只", "same_parts": True}
    refused(lambda: write(cast, order, **typed), "parts_reason")
    form = RecordForm({"work": "更换", **COSTS, **typed}, row=order)
    assert "parts_reason" in form.errors
    write(cast, order, **typed, parts_reason="急修先取")
    failed(cast, order)
    again = RecordForm(row=order)
    assert (again.initial["parts"], again.initial["parts_reason"]) == ("密封圈 MF-12 1 只", "急修先取")
    write(cast, order, **{**typed, "parts": "密封圈 MF-12 2 只"}, parts_reason="急修先取")
    story.passed(cast, order)
    rows = Discrepancy.objects.order_by("pk").values_list("state", "words", "used_by__username", "job_name")
    assert list(rows) == [
        ("withdrawn", "密封圈 MF-12 1 只", "erik", order.number), ("open", "密封圈 MF-12 2 只", "erik", order.number),
    ]  # fmt: skip
    row = Discrepancy.objects.get(state="open")
    told = Notification.objects.filter(title__contains=row.number).values_list("user", flat=True)
    assert {stock.pk, cast.erik.pk} <= set(told)
    assert row.number in browser(cast.bob).get(reverse("returns:return", args=[order.number])).content.decode()


def test_by_policy_a_repair_takes_issued_parts_alone(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """PRT-18: the record does not even ask for others, and a program is refused."""
    order = story.arranged(cast)
    rules = order.policy.model_copy(update={"parts": order.policy.parts.model_copy(update={"unissued": "refused"})})
    monkeypatch.setattr(ReturnOrder, "policy", rules)
    assert "parts" not in RecordForm(row=order).fields
    refused(lambda: write(cast, order, parts="密封圈", parts_reason="急修", same_parts=True), "parts")
    assert not Discrepancy.objects.exists()


def test_a_record_of_old_keeps_its_words(cast: Cast) -> None:
    """RET-06: what was typed before parts came from their issue is shown, and stands in the form to be corrected."""
    order = story.arranged(cast)
    RepairRecord.objects.filter(order=order).update(work="更换", parts="密封圈 1 只", recorded_at=order.received_at)
    order.refresh_from_db()
    assert RecordForm(row=order).initial["parts"] == "密封圈 1 只"
    story.passed(cast, order)
    assert "密封圈 1 只" in browser(cast.bob).get(reverse("returns:return", args=[order.number])).content.decode()
    assert not Discrepancy.objects.exists()


def test_parts_are_asked_for_while_the_goods_are_in_repair(cast: Cast) -> None:
    """PRT-12: by who works on returns, for the technician; before and after the repair nothing is asked for."""
    bearing, order = part(), story.arranged(cast)
    opened(bearing, 1)
    lines = [(bearing, 1)]
    for wrong in (cast.charlie, cast.alice):
        with pytest.raises(Refused):
            parting.ask_parts(order=order, by=wrong, lines=lines, purpose="更换")
    done = story.passed(cast)
    refused(lambda: parting.ask_parts(order=done, by=cast.erik, lines=lines, purpose="更换"), "state")
    early = story.agreed(cast)
    refused(lambda: parting.ask_parts(order=early, by=cast.erik, lines=lines, purpose="更换"), "state")
    refused(lambda: write(cast, early), "state")
    assert Requisition.objects.count() == 0
    typed = {"purpose": "更换轴承", "part_1": "7014C", "count_1": "1"}
    act = reverse("returns:act", args=[order.number, "parts"])
    for who, status in ((cast.charlie, 404), (cast.alice, 403), (cast.erik, 302)):
        assert browser(who).post(act, typed).status_code == status
    assert (Requisition.objects.get().job_name, Requisition.objects.get().asked_by) == (order.number, cast.erik)
    assert browser(cast.bob).post(reverse("returns:act", args=[done.number, "parts"]), typed).status_code == 409


def test_a_program_asks_for_parts_and_names_them(cast: Cast) -> None:
    """PRT-12, PRT-18: the same gates over the API; the answer tells the repair and the lent unit."""
    bearing, order = part(), story.arranged(cast)
    opened(bearing, 1, "100.00")
    technician, where = Caller(cast.erik), f"/returns/{order.number}"
    wanted = {"lines": [{"part": "7014C", "quantity": 1}], "purpose": "更换轴承"}
    assert Caller(cast.alice).post(f"{where}/parts", wanted).status_code == 403
    assert technician.post(f"{where}/parts", {**wanted, "lines": [{"part": "nope"}]}).status_code == 422
    answer = technician.post(f"{where}/parts", wanted)
    assert (answer.status_code, answer.json()["job"]) == (201, order.number)
    line = issued(approved(cast, Requisition.objects.get()), 1).lines.get()
    loaner = story.sold(cast, "LEND-7", customer=None)
    technician.post(f"{where}/loans", {"serial": loaner.serial, "condition": "完好"})
    record = {"work": "更换轴承", "used": [{"line": line.pk, "quantity": 2}]}
    assert technician.post(f"{where}/repair", record).status_code == 409
    record["used"] = [{"line": line.pk, "quantity": 1}]
    told = technician.post(f"{where}/repair", {**record, "labour_cost": "90.00"}).json()
    assert (told["repair"]["parts"], told["repair"]["labour_cost"]) == (WORDS.format(1), "90.00")
    assert (told["repair"]["technician"], told["loaner"]) == ("erik", loaner.serial)
    listed = technician.get("/returns?state=working").json()["items"]
    assert [row["loaner"] for row in listed] == [loaner.serial]
    again = {**record, "parts": WORDS.format(1)}
    assert technician.post(f"{where}/repair", again).json()["repair"]["parts"] == WORDS.format(1)

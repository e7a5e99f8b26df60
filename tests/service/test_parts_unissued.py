"""PRT-18: what a report names is an issue of the ledger, or an open discrepancy of the warehouse."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.core.activity.models import Activity
from bihuan.core.activity.queries import timeline
from bihuan.core.notify.models import Notification
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.products.models import ProductModel
from bihuan.registry.spares.models import Tracking
from bihuan.service.parts.demand import issued_by_month
from bihuan.service.parts.models import Discrepancy, MoveKind, PartUse, Place, Requisition, RequisitionLine
from bihuan.service.parts.models import Move as Moved
from bihuan.service.parts.queries import own_count
from bihuan.service.parts.services import discrepancies, keeping, requisitions, using
from bihuan.service.parts.services.ledger import place_of
from bihuan.service.visits.forms import ReportForm
from bihuan.service.visits.models import FieldReport, Visit
from bihuan.service.visits.services import parting, working
from tests.cast import Cast
from tests.service.stocking import keeper, lying, numbers, opened, part, place, unissued
from tests.service.test_parts_ledger import browser, refused
from tests.service.test_parts_requisitions import approved, asked, issued
from tests.service.test_visit_phone import agreed_visit, hand_in, typed_entry
from tests.service.visiting import on_site, planned, qualified, report_values, signed, working_case

pytestmark = pytest.mark.django_db
NOTHING = {"parts": "", "parts_reason": "", "same_parts": False}


def arrived(cast: Cast) -> Visit:
    """Erik is on site and the plan is agreed."""
    qualified(cast, cast.erik)
    visit = on_site(cast, planned(cast, working_case(cast)))
    working.agree_plan(visit=visit, by=cast.erik, phenomenon="异响", plan="更换", agreed_with="王工")
    return visit


def drawn(cast: Cast, row: Any, count: int, lot: str = "", where: Place | None = None) -> RequisitionLine:
    """Erik carries so many of a part that were issued for no visit."""
    paper = issued(approved(cast, asked(cast, (row, count))), count, where, lot=lot)
    return RequisitionLine.objects.select_related("part", "wanted", "requisition__receiver").get(requisition=paper)


def write(visit: Visit, *used: dict[str, Any], **changes: Any) -> FieldReport:
    """Erik writes the report."""
    visit.__dict__.pop("_issued", None)
    values = report_values(visit, **{**NOTHING, "used": list(used), **changes})
    return working.write_report(visit=visit, by=visit.engineer, values=values)


def test_an_engineer_uses_what_he_carries_from_another_issue(cast: Cast) -> None:
    """PRT-18: own stock is issued stock; one piece cannot stand on two reports, and the use knows its own visit."""
    bearing = part()
    opened(bearing, 5, "500.00")
    line, visit = drawn(cast, bearing, 2), arrived(cast)
    form = ReportForm(row=visit)
    assert [label for _pk, label in form.fields["c_1"].choices][1:] == ["7014C 主轴轴承 (2)"]
    refused(lambda: write(visit, {"line": line.pk, "quantity": 3}), f"u_{line.pk}")
    assert write(visit, {"line": line.pk, "quantity": 2}).parts == "7014C 主轴轴承 7014C 70×110×20 P4 × 2"
    other = planned(
        cast, working_case(cast), starts_at=visit.ends_at.replace(hour=13), ends_at=visit.ends_at.replace(hour=15)
    )
    assert "c_1" not in ReportForm(row=other).fields
    signed(visit)
    use = PartUse.objects.get()
    assert (use.job_id, use.case, use.unit, use.line) == (visit.pk, visit.case, cast.unit, line)
    assert (numbers(bearing), lying(bearing, place_of(cast.erik))) == ((3, 3, 0, 0, 30_000), 0)
    assert Discrepancy.objects.count() == 0


def given(cast: Cast, row: Any, count: int, lot: str = "") -> None:
    """The keeper puts so many of a part into Erik's stock, without a requisition."""
    keeping.transfer(part=row, by=keeper(), source=place(), destination=cast.erik, quantity=count, lot=lot)


def test_an_engineer_uses_what_a_transfer_brought_him(cast: Cast) -> None:
    """PRT-13, PRT-18: his own stock is on the form; the use has its issue and its move, and no piece counts twice."""
    bearing = part()
    opened(bearing, 5, "500.00")
    given(cast, bearing, 3)
    visit = arrived(cast)
    form = ReportForm({"verdict": "solved", "c_1": f"p{bearing.pk}", "n_1": 2}, row=visit)
    assert form.fields["c_1"].choices[1:] == [(f"p{bearing.pk}", "7014C 主轴轴承 (3)")]
    form.is_valid()
    assert form.cleaned_data["used"] == [{"part": bearing.pk, "quantity": 2, "lot": ""}]
    refused(lambda: write(visit, {"part": bearing.pk, "quantity": 4}), "used")
    refused(lambda: write(visit, {"part": "nothing", "quantity": 1}), "used")
    assert (Requisition.objects.count(), PartUse.objects.count()) == (0, 0)
    assert write(visit, {"part": bearing.code, "quantity": 2}).parts.endswith("× 2")
    working.take_back(visit=visit, by=cast.erik)
    assert write(visit, {"part": bearing.code, "quantity": 2}).parts.endswith("× 2")
    visit.refresh_from_db()
    line = RequisitionLine.objects.select_related("requisition").get()
    assert (line.issued, line.requisition.state, line.requisition.job_id) == (2, "issued", visit.pk)
    back = {"part": bearing, "by": keeper(), "source": place_of(cast.erik), "destination": place()}
    refused(lambda: keeping.transfer(**back, quantity=2), "source")  # type: ignore[arg-type]
    signed(visit)
    assert (numbers(bearing), lying(bearing, place_of(cast.erik))) == ((3, 2, 0, 0, 30_000), 1)
    assert (PartUse.objects.get().move.reference, Discrepancy.objects.count()) == (line.requisition.number, 0)  # type: ignore[union-attr]


def test_a_corrected_report_lets_the_own_stock_go(cast: Cast) -> None:
    """PRT-13, PRT-18: what it does not name any more is own stock again; its paper shrinks, then it is called off."""
    bearing = part()
    opened(bearing, 5, "500.00")
    given(cast, bearing, 3)
    visit = arrived(cast)
    write(visit, {"part": bearing.pk, "quantity": 3})
    back = {"part": bearing, "by": keeper(), "source": place_of(cast.erik), "destination": place()}
    refused(lambda: keeping.transfer(**back, quantity=1), "source")  # type: ignore[arg-type]
    working.take_back(visit=visit, by=cast.erik)
    write(visit, {"part": bearing.pk, "quantity": 1})
    line = RequisitionLine.objects.select_related("requisition").get()
    assert (line.quantity, line.issued, line.requisition.state) == (1, 1, "issued")
    assert own_count(cast.erik.pk, bearing) == 2
    working.take_back(visit=visit, by=cast.erik)
    write(visit)
    line = RequisitionLine.objects.select_related("requisition").get()
    assert (line.quantity, line.issued, line.held, line.requisition.state) == (1, 0, 0, "cancelled")
    assert [row.verb for row in timeline(line.requisition)][:2] == ["requisition.corrected"] * 2
    keeping.transfer(**back, quantity=2)  # type: ignore[arg-type]
    working.take_back(visit=visit, by=cast.erik)
    write(visit, {"part": bearing.pk, "quantity": 1})
    visit.refresh_from_db()
    signed(visit)
    assert (numbers(bearing), lying(bearing, place_of(cast.erik))) == ((4, 4, 0, 0, 40_000), 0)
    assert sorted(Requisition.objects.values_list("state", flat=True)) == ["cancelled", "issued"]


def test_a_corrected_report_leaves_what_was_issued_with_its_receiver(cast: Cast) -> None:
    """PRT-13: what the warehouse handed out on an approved paper is given back to it, or stays in his hands."""
    bearing = part()
    opened(bearing, 2, "20.00")
    visit = arrived(cast)
    row = approved(cast, parting.ask_parts(visit=visit, by=cast.erik, lines=[(bearing, 2)], purpose="更换"))
    issued(row, 2)
    line = RequisitionLine.objects.get()
    write(visit, {"line": line.pk, "quantity": 2})
    working.take_back(visit=visit, by=cast.erik)
    write(visit, {"line": line.pk, "quantity": 1})
    line.refresh_from_db()
    assert (line.issued, line.held, own_count(cast.erik.pk, bearing)) == (2, 2, 0)


def test_what_a_report_takes_out_of_the_own_stock_was_needed(cast: Cast) -> None:
    """PRT-02, PRT-15: it is demand when it is used; a piece that an issue brought was demand when it was issued."""
    bearing, month = part(), [timezone.localdate().replace(day=1)]
    opened(bearing, 5, "50.00")
    given(cast, bearing, 3)
    assert issued_by_month([bearing], month) == {bearing.pk: [0]}
    visit = arrived(cast)
    write(visit, {"part": bearing.pk, "quantity": 2})
    visit.refresh_from_db()
    signed(visit)
    assert issued_by_month([bearing], month) == {bearing.pk: [2]}
    line = drawn(cast, bearing, 1)
    assert issued_by_month([bearing], month) == {bearing.pk: [3]}
    using.use_now(row=line.requisition, by=cast.erik, line=line, quantity=1)
    assert issued_by_month([bearing], month) == {bearing.pk: [3]}


def test_own_stock_goes_before_what_another_issue_brought(cast: Cast) -> None:
    """PRT-18: of a part that is named alone first the own stock is taken, then what was issued for other work."""
    bearing = part()
    opened(bearing, 5, "50.00")
    line = drawn(cast, bearing, 2)
    given(cast, bearing, 1)
    visit = arrived(cast)
    assert [label for _key, label in ReportForm(row=visit).fields["c_1"].choices][1:] == [
        "7014C 主轴轴承 (1)", "7014C 主轴轴承 (2)",
    ]  # fmt: skip
    write(visit, {"part": bearing.pk, "quantity": 2})
    assert sorted(PartUse.objects.values_list("line__requisition__job_id", "quantity"), key=str) == [
        (visit.pk, 1), (None, 1),
    ]  # fmt: skip
    signed(visit)
    line.refresh_from_db()
    assert (line.held, lying(bearing, place_of(cast.erik)), Discrepancy.objects.count()) == (1, 1, 0)


def test_the_own_stock_knows_its_serials_and_its_products(cast: Cast) -> None:
    """PRT-16, WO-20: a number that he does not carry is refused; what does not fit the product is not offered."""
    board, other = part("PCB", tracking=Tracking.SERIAL), part("B-2")
    opened(board, 1, "9", lot="S1")
    opened(other, 1, "9")
    other.fits.add(ProductModel.objects.create(line=cast.lines["general"], code="SC-9", name="其他"))
    given(cast, board, 1, lot="S1")
    given(cast, other, 1)
    visit = arrived(cast)
    assert [key for key, _label in ReportForm(row=visit).fields["c_1"].choices][1:] == [f"p{board.pk}"]
    refused(lambda: write(visit, {"part": board.pk, "quantity": 1, "lot": "S2"}), "used")
    with pytest.raises(MoveRefused):
        write(visit, {"part": board.pk, "quantity": 1})
    with pytest.raises(MoveRefused):
        write(visit, {"part": other.pk, "quantity": 1})
    assert RequisitionLine.objects.count() == 0
    write(visit, {"part": board.pk, "quantity": 1, "lot": "S1"})
    signed(visit)
    assert PartUse.objects.get().lot == "S1"


def test_without_a_network_the_own_stock_stands_in_for_what_was_taken_back(cast: Cast) -> None:
    """PRT-18, WO-10: an own part and an issue that is gone both come out of the own stock; the rest is a discrepancy."""
    bearing = part()
    opened(bearing, 6, "60.00")
    carried = drawn(cast, bearing, 1)
    given(cast, bearing, 2)
    visit = agreed_visit(cast)
    data = typed_entry(
        visit, **{"report-c_1": carried.pk, "report-n_1": 1, "report-c_2": f"p{bearing.pk}", "report-n_2": 1,
                  "report-c_3": f"p{bearing.pk}", "report-n_3": 2},
    )  # fmt: skip
    for name in ("parts", "parts_reason", "same_parts"):
        data.pop(f"report-{name}", None)
    requisitions.give_back(row=carried.requisition, by=keeper(), line=carried, quantity=1, place=place())
    answer = hand_in(browser(cast.erik), visit, data)
    assert answer.status_code == 200, answer.content.decode()
    assert list(PartUse.objects.filter(move__isnull=False).values_list("quantity", flat=True)) == [1]
    assert list(Discrepancy.objects.values_list("state", "quantity", "line")) == [("open", 3, None)]
    assert (lying(bearing, place_of(cast.erik)), numbers(bearing)[0]) == (1, 5)


def test_the_warehouse_books_a_discrepancy_from_the_own_stock(cast: Cast) -> None:
    """PRT-13, PRT-18: what was transferred to the engineer settles what his report typed."""
    bearing = part()
    opened(bearing, 5, "50.00")
    row = unissued(cast, unit=cast.unit)
    given(cast, bearing, 2)
    address, stock = reverse("parts:discrepancy_act", args=[row.number, "book"]), browser(keeper())
    assert stock.post(address, {"line": f"p{bearing.pk}", "quantity": 3}).status_code == 409
    assert stock.post(address, {"line": f"p{bearing.pk}", "quantity": 2}).status_code == 302
    use = PartUse.objects.get()
    assert (use.discrepancy, use.quantity, lying(bearing, place_of(cast.erik))) == (row, 2, 0)
    told = Activity.objects.get(verb="requisition.drawn")
    assert (told.actor, told.data["name"]) == (keeper(), "何工：7014C × 2")


def test_two_lines_of_one_requisition_are_booked_by_one_signature(cast: Cast) -> None:
    """PRT-18: both pieces leave, the requisition tells both."""
    one, two = part(), part("B-2")
    opened(one, 2, "20.00")
    opened(two, 2, "20.00")
    visit = arrived(cast)
    row = approved(cast, parting.ask_parts(visit=visit, by=cast.erik, lines=[(one, 1), (two, 1)], purpose="更换"))
    lines = list(RequisitionLine.objects.select_related("part").order_by("pk"))
    pieces = [requisitions.Piece(line, 1, place()) for line in lines]
    requisitions.issue(row=row, by=keeper(), pieces=pieces)
    write(visit, *({"line": line.pk, "quantity": 1} for line in lines))
    signed(visit)
    assert [line.used for line in RequisitionLine.objects.order_by("pk")] == [1, 1]
    assert Discrepancy.objects.count() == 0


def test_a_part_without_an_issue_needs_a_reason_and_waits_for_the_warehouse(cast: Cast) -> None:
    """PRT-18: refused without a reason or by policy; opened by the signature, withdrawn by a correction."""
    visit = arrived(cast)
    typed = {"parts": "轴承 7014C 2 套", "same_parts": True}
    refused(lambda: write(visit, **typed), "parts_reason")
    form = ReportForm({"verdict": "solved", **typed}, row=visit)
    assert "parts_reason" in form.errors
    write(visit, **typed, parts_reason="抢修时直接取用")
    assert list(Discrepancy.objects.values_list("state", "words")) == [("declared", "轴承 7014C 2 套")]
    working.take_back(visit=visit, by=cast.erik)
    again = ReportForm(row=visit)
    assert (again.initial["parts"], again.initial["parts_reason"]) == ("轴承 7014C 2 套", "抢修时直接取用")
    write(visit, **{**typed, "parts": "轴承 7014C 1 套"}, parts_reason="抢修时直接取用")
    visit.refresh_from_db()
    signed(visit)
    assert list(Discrepancy.objects.order_by("pk").values_list("state", "words")) == [
        ("withdrawn", "轴承 7014C 2 套"), ("open", "轴承 7014C 1 套"),
    ]  # fmt: skip
    row = Discrepancy.objects.get(state="open")
    told = Notification.objects.filter(title__contains=row.number).values_list("user__username", flat=True)
    assert {"erik"} <= set(told)
    assert row.number in browser(cast.bob).get(reverse("visits:visit", args=[visit.number])).content.decode()


def test_by_policy_a_part_without_an_issue_is_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """PRT-18: the report does not even ask for it; a program is refused; a telephone's word is still kept."""
    visit = arrived(cast)
    rules = visit.policy.model_copy(update={"parts": visit.policy.parts.model_copy(update={"unissued": "refused"})})
    monkeypatch.setattr(Visit, "policy", rules)
    assert "parts" not in ReportForm(row=visit).fields
    typed = {"parts": "轴承", "same_parts": True, "parts_reason": "抢修"}
    refused(lambda: write(visit, **typed), "parts")
    values = report_values(visit, **{**NOTHING, **typed})
    working.write_report(visit=visit, by=cast.erik, values=values, lenient=True)
    assert Discrepancy.objects.get().reason == "抢修"


def test_the_signature_is_never_refused_for_stock(cast: Cast) -> None:
    """PRT-18: the keeper took the piece back between report and signature: signed, and shown as a discrepancy."""
    bearing = part()
    opened(bearing, 2, "20.00")
    line, visit = drawn(cast, bearing, 1), arrived(cast)
    write(visit, {"line": line.pk, "quantity": 1})
    requisitions.give_back(row=line.requisition, by=keeper(), line=line, quantity=1, place=place())
    visit.refresh_from_db()
    signed(visit)
    row = Discrepancy.objects.get()
    assert (row.state, row.line, row.quantity, PartUse.objects.count()) == ("open", line, 1, 0)
    assert "7014C" in row.words
    assert numbers(bearing) == (2, 2, 0, 0, 2000)


def test_the_number_of_a_piece_is_one_that_the_engineer_has(cast: Cast) -> None:
    """PRT-16, PRT-18: a wrong or missing serial is told beside its field when the report is written."""
    board = part("PCB", tracking=Tracking.SERIAL)
    opened(board, 1, "9", lot="S1")
    line, visit = drawn(cast, board, 1, lot="S1"), arrived(cast)
    for lot in ("", "S2"):
        refused(lambda lot=lot: write(visit, {"line": line.pk, "quantity": 1, "lot": lot}), f"l_{line.pk}")  # type: ignore[misc]
    write(visit, {"line": line.pk, "quantity": 1, "lot": "S1"})
    visit.refresh_from_db()
    signed(visit)
    assert PartUse.objects.get().lot == "S1"


def test_a_report_without_a_network_loses_no_part(cast: Cast) -> None:
    """PRT-18, WO-10: taken back and closed meanwhile, the entry arrives whole and the part is a discrepancy."""
    bearing = part()
    opened(bearing, 3, "30.00")
    visit = agreed_visit(cast)
    row = approved(cast, parting.ask_parts(visit=visit, by=cast.erik, lines=[(bearing, 1)], purpose="更换"))
    line = RequisitionLine.objects.select_related("part").get(requisition=issued(row, 1))
    carried = drawn(cast, bearing, 1)
    data = typed_entry(visit, **{f"report-u_{line.pk}": 1, "report-c_1": carried.pk, "report-n_1": 1})
    for name in ("parts", "parts_reason", "same_parts"):
        del data[f"report-{name}"]
    for one in (line, carried):
        paper = Requisition.objects.get(lines=one)
        requisitions.give_back(row=paper, by=keeper(), line=one, quantity=1, place=place())
        paper.refresh_from_db()
        requisitions.close(row=paper, by=keeper())
    answer = hand_in(browser(cast.erik), visit, data)
    assert answer.status_code == 200, answer.content.decode()
    assert FieldReport.objects.get().parts.count("7014C 主轴轴承") == 2
    assert sorted(Discrepancy.objects.values_list("state", "line")) == [("open", line.pk), ("open", carried.pk)]
    assert numbers(bearing) == (3, 3, 0, 0, 3000)


def test_the_warehouse_settles_a_discrepancy(cast: Cast) -> None:
    """PRT-13, PRT-18: booked from what was issued afterwards to the same engineer, or explained; each is told once."""
    bearing = part()
    opened(bearing, 5, "50.00")
    row = unissued(cast, unit=cast.unit)
    other = requisitions.ask(by=cast.bob, lines=[(bearing, 1)], purpose="x", receiver=cast.alice)
    others = RequisitionLine.objects.select_related("requisition").get(requisition=issued(other, 1))
    refused(lambda: using.book_from(row=row, by=keeper(), line=others, quantity=1), "line")
    refused(lambda: discrepancies.settle(row=row, by=keeper(), settlement="booked"), "settlement")
    refused(lambda: discrepancies.settle(row=row, by=keeper(), settlement="bought"), "finding")
    line, address = drawn(cast, bearing, 2), reverse("parts:discrepancy_act", args=[row.number, "book"])
    stock = browser(keeper())
    assert stock.post(address, {"line": line.pk, "quantity": 3}).status_code == 409
    assert browser(cast.erik).post(address, {"line": line.pk, "quantity": 2}).status_code == 403
    assert stock.post(address, {"line": line.pk, "quantity": 2}).status_code == 302
    use = PartUse.objects.get()
    assert (use.discrepancy, use.unit, use.job_id) == (row, cast.unit, row.job_id)
    assert Moved.objects.filter(kind=MoveKind.USE).get().amount == 2000
    row.refresh_from_db()
    refused(lambda: discrepancies.settle(row=row, by=keeper(), settlement="mistaken", finding="x"), "settlement")
    settle = reverse("parts:discrepancy_act", args=[row.number, "settle"])
    assert stock.post(settle, {"settlement": "booked", "finding": ""}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.settlement) == ("settled", "booked")
    with pytest.raises(MoveRefused):
        discrepancies.settle(row=row, by=keeper(), settlement="booked")
    assert "7014C" in stock.get(reverse("parts:discrepancies"), {"number": row.number}).content.decode()

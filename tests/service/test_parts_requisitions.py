"""Requisitions: asked, approved, reserved, issued with a scan, used on a report, given back."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.core.approvals.models import Approval
from bihuan.core.approvals.services import vote
from bihuan.core.documents.models import Document
from bihuan.core.permissions.services import Refused
from bihuan.registry.products.models import ProductModel
from bihuan.service.parts.models import Move, MoveKind, PartUse, Place, Requisition, RequisitionLine
from bihuan.service.parts.services import requisitions, using
from bihuan.service.parts.services.ledger import place_of
from bihuan.service.parts.services.requisitions import Piece
from bihuan.service.parts.services.reserving import fill_backorders
from bihuan.service.visits.models import FieldReport
from bihuan.service.visits.services import parting, working
from tests.cast import Cast
from tests.service.stocking import keeper, lying, numbers, opened, part, place
from tests.service.test_parts_ledger import browser, refused
from tests.service.visiting import on_site, planned, qualified, report_values, signed, working_case

pytestmark = pytest.mark.django_db


def asked(cast: Cast, *lines: Any, **more: Any) -> Requisition:
    """Erik asks for parts."""
    return requisitions.ask(by=cast.erik, lines=lines, purpose="更换轴承", **more)


def approved(cast: Cast, row: Requisition) -> Requisition:
    """Bob, who leads after-sales, approves."""
    approval = Approval.objects.get(subject_type="parts.requisition", subject_id=row.pk, state="open")
    vote(approval=approval, by=cast.bob, approved=True)
    row.refresh_from_db()
    return row


def issued(row: Requisition, count: int, where: Place | None = None, scanned: str = "", lot: str = "") -> Requisition:
    """The keeper hands out so many of the first line."""
    line = RequisitionLine.objects.select_related("part").filter(requisition=row).order_by("pk")[0]
    pieces = [Piece(line, count, where or place(), lot)]
    return requisitions.issue(row=row, by=keeper(), pieces=pieces, scanned=scanned)


def counts(row: Requisition) -> tuple[int, ...]:
    """Quantity, reserved, issued, used, given back, old ones of the first line."""
    fields = ("quantity", "reserved", "issued", "used", "given_back", "old_returned")
    found: tuple[int, ...] = RequisitionLine.objects.filter(requisition=row).order_by("pk").values_list(*fields)[0]
    return found


def test_a_requisition_runs_from_asking_to_the_old_part(cast: Cast) -> None:
    """PRT-12, PRT-13, PRT-14, PRT-16, F25: 领用 approved by the head of after-sales, issued, used, the rest given back."""
    bearing = part()
    opened(bearing, 5, "500.00")
    row = asked(cast, (bearing, 3))
    assert (row.state, numbers(bearing)) == ("asked", (5, 5, 0, 0, 50_000))
    with pytest.raises(Refused):
        vote(
            approval=Approval.objects.get(subject_id=row.pk, subject_type="parts.requisition"),
            by=cast.erik,
            approved=True,
        )
    approved(cast, row)
    assert (row.state, numbers(bearing), counts(row)) == ("approved", (5, 5, 3, 0, 50_000), (3, 3, 0, 0, 0, 0))
    assert RequisitionLine.objects.get().filled_at_once is True
    issued(row, 3)
    assert (row.state, numbers(bearing), lying(bearing, place_of(cast.erik))) == ("issued", (5, 2, 0, 0, 50_000), 3)
    move = Move.objects.get(kind=MoveKind.ISSUE)
    assert (move.by, move.quantity, move.reference) == (keeper(), 3, row.number)
    paper = Document.objects.get(form_code="F25")
    assert "主轴轴承" in str(paper.data)
    line = RequisitionLine.objects.select_related("part", "wanted").get()
    using.use_now(row=row, by=cast.erik, line=line, quantity=2, unit=cast.unit)
    assert numbers(bearing) == (3, 2, 0, 0, 30_000)
    refused(lambda: requisitions.close(row=row, by=keeper()), "refused")
    requisitions.give_back(row=row, by=keeper(), line=line, quantity=1, place=place())
    requisitions.take_old(row=row, by=keeper(), line=line, quantity=2, place=place())
    refused(lambda: requisitions.take_old(row=row, by=keeper(), line=line, quantity=1, place=place()), f"q_{line.pk}")
    row.refresh_from_db()
    assert (numbers(bearing), counts(row)) == ((3, 3, 0, 2, 30_000), (3, 0, 3, 2, 1, 2))
    assert requisitions.close(row=row, by=keeper()).state == "closed"
    assert "主轴轴承" in browser(cast.bob).get(reverse("products:unit", args=[cast.unit.pk])).content.decode()


def test_what_is_missing_waits_for_the_next_receipt(cast: Cast) -> None:
    """PRT-13, PRT-16: what is free is reserved, the oldest paper is filled first, a reserved piece is nobody else's."""
    bearing = part()
    opened(bearing, 2)
    first, second = (approved(cast, asked(cast, (bearing, 3))) for _turn in range(2))
    assert (counts(first)[1], counts(second)[1]) == (2, 0)
    assert list(RequisitionLine.objects.order_by("pk").values_list("filled_at_once", flat=True)) == [False, False]
    refused(lambda: issued(second, 1), f"q_{second.lines.get().pk}")
    opened(bearing, 2)
    fill_backorders([bearing])
    assert (counts(first)[1], counts(second)[1]) == (3, 1)
    issued(second, 1)
    assert second.state == "approved"
    requisitions.cancel(row=first, by=cast.erik, reason="误报")
    assert counts(second)[1] == 2
    refused(lambda: requisitions.cancel(row=second, by=cast.erik, reason="误报"), "refused")


def test_what_is_scanned_is_what_is_issued(cast: Cast) -> None:
    """PRT-13: a wrong code, one too few and one too many are refused; a label reads like its number."""
    bearing = part()
    opened(bearing, 5)
    row = approved(cast, asked(cast, (bearing, 2)))
    for wrong in ("7014C", "7014C\n7014C\n7014C", "7014C\n7014C\nA-9"):
        refused(lambda codes=wrong: issued(row, 2, scanned=codes), "scanned")  # type: ignore[misc]
    assert issued(row, 2, scanned="P:7014C\n7014c\n").state == "issued"


def test_only_the_same_kind_or_a_released_successor_may_stand_in(cast: Cast) -> None:
    """WO-20: 型号、规格一致, or the successor that engineering released; and it fits the product."""
    new, twin, other = part("7014D", model="7014D"), part("7014C-2"), part("6204", model="6204")
    bearing = part(replaced_by=new)
    opened(new, 4)
    row = approved(cast, asked(cast, (bearing, 1)))
    line = RequisitionLine.objects.select_related("part", "wanted").get()
    refused(lambda: requisitions.substitute(row=row, by=keeper(), line=line, part=other), "part")
    requisitions.substitute(row=row, by=keeper(), line=line, part=twin)
    line.refresh_from_db()
    requisitions.substitute(row=row, by=keeper(), line=line, part=new)
    assert (RequisitionLine.objects.get().part, numbers(new)[2], numbers(twin)[2]) == (new, 1, 0)
    elsewhere = ProductModel.objects.create(line=cast.lines["general"], code="SC-9", name="其他")
    other.fits.add(elsewhere)
    refused(lambda: asked(cast, (other, 1), case=cast.case()), "part_1")


def test_the_report_of_a_visit_names_what_was_issued_for_it(cast: Cast) -> None:
    """PRT-18, WO-20: the report takes parts from their issue; the ledger is written when the customer signs."""
    qualified(cast, cast.erik)
    bearing = part()
    opened(bearing, 5, "500.00")
    visit = planned(cast, working_case(cast))
    row = approved(cast, parting.ask_parts(visit=visit, by=cast.erik, lines=[(bearing, 2)], purpose="更换"))
    assert (row.receiver, row.job_name) == (cast.erik, visit.number)
    issued(row, 2)
    working.agree_plan(visit=on_site(cast, visit), by=cast.erik, phenomenon="异响", plan="更换", agreed_with="王工")
    client, line = browser(cast.erik), RequisitionLine.objects.get()
    page = client.get(reverse("visits:visit", args=[visit.number])).content.decode()
    assert f"u_{line.pk}" in page
    assert row.number in page

    def write(count: int) -> None:
        values = report_values(
            visit, parts="", parts_reason="", same_parts=False, used=[{"line": line.pk, "quantity": count}]
        )
        working.write_report(visit=visit, by=cast.erik, values=values)

    refused(lambda: write(3), f"u_{line.pk}")
    write(2)
    working.take_back(visit=visit, by=cast.erik)
    write(1)
    report = FieldReport.objects.get()
    assert (report.parts, report.same_parts) == ("7014C 主轴轴承 7014C 70×110×20 P4 × 1", True)
    assert numbers(bearing) == (5, 3, 0, 0, 50_000)
    visit.refresh_from_db()
    signed(visit)
    use = PartUse.objects.get()
    assert (use.quantity, use.unit, use.move.amount if use.move else 0) == (1, cast.unit, 10_000)
    assert (numbers(bearing), counts(row)[3]) == ((4, 3, 0, 0, 40_000), 1)
    assert using.book(work=parting.work_of(visit), by=cast.erik) == []


def test_who_leads_after_sales_has_approved_what_he_asks_for(cast: Cast) -> None:
    """PRT-13: no second person is waited for; somebody without the right asks for nothing."""
    bearing = part()
    opened(bearing, 1)
    row = requisitions.ask(by=cast.bob, lines=[(bearing, 1)], purpose="展厅样机", receiver=cast.erik)
    assert row.state == "approved"
    with pytest.raises(Refused):
        requisitions.ask(by=cast.charlie, lines=[(bearing, 1)], purpose="展厅样机")
    refused(lambda: requisitions.ask(by=cast.bob, lines=[], purpose="x"), "part_1")
    refused(lambda: requisitions.ask(by=cast.bob, lines=[(bearing, 1), (bearing, 1)], purpose="x"), "part_1")


def test_requisitions_have_their_pages(cast: Cast) -> None:
    """PRT-12, PRT-13: asked from the case, issued by the keeper on the page; what is refused keeps what was typed."""
    bearing = part()
    opened(bearing, 5, "5")
    case, client = cast.case(), browser(cast.erik)
    assert client.get(reverse("parts:ask"), {"case": case.number}).status_code == 200
    typed = {
        "case": case.number,
        "purpose": "更换主轴轴承",
        "receiver": cast.erik.pk,
        "part_1": "P:7014c",
        "count_1": 2,
    }
    wrong = client.post(reverse("parts:ask"), {**typed, "part_1": "Q"})
    assert (wrong.status_code, "更换主轴轴承" in wrong.content.decode()) == (422, True)
    assert client.post(reverse("parts:ask"), typed).status_code == 302
    row = Requisition.objects.get()
    assert row.number in client.get(reverse("desk:case", args=[case.number])).content.decode()
    approved(cast, row)
    line, stock = RequisitionLine.objects.get(), browser(keeper())
    page, act = (
        reverse("parts:requisition", args=[row.number]),
        reverse("parts:requisition_act", args=[row.number, "issue"]),
    )
    assert f"q_{line.pk}" in stock.get(page).content.decode()
    sent: dict[str, Any] = {f"q_{line.pk}": 2, f"p_{line.pk}": f"{place().pk}|", "scanned": "7014C"}
    assert "应发 2 件，扫描 1 件" in stock.post(act, sent).content.decode()
    assert stock.post(act, {**sent, "scanned": "7014C\n7014C"}).status_code == 302
    assert client.post(act, sent).status_code == 403
    use = reverse("parts:requisition_act", args=[row.number, "use"])
    assert "没有此序列号" in client.post(use, {"line": line.pk, "quantity": 1, "serial": "none"}).content.decode()
    assert client.post(use, {"line": line.pk, "quantity": 1, "serial": cast.unit.serial}).status_code == 302
    assert row.number in stock.get(reverse("parts:requisitions"), {"words": "7014C"}).content.decode()
    assert browser(cast.charlie).get(page).status_code == 404
    assert Client().get(page).status_code == 302

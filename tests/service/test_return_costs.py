"""What a repair costs: its parts by the ledger, to the cent, and only the rest by entry (PRT-14, PRT-18, CST-06)."""

from decimal import Decimal

import pytest
from django.urls import reverse

from bihuan.core.documents.models import Document
from bihuan.quality.cost.models import CostLine
from bihuan.service.parts.models import Move
from bihuan.service.returns.models import RepairRecord
from tests.caller import Caller
from tests.cast import Cast
from tests.service import returning as story
from tests.service.stocking import opened, part
from tests.service.test_parts_ledger import browser
from tests.service.test_return_parts import drawn, write

pytestmark = pytest.mark.django_db
ONLY_FREIGHT = {"material_cost": Decimal("2.50"), "labour_cost": Decimal(90), "freight_cost": Decimal(20)}


def test_the_parts_of_a_repair_cost_what_the_ledger_took(cast: Cast) -> None:
    """PRT-14, PRT-18, RET-06, CST-06: 3 bearings for 100.00 are 33.33 or 33.34; page, paper, ledger of costs agree."""
    bearing, order = part(), story.arranged(cast)
    opened(bearing, 3, "100.00")
    line = drawn(cast, order, bearing, 2)
    assert write(cast, order, {"line": line.pk, "quantity": 2}, **ONLY_FREIGHT).parts_cost == Decimal("66.67")
    row = write(cast, order, {"line": line.pk, "quantity": 1}, **ONLY_FREIGHT)
    assert (row.parts_cost, row.material, row.cost) == (Decimal("33.33"), Decimal("35.83"), Decimal("145.83"))
    order.refresh_from_db()
    page = browser(cast.bob).get(reverse("returns:return", args=[order.number])).content.decode()
    assert ("35.83" in page, "33.33" in page) == (True, True)
    opened(bearing, 1, "50.01")  # 4 pieces are worth 150.01 when the repair passes: the average has moved
    assert not CostLine.objects.exists()
    story.passed(cast, order)
    assert Move.objects.get(kind="use").amount == 3750
    row = RepairRecord.objects.get()
    assert (row.parts_cost, row.cost) == (Decimal("37.50"), Decimal("150.00"))
    assert sorted(CostLine.objects.values_list("amount", flat=True)) == [Decimal("20.00"), Decimal("130.00")]
    assert "40.00" in str(Document.objects.get(form_code="F20").data)
    told = Caller(cast.bob).get(f"/returns/{order.number}").json()["repair"]
    assert (told["parts_cost"], told["material_cost"]) == ("37.50", "2.50")


def test_the_last_piece_takes_what_is_left(cast: Cast) -> None:
    """PRT-14: three lines of one part are foreseen one after the other, as the ledger will take them."""
    bearing, order = part(), story.arranged(cast)
    opened(bearing, 3, "100.00")
    used = [{"line": drawn(cast, order, bearing, 1).pk, "quantity": 1} for _one in range(3)]
    assert write(cast, order, *used).parts_cost == Decimal("100.00")
    story.passed(cast, order)
    assert RepairRecord.objects.get().parts_cost == Decimal("100.00")
    assert list(Move.objects.filter(kind="use").order_by("id").values_list("amount", flat=True)) == [3333, 3334, 3333]


def test_parts_from_stock_count_where_approval_begins(cast: Cast) -> None:
    """CST-03, D10: a dear part of the warehouse asks for the approval of the cost, whatever is typed."""
    spindle, order = part(), story.arranged(cast)
    opened(spindle, 1, "1950.00")
    line = drawn(cast, order, spindle, 1)
    row = write(cast, order, {"line": line.pk, "quantity": 1}, **{**ONLY_FREIGHT, "material_cost": Decimal(0)})
    assert (row.cost, row.cleared) == (Decimal("2060.00"), Decimal(0))
    page = browser(cast.bob).get(reverse("returns:return", args=[order.number])).content.decode()
    assert "2060.00" in page
    with pytest.raises(Exception, match="批准"):
        story.passed(cast, order)
    assert not Move.objects.filter(kind="use").exists()

"""Returns on their way, the way the pages do it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from bihuan.registry.products.models import Unit, WarrantyPolicy
from bihuan.registry.products.services import create_unit
from bihuan.service.desk.models import Case
from bihuan.service.returns.models import Offer, PriceItem, ReturnOrder
from bihuan.service.returns.services import handling, offering, requesting
from tests.cast import Cast
from tests.service.story import png


def photo(name: str = "photo.png") -> SimpleUploadedFile:
    """A picture."""
    return SimpleUploadedFile(name, png(), "image/png")


def sold(cast: Cast, serial: str, ago: int = 30, **fields: Any) -> Unit:
    """A unit that was sold so many days ago."""
    day = timezone.localdate() - timedelta(days=ago)
    values = {"delivered_on": day, "invoiced_on": day, "customer": cast.customer, **fields}
    return create_unit(serial=serial, model=cast.unit.model, by=cast.bob, **values)


def promised(cast: Cast, rule: str = "appliance_1995", months: int = 12) -> WarrantyPolicy:
    """What was promised for the model."""
    return WarrantyPolicy.objects.update_or_create(
        code="promise", defaults={"name": "三包", "model": cast.unit.model, "months": months, "rule": rule}
    )[0]


def case_of(cast: Cast, unit: Unit | None = None, **report: Any) -> Case:
    """A case of a sold unit."""
    return cast.case(unit=unit or sold(cast, f"RT-{Unit.objects.count()}"), **report)


def requested(cast: Cast, case: Case | None = None, **changes: Any) -> ReturnOrder:
    """A request from a case."""
    values = {"problem": "漏水", "contact_name": "王工", "contact_phone": "13800001234", "packed": "电源线", **changes}
    return requesting.request_return(case=case or case_of(cast), by=cast.alice, **values)


def approved(cast: Cast, order: ReturnOrder | None = None, **changes: Any) -> ReturnOrder:
    """Reviewed."""
    values = {"problem_confirmed": True, "conditions_checked": True, "degree": "simple", "route": "workshop", **changes}
    return requesting.approve(order=order or requested(cast), by=cast.bob, **values)


def received(cast: Cast, order: ReturnOrder | None = None, **changes: Any) -> ReturnOrder:
    """Here, photographed."""
    values = {"condition": "包装完好，外壳有划痕", "accessories": "电源线", "uploads": [photo()], **changes}
    return handling.receive(order=order or approved(cast), by=cast.erik, **values)


def inspected(cast: Cast, order: ReturnOrder | None = None, **changes: Any) -> ReturnOrder:
    """Looked at."""
    values = {"fault": "ordinary", "finding": "密封圈老化", "cause": "材料老化", **changes}
    return handling.inspect(order=order or received(cast), by=cast.erik, **values)


def offered(cast: Cast, order: ReturnOrder | None = None, **changes: Any) -> Offer:
    """A free repair; goods that are exchanged are worth something."""
    worth = {"price_paid": Decimal(100)} if changes.get("remedy") == "replace" else {}
    values = {"remedy": "repair", "payer": "company", "reason": "约定", **worth, **changes}
    return offering.offer(order=order or inspected(cast), by=cast.bob, **values)


def agreed(cast: Cast, order: ReturnOrder | None = None, **changes: Any) -> ReturnOrder:
    """The customer agreed by his link."""
    row = offered(cast, order, **changes)
    return offering.decide(offer=row, agreed=True, person="王工", means="link")


def arranged(cast: Cast, order: ReturnOrder | None = None) -> ReturnOrder:
    """Erik repairs."""
    row = order or agreed(cast)
    handling.arrange(order=row, by=cast.bob, technician=cast.erik, planned_for=timezone.now(), tools="扳手")
    row.refresh_from_db()
    return row


def work(**changes: Any) -> dict[str, Any]:
    """What was done."""
    return {
        "work": "更换密封圈，保压测试", "parts": "密封圈 MF-12 1 只", "parts_reason": "班组余料", "same_parts": True, "main_part": "",
        "material_cost": Decimal("12.50"), "labour_hours": Decimal("1.5"), "labour_cost": Decimal("90.00"),
        "freight_cost": Decimal("20.00"), "waited_from": None, "waited_to": None, "delay_days": 0, **changes,
    }  # fmt: skip


def recorded(cast: Cast, order: ReturnOrder | None = None, **changes: Any) -> ReturnOrder:
    """The repair is written down."""
    row = order or arranged(cast)
    handling.record_work(order=row, by=cast.erik, values=work(**changes))
    return row


def results(order: ReturnOrder, passed: bool | None = True) -> list[dict[str, Any]]:
    """Every criterion judged."""
    return [{"code": item.code, "value": "合格", "passed": passed} for item in order.policy.returns.criteria]


def passed(cast: Cast, order: ReturnOrder | None = None) -> ReturnOrder:
    """Judged well by somebody else."""
    row = order or recorded(cast)
    handling.evaluate(order=row, by=cast.bob, results=results(row), passed=True)
    return row


def price(cast: Cast, code: str = "ring", ago: int = 10, **changes: Any) -> PriceItem:
    """A market price of so many days ago."""
    values = {"name": "密封圈", "kind": "part", "price": Decimal("33.35"),
              "priced_on": timezone.localdate() - timedelta(days=ago), **changes}  # fmt: skip
    return PriceItem.objects.create(code=code, **values)


def costly(cast: Cast, amount: str, code: str = "board") -> list[offering.Position]:
    """One position of the price list of this amount."""
    return [offering.Position(price(cast, code, price=Decimal(amount), name="控制板"), Decimal(1))]


def owing(cast: Cast) -> ReturnOrder:
    """The customer agreed to pay a repair that he caused."""
    positions = costly(cast, "120.00", "owed")
    return agreed(cast, inspected(cast, user_caused=True), payer="customer", positions=positions)

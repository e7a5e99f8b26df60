"""Parts, places and stock, the way the pages make them."""

from datetime import date
from decimal import Decimal
from typing import Any

from bihuan.core.approvals.models import Approval
from bihuan.core.approvals.services import vote
from bihuan.registry.people.models import User
from bihuan.registry.people.services import create_user
from bihuan.registry.spares.models import Part
from bihuan.registry.suppliers.models import Supplier
from bihuan.service.parts.models import Balance, Condition, Count, Discrepancy, Order, Place, Plan, Scrap, Stock
from bihuan.service.parts.services import counting, discrepancies, keeping, purchasing, scrapping
from bihuan.service.parts.services.discrepancies import Unissued, Work
from bihuan.service.parts.services.requisitions import Job
from tests.cast import PASSWORD, Cast


def keeper(username: str = "hugo", role: str = "storekeeper") -> User:
    """Who keeps the stock."""
    found = User.objects.filter(username=username).first()
    return found or create_user(username=username, name="保管员", password=PASSWORD, roles=[role])


def part(code: str = "7014C", **changes: Any) -> Part:
    """A bearing, with its row of stock."""
    values = {"name": "主轴轴承", "model": "7014C", "specification": "70×110×20 P4", **changes}
    row = Part.objects.create(code=code, **values)
    Stock.objects.create(part=row)
    return row


def place(code: str = "main", **changes: Any) -> Place:
    """A warehouse."""
    return Place.objects.get_or_create(code=code, defaults={"name": f"仓库 {code}", **changes})[0]


def opened(row: Part, quantity: int, amount: str = "0", where: Place | None = None, lot: str = "") -> Stock:
    """So many were there."""
    keeping.open_stock(
        part=row, by=keeper(), place=where or place(), quantity=quantity, amount=Decimal(amount), lot=lot
    )
    return Stock.objects.get(part=row)


def lying(row: Part, where: Place, condition: str = Condition.GOOD) -> int:
    """How many lie in a place."""
    rows = Balance.objects.filter(part=row, place=where, condition=condition)
    return sum(rows.values_list("quantity", flat=True))


def numbers(row: Part) -> tuple[int, int, int, int, int]:
    """Good, stored, reserved, defective, value in cents."""
    found = Stock.objects.get(part=row)
    return found.good, found.stored, found.reserved, found.defective, found.value


def buyer() -> User:
    """Who buys."""
    return keeper("bert", "buyer")


def supplier(**changes: Any) -> Supplier:
    """An approved supplier with a contract."""
    values = {"name": "洛阳轴承厂", "contract_no": "HT-26-01", "standing": "approved", **changes}
    return Supplier.objects.get_or_create(code="ly", defaults=values)[0]


def decide(row: Any, by: Any, *, approve: bool = True) -> None:
    """Somebody votes on a paper of parts."""
    kind = row._meta.label_lower
    approval = Approval.objects.get(subject_type=kind, subject_id=row.pk, state="open")
    vote(approval=approval, by=by, approved=approve, comment="" if approve else "请重做")
    row.refresh_from_db()


def reviewed(cast: Cast, row: Part, count: int) -> Plan:
    """A reviewed plan for so many of a part."""
    plan = purchasing.draft_plan(by=keeper(), starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 31))
    plan.lines.all().delete()
    plan = purchasing.change_plan(plan=plan, by=keeper(), quantities={}, part=row, count=count)
    purchasing.submit_plan(plan=plan, by=keeper())
    decide(plan, cast.bob)
    return plan


def ordered(cast: Cast, row: Part, count: int, price: str = "20.00") -> Order:
    """An order of so many at a price."""
    plan = reviewed(cast, row, count)
    rows = [(plan.lines.get(), count, Decimal(price))]
    return purchasing.order(plan=plan, by=buyer(), supplier=supplier(), due_on=date(2026, 12, 10), rows=rows)


def counting_now() -> Count:
    """A count that goes on."""
    return counting.open_count(by=keeper(), kind="month", place=place())


def to_scrap(row: Part) -> Scrap:
    """A scrapping that waits for its approval."""
    return scrapping.ask_scrap(
        part=row, by=keeper(), place=place(), quantity=1, ground="obsolete", finding="已停产", condition="good"
    )


def unissued(cast: Cast, **changes: Any) -> Discrepancy:
    """Erik's signed report names a part that nobody issued."""
    work = Work(Job("visits.visit", 4711, "FW4711"), (cast.erik,), **changes)
    discrepancies.note(work=work, by=cast.erik, found=[Unissued("轴承 7014C 2 套", "抢修时直接取用")])
    return discrepancies.open_noted(work=work, by=cast.erik)[0]

"""The demo company keeps spare parts: stock with its history, requisitions everywhere, a plan, an order, a count."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from bihuan.config.demo_loop import told_at
from bihuan.core.approvals.models import Approval
from bihuan.core.approvals.services import vote
from bihuan.core.policy import queries as policy
from bihuan.core.policy.schema.parts import CountPeriod
from bihuan.registry.people.models import User
from bihuan.registry.products.models import ProductModel
from bihuan.registry.spares.models import Part, PartClass
from bihuan.registry.suppliers.models import Supplier
from bihuan.registry.suppliers.services import assess
from bihuan.service.desk.models import Case
from bihuan.service.parts.models import Count, Place, Plan, Receipt, Requisition, Stock
from bihuan.service.parts.services import counting, keeping, purchasing, requisitions, using
from bihuan.service.visits.models import Visit
from bihuan.service.visits.services import parting

CLASSES = (("drive", "传动件"), ("electric", "电气件"), ("seal", "密封与易损件"))
SUPPLIERS = (
    ("luoyang", "洛阳精工轴承有限公司", "轴承、传动件", "HT-2026-011", "approved"),
    ("shenzhen", "深圳恒安电子有限公司", "控制板、传感器", "HT-2026-017", "approved"),
    ("ningbo", "宁波密封件厂", "密封件、易损件", "HT-2026-023", "warned"),
)
# Number, name, model, specification, class, product line, supplier, price, opening stock, minimum, maximum, mark.
Record = tuple[str, str, str, str, str, str, str, str, int, int, int, str]
PARTS: tuple[Record, ...] = (
    ("BJ-1001", "热流道加热圈", "HR-220", "220V 300W φ35×60", "electric", "mould", "shenzhen", "86.00", 24, 8, 30, ""),
    ("BJ-1002", "顶针", "SKD61-6", "φ6×200", "drive", "mould", "luoyang", "18.50", 120, 40, 160, ""),
    ("BJ-2001", "预埋套筒密封条", "EP-30", "30×8 三元乙丙", "seal", "precast", "ningbo", "6.80", 300, 100, 400, ""),
    ("BJ-3001", "主控板", "MB-7", "V3.2 220V", "electric", "appliance", "shenzhen", "420.00", 6, 4, 12, "critical"),
    ("BJ-3002", "主控板", "MB-7S", "V4.0 220V", "electric", "appliance", "shenzhen", "455.00", 5, 2, 10, "critical"),
    ("BJ-3003", "压缩机", "QD-91", "R600a 91W", "drive", "appliance", "luoyang", "980.00", 3, 2, 6, "valuable"),
    ("BJ-3004", "电源端子组件", "DZ-4", "4 位 32A", "electric", "appliance", "shenzhen", "21.00", 20, 5, 30, ""),
    ("BJ-3005", "风机总成", "FJ-28", "220V 28W", "drive", "appliance", "luoyang", "96.00", 12, 4, 16, ""),
    ("BJ-4001", "门铰链", "JL-45", "45mm 不锈钢", "drive", "door", "luoyang", "32.00", 40, 20, 60, ""),
    ("BJ-4002", "门锁体", "ST-60", "60mm 中心距 85", "drive", "door", "luoyang", "145.00", 9, 10, 30, ""),
)
# Bought in too great a number long ago, and nobody took any of it.
FORGOTTEN: tuple[Record, ...] = (
    ("BJ-4003", "门把手", "BS-12", "锌合金 亮光", "drive", "door", "luoyang", "58.00", 45, 5, 20, ""),
)  # fmt: skip
FINISHED = (("BJ-1001", 2, 150), ("BJ-4001", 2, 120), ("BJ-2001", 10, 95), ("BJ-3001", 1, 60), ("BJ-4001", 3, 33),
            ("BJ-1001", 1, 20))  # fmt: skip


class Parts:
    """Builds the store and what happened in it."""

    def __init__(self, users: dict[str, User]) -> None:
        self.users, self.now = users, timezone.now()
        self.keeper, self.boss, self.buyer = users["cangku"], users["jingli"], users["caigou"]

    def build(self) -> None:
        """Records and stock first, then the papers in the order of time."""
        self.suppliers()
        self.places()
        with told_at(self.ago(430)):
            self.parts(FORGOTTEN)
        self.counted_at_year_end()
        with told_at(self.ago(200)):
            self.parts(PARTS)
        Part.objects.filter(code="BJ-3001").update(replaced_by=Part.objects.get(code="BJ-3002"))
        for code, count, days in FINISHED:
            self.finished(code, count, days)
        self.counted()
        self.bought()
        self.open_ones()

    def ago(self, days: int) -> datetime:
        """A morning so many days ago."""
        return (self.now - timedelta(days=days)).replace(hour=2, minute=0, second=0, microsecond=0)

    def suppliers(self) -> None:
        """Two approved suppliers, one that was warned for being late."""
        for code, name, supplies, contract, standing in SUPPLIERS:
            row = Supplier.objects.create(
                code=code, name=name, supplies=supplies, contract_no=contract, contract_until=date(2027, 12, 31)
            )
            marks = {"qualification": 5, "reputation": 4, "quality": 4, "price": 4, "delivery": 4}
            late = standing == "warned"
            assess(
                supplier=row, by=self.buyer, standing=standing, marks={**marks, "delivery": 2} if late else marks,
                finding="上季度两批交货逾期，须改进排产" if late else "",
                next_review_on=timezone.localdate() + timedelta(days=90 if late else 180),
            )  # fmt: skip

    def places(self) -> None:
        """A warehouse with a bin, and the locked room."""
        self.store = Place.objects.create(code="main", name="配件主库")
        self.bin = Place.objects.create(code="main-a01", name="主库 A-01", parent=self.store)
        self.safe = Place.objects.create(code="safe", name="贵重关键件库", is_secured=True)

    def parts(self, records: tuple[Record, ...]) -> None:
        """What there is, with its opening stock and its levels."""
        classes = {code: PartClass.objects.get_or_create(code=code, defaults={"name": name})[0]
                   for code, name in CLASSES}  # fmt: skip
        for code, name, model, specification, kind, line, maker, price, count, low, high, mark in records:
            row = Part.objects.create(
                code=code, name=name, model=model, specification=specification, part_class=classes[kind],
                supplier=Supplier.objects.get(code=maker), is_critical=mark == "critical",
                is_valuable=mark == "valuable",
            )  # fmt: skip
            row.fits.set(ProductModel.objects.filter(line__code=line))
            keeping.open_stock(part=row, by=self.keeper, place=self.safe if mark else self.store, quantity=count,
                               amount=Decimal(price) * count, reason="期初盘存")  # fmt: skip
            purchasing.set_levels(stock=Stock.objects.get(part=row), by=self.keeper, safety=low // 2, minimum=low,
                                  maximum=high)  # fmt: skip

    def case_for(self, part: Part) -> Case | None:
        """A case about a product that the part fits."""
        return Case.objects.filter(model__in=part.fits.all(), unit__isnull=False).order_by("pk").first()

    def asked(self, code: str, count: int) -> Requisition:
        """The technician asks."""
        part = Part.objects.get(code=code)
        return requisitions.ask(by=self.users["weixiu"], lines=[(part, count)], purpose=f"更换{part.name}",
                                case=self.case_for(part))  # fmt: skip

    def approved(self, row: Requisition) -> Requisition:
        """The head of after-sales agrees."""
        self.agree(row)
        row.refresh_from_db()
        return row

    def agree(self, row: Requisition | Plan | Count) -> None:
        """Take the open step."""
        approval = Approval.objects.get(subject_type=row._meta.label_lower, subject_id=row.pk, state="open")
        vote(approval=approval, by=self.boss, approved=True)

    def issued(self, row: Requisition) -> Requisition:
        """The keeper hands out what was reserved."""
        lines = row.lines.select_related("part", "wanted")
        pieces = [
            requisitions.Piece(line, line.reserved, self.safe if line.part.needs_own_place else self.store)
            for line in lines if line.reserved
        ]  # fmt: skip
        return requisitions.issue(row=row, by=self.keeper, pieces=pieces)

    def finished(self, code: str, count: int, days: int) -> None:
        """Asked, issued, used, the old part taken back, closed."""
        with told_at(self.ago(days)):
            row = self.issued(self.approved(self.asked(code, count)))
            line = row.lines.select_related("part", "wanted").get()
            unit = row.case.unit if row.case else None
            using.use_now(row=row, by=row.receiver, line=line, quantity=count, unit=unit)
            requisitions.take_old(row=row, by=self.keeper, line=line, quantity=1, place=self.safe)
            requisitions.close(row=row, by=self.keeper)

    def counted(self) -> None:
        """The last monthly count of the main store, with one shortage."""
        with told_at(self.ago(12)):
            count = counting.open_count(by=self.keeper, kind="month", place=self.store)
            for line in list(count.lines.select_related("part")):
                found = line.expected - (line.part.code == "BJ-1002")
                counting.enter(count=count, by=self.keeper, line=line, counted=found)
            causes = {line.pk: "发放时少登记一件" for line in counting.differing(count)}
            counting.finish_count(count=count, by=self.keeper, causes=causes)
            self.agree(count)

    def counted_at_year_end(self) -> None:
        """The count of the last year's end, which agreed."""
        plan = next(one for one in policy.default().parts.counts if one.period == CountPeriod.YEAR)
        first, _last = plan.window(timezone.localdate())
        with told_at(self.ago((timezone.localdate() - first).days)):
            count = counting.open_count(by=self.keeper, kind="year", place=self.store)
            for line in list(count.lines.select_related("part")):
                counting.enter(count=count, by=self.keeper, line=line, counted=line.expected)
            counting.finish_count(count=count, by=self.keeper, causes={})

    def bought(self) -> None:
        """A plan that purchasing has; one order of it came in part and waits for inspection."""
        start = timezone.localdate().replace(day=1)
        with told_at(self.ago(9)):
            plan = purchasing.draft_plan(by=self.keeper, starts_on=start, ends_on=start + timedelta(days=27))
            purchasing.submit_plan(plan=plan, by=self.keeper)
            self.agree(plan)
            plan.refresh_from_db()
        line = plan.lines.select_related("part__supplier").order_by("pk")[0]
        with told_at(self.ago(8)):
            order = purchasing.order(
                plan=plan, by=self.buyer, supplier=line.part.supplier or Supplier.objects.all()[0],
                due_on=timezone.localdate() - timedelta(days=2), rows=[(line, line.quantity, Decimal("139.00"))],
            )  # fmt: skip
        ordered = order.lines.select_related("part").get()
        for days, count in ((4, 6), (1, 4)):
            with told_at(self.ago(days)):
                purchasing.register_receipt(paper=order, by=self.buyer, line=ordered, quantity=count,
                                            delivery_note=f"SH{days:04d}")  # fmt: skip
            if days == 4:
                with told_at(self.ago(3)):
                    receipt = Receipt.objects.select_related("line__part", "line__order__supplier").latest("pk")
                    purchasing.inspect(paper=order, by=self.keeper, receipt=receipt, accepted=5, place=self.store,
                                       finding="一件锁舌卡滞，退回")  # fmt: skip
                    ordered.refresh_from_db()

    def open_ones(self) -> None:
        """One waits for approval, one for the keeper, one lacks stock, one is in the technician's hands; two visits."""
        with told_at(self.ago(2)):
            self.asked("BJ-2001", 20)
            self.approved(self.asked("BJ-3003", 4))
            self.issued(self.approved(self.asked("BJ-4001", 2)))
        visits = Visit.objects.filter(state__in=("planned", "confirmed"), case__line__code__in=("door", "mould"))
        for visit in visits.select_related("case__model", "engineer").order_by("-pk")[:2]:
            part = Part.objects.filter(fits=visit.case.model).order_by("code").first()
            if part is not None:
                row = parting.ask_parts(
                    visit=visit, by=self.users["jingli"], lines=[(part, 1)], purpose=visit.case.summary
                )
                if visit.pk % 2:
                    self.issued(row)

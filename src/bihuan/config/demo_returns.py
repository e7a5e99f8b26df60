"""The demo company takes goods back: one return in every station, market prices, and a loaner unit."""

import io
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from bihuan.registry.people.models import User
from bihuan.registry.products.models import Unit, WarrantyPolicy
from bihuan.registry.products.services import create_unit
from bihuan.registry.spares.models import Part
from bihuan.service.desk.models import Case
from bihuan.service.parts.models import Place, Requisition
from bihuan.service.parts.services import requisitions
from bihuan.service.returns.models import Offer, PriceItem, ReturnOrder
from bihuan.service.returns.money import owed
from bihuan.service.returns.services import handling, offering, parting, requesting, settling
from bihuan.service.returns.services.paying import record_payment

LINE = "appliance"
PRICES = (
    ("terminal", "电源端子组件", "part", "58.00", 12), ("fan", "风机总成", "part", "168.00", 20),
    ("board", "主控板", "part", "526.00", 20), ("gas", "冷媒充注（次）", "part", "120.00", 15),
    ("hour", "维修工时（小时）", "labour", "90.00", 12), ("box", "往返运费", "freight", "35.00", 30),
    ("motor", "压缩机", "part", "780.00", 140),
)  # fmt: skip
STATIONS = ("requested", "approved", "sent", "received", "inspected", "offered", "working", "ready", "closed")
ENDS = ("approving", "owing")


@dataclass(frozen=True)
class Repair:
    """What is found behind a symptom, and how it is repaired: the part by its number, the price by its code."""

    finding: str
    cause: str
    work: str
    price: str
    part: str = ""


REPAIRS = {
    "spark": Repair("通电 30 分钟，接线端子处打火，红外测温 96℃。", "端子压接不良，接触电阻过大",
                    "更换电源端子组件，重新压接，耐压测试合格", "terminal", "BJ-3004"),
    "noise": Repair("运行 2 小时，风机异响再现，轴承径向间隙超差。", "风机轴承磨损", "更换风机总成，噪声复测 38 dB",
                    "fan", "BJ-3005"),
    "dead": Repair("连续运行 2 小时死机一次，拆检发现晶振引脚虚焊。", "主板晶振虚焊", "更换主控板，老化测试 8 小时正常",
                   "board", "BJ-3001"),
    "cool": Repair("制冷 30 分钟，出风口温差 4℃，喇叭口处检漏报警。", "喇叭口密封不良，冷媒泄漏",
                   "重做喇叭口，抽真空后定量充注冷媒", "gas"),
}  # fmt: skip
WET = Repair("控制板进水短路，接线端子有水渍。", "安装位置无遮挡，雨水进入", "更换主控板，通电测试 2 小时正常", "board",
             "BJ-3001")  # fmt: skip


class Returns:
    """Walks a few returns of the appliance line."""

    def __init__(self, users: dict[str, User]) -> None:
        self.users = users

    def build(self) -> None:
        """Prices and the rule of the sector first, then a return in each station."""
        today = timezone.localdate()
        for code, name, kind, price, age in PRICES:
            PriceItem.objects.create(code=code, name=name, kind=kind, price=Decimal(price), origin="市场询价",
                                     priced_on=today - timedelta(days=age))  # fmt: skip
        WarrantyPolicy.objects.filter(line__code=LINE, model=None).update(rule="appliance_1995")
        rows = Case.objects.filter(line__code=LINE, unit__isnull=False, state__in=("solving", "working", "triaged"))
        seen: set[int] = set()
        stations = iter((*STATIONS, *ENDS))
        for case in rows.select_related("unit__model").order_by("pk"):
            if case.unit_id in seen or case.unit is None:
                continue
            seen.add(case.unit.pk)
            station = next(stations, None)
            if station is None:
                return
            self.walk(case, station)

    def walk(self, case: Case, station: str) -> None:
        """Take a return as far as its station."""
        order = requesting.request_return(
            case=case, by=self.users["kefu"], problem=case.description or case.summary, packed="电源线、说明书",
            contact_name=case.contact_name or "客户", contact_phone=case.contact_phone,
            address=case.customer.address if case.customer else "",
        )  # fmt: skip
        if station in ENDS:
            {"approving": self.approving, "owing": self.owing}[station](order)
            return
        steps = (self.review, self.send, self.receive, self.inspect, self.offer, self.work, self.judge, self.end)
        for step, _name in zip(steps, STATIONS[1 : STATIONS.index(station) + 1], strict=False):
            step(order)
            order.refresh_from_db()

    def review(self, order: ReturnOrder) -> None:
        """The head of after-sales approves."""
        requesting.approve(order=order, by=self.users["jingli"], problem_confirmed=True, conditions_checked=True,
                           degree="simple", route="workshop")  # fmt: skip

    def send(self, order: ReturnOrder) -> None:
        """The customer sends it."""
        requesting.send(order=order, carrier="德邦物流", tracking=f"DPK{order.pk:09d}")

    def receive(self, order: ReturnOrder) -> None:
        """Photographed at the gate."""
        handling.receive(order=order, by=self.users["weixiu"], condition="外包装完好，机身左侧轻微划痕",
                         accessories=order.packed, uploads=[photo()])  # fmt: skip

    def inspect(self, order: ReturnOrder) -> None:
        """The workshop finds the fault."""
        found = self.story(order)
        handling.inspect(order=order, by=self.users["gongcheng"], fault="ordinary", cause=found.cause,
                         finding=found.finding)  # fmt: skip

    def offer(self, order: ReturnOrder) -> None:
        """By the charge table: free, or with prices of the list."""
        payer, _rule = offering.suggested_payer(order)
        rows = {row.code: row for row in PriceItem.objects.all()}
        story = self.story(order)
        positions = [offering.Position(rows[story.price], Decimal(1)), offering.Position(rows["hour"], Decimal("1.5"))]
        values: dict[str, Any] = {"remedy": "repair", "payer": payer, "text": f"{story.work}后寄回。"}
        if payer not in {"company", "customer"}:
            values |= {"payer": "company", "reason": "保修状态待核实，先行免费修理"}
        offering.offer(order=order, by=self.users["kefu"], positions=positions, **values)

    def work(self, order: ReturnOrder) -> None:
        """Agreed by the link, arranged, a unit lent, written down."""
        self.repair(order, Offer.objects.get(order=order), self.story(order))

    def story(self, order: ReturnOrder) -> Repair:
        """What is behind the symptom of the case."""
        code = order.case.symptom.code if order.case.symptom else ""
        return REPAIRS[code.removeprefix(f"{LINE}-") or "spark"]

    def repair(self, order: ReturnOrder, row: Offer, story: Repair) -> None:
        """The customer agrees, the workshop repairs and writes it down."""
        offering.decide(offer=row, agreed=True, person=order.contact_name, means="link")
        order.refresh_from_db()
        handling.arrange(order=order, by=self.users["jingli"], technician=self.users["weixiu"],
                         planned_for=timezone.now(), tools="万用表、耐压测试仪")  # fmt: skip
        order.refresh_from_db()
        if order.model is not None:
            loaner = create_unit(serial=f"BYJ-{order.pk:04d}", model=order.model, by=None)
            settling.lend(order=order, by=self.users["weixiu"], unit=loaner, condition="完好，附电源线")
            order.refresh_from_db()
        done = {
            "work": story.work, "used": self.drawn(order, story.part) if story.part else [],
            "material_cost": 0 if story.part else PriceItem.objects.get(code=story.price).price,
            "labour_hours": Decimal("1.5"), "labour_cost": Decimal(135), "freight_cost": Decimal(35),
        }  # fmt: skip
        handling.record_work(order=order, by=self.users["weixiu"], values=done)

    def drawn(self, order: ReturnOrder, code: str) -> list[dict[str, int]]:
        """The part of the repair, asked for and issued to the technician."""
        part = Part.objects.get(code=code)
        row = parting.ask_parts(order=order, by=self.users["jingli"], lines=[(part, 1)], purpose=f"更换{part.name}")
        line = row.lines.select_related("part").get()
        where = Place.objects.get(code="safe" if part.needs_own_place else "main")
        requisitions.issue(row=row, by=self.users["cangku"], pieces=[requisitions.Piece(line, 1, where)])
        return [{"line": line.pk, "quantity": 1}]

    def old_part(self, order: ReturnOrder) -> None:
        """The keeper has the replaced part."""
        where = Place.objects.get(code="main")
        for row in Requisition.objects.filter(job_type=parting.KIND, job_id=order.pk):
            line = row.lines.select_related("part").get()
            requisitions.take_old(row=row, by=self.users["cangku"], line=line, quantity=1, place=where)

    def approving(self, order: ReturnOrder) -> None:
        """A refund above the limit waits for the general manager."""
        for step in (self.review, self.send, self.receive, self.inspect):
            step(order)
            order.refresh_from_db()
        offering.offer(order=order, by=self.users["jingli"], remedy="refund", payer="company",
                       price_paid=Decimal("6299.00"), reason="两次修理后故障再现，客户要求退货",
                       text="按发票价格退款，收到付款后办理退机。")  # fmt: skip

    def owing(self, order: ReturnOrder) -> None:
        """Repaired at the customer's cost; the first payment is here, the rest is owed."""
        for step in (self.review, self.send, self.receive):
            step(order)
            order.refresh_from_db()
        handling.inspect(order=order, by=self.users["gongcheng"], fault="ordinary", user_caused=True,
                         finding=WET.finding, cause=WET.cause)  # fmt: skip
        rows = {row.code: row for row in PriceItem.objects.all()}
        positions = [offering.Position(rows[code], Decimal(1)) for code in ("board", "hour", "box")]
        row = offering.offer(order=order, by=self.users["kefu"], remedy="repair", payer="customer", positions=positions,
                             reason="进水损坏，按最近市场价收费", text="更换主控板，修复后通电测试。")  # fmt: skip
        self.repair(order, row, WET)
        self.judge(order)
        order.refresh_from_db()
        record_payment(order=order, by=self.users["kefu"], amount=Decimal("200.00"), reference="SK-0001")

    def judge(self, order: ReturnOrder) -> None:
        """The quality engineer judges every criterion."""
        rows = [{"code": item.code, "value": "合格", "passed": True} for item in order.policy.returns.criteria]
        handling.evaluate(order=order, by=self.users["zhiliang"], results=rows, passed=True, remark="与出厂标准一致")

    def end(self, order: ReturnOrder) -> None:
        """What is owed is paid, sent back, the loaner returned, closed."""
        self.old_part(order)
        if left := owed(order):
            record_payment(order=order, by=self.users["kefu"], amount=left, reference="SK-0002")
            order.refresh_from_db()
        settling.ship(order=order, by=self.users["weixiu"], carrier="德邦物流", tracking=f"DPK9{order.pk:08d}")
        order.refresh_from_db()
        if Unit.objects.filter(loans__order=order).exists():
            settling.take_loan_back(order=order, by=self.users["weixiu"], condition="完好")
            order.refresh_from_db()
        settling.close(order=order, taken_by=order.contact_name)


def photo() -> SimpleUploadedFile:
    """A picture of a parcel, of sorts."""
    out = io.BytesIO()
    Image.new("RGB", (320, 240), (196, 164, 132)).save(out, "PNG")
    return SimpleUploadedFile("parcel.png", out.getvalue(), "image/png")

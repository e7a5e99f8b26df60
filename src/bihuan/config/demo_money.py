"""Nonconforming goods and quality costs of the demo company, walked through the services at their own times."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from bihuan.config.demo_quality import Issues
from bihuan.core.approvals.models import Approval
from bihuan.core.approvals.seats import may_vote
from bihuan.core.approvals.services import vote
from bihuan.quality.cost.models import Voucher
from bihuan.quality.cost.papers import issue_paper as issue_voucher
from bihuan.quality.cost.services import drafting, settling
from bihuan.quality.cost.services.drafting import Bearer, Row
from bihuan.quality.cost.services.lines import enter_line, open_lines
from bihuan.quality.issues.models import Issue, Responsibility
from bihuan.quality.nonconformity.models import Nonconformity, Origin
from bihuan.quality.nonconformity.papers import issue_paper
from bihuan.quality.nonconformity.services import disposing, reporting, reviewing
from bihuan.quality.nonconformity.services.reporting import Find, report_nonconformity
from bihuan.registry.people.models import Department
from bihuan.registry.products.models import ProductModel
from bihuan.service.desk.models import Case

VOTERS = ("gongcheng", "shengchan", "zonggong", "zhuguan", "caiwu", "zong")
COSTS = (
    ("material", "18640.00", "端子 4660 只"), ("labour", "9325.50", "返工 373 工时"),
    ("sorting", "2150.00", "在库品全检"),
    ("freight", "1386.35", "召回运输"), ("testing", "860.00", "温升复测"),
)  # fmt: skip


class Money(Issues):
    """Goes on with the story of the quality issues: goods, costs, who bears them."""

    def build(self) -> None:
        """One story for each maker of the house."""
        self.cracked_slabs()
        self.scratched_bearings()
        self.torn_threads()
        self.fresh_find()
        self.sparking_costs()
        self.mould_claim()
        self.warped_door()

    def unit(self, code: str) -> Department:
        """A department."""
        return Department.objects.get(code=code)

    def find(self, model: str, text: str, quantity: int, **more: Any) -> Find:
        """What somebody has found half an hour before he reports it."""
        fields: dict[str, Any] = {"origin": Origin.PROCESS, "model": ProductModel.objects.get(code=model)} | more
        return Find(description=text, quantity=quantity, occurred_at=self.now - timedelta(minutes=30), **fields)

    def review(self, sheet: Nonconformity, level: int, place: str, **values: Any) -> None:
        """Taken over, isolated and reviewed."""
        quality = self.by("zhiliang")
        self.later(1)
        reviewing.take_sheet(sheet=sheet, by=quality, defect_class=level)
        reviewing.isolate(sheet=sheet, by=quality, place=place, label_no=f"BS-{sheet.pk:04d}")
        self.later(2)
        facts = {"responsible": self.by("weixiu"), "department": self.unit("production"),
                 "due_at": self.now + timedelta(days=6)}  # fmt: skip
        reviewing.review(sheet=sheet, by=quality, values=facts | values)

    def dispose(self, sheet: Nonconformity, *parts: tuple[str, int, str, str]) -> None:
        """Each kind with its quantity, instruction and permit."""
        for kind, quantity, instruction, permit in parts:
            disposing.dispose(
                sheet=sheet, by=self.by("zhiliang"), kind=kind, quantity=quantity, owner=self.by("shengchan"),
                instruction=instruction, permit=permit,
            )  # fmt: skip

    def approved(self, subject: Any) -> None:
        """Everybody in the chain says yes, in turn."""
        kind = subject._meta.label_lower
        approval = Approval.objects.get(subject_type=kind, subject_id=subject.pk, state="open")
        while approval.state == "open":
            self.later(2)
            voter = next(self.by(name) for name in VOTERS if may_vote(approval, self.by(name)))
            vote(approval=approval, by=voter, approved=True, comment="同意")
            approval.refresh_from_db()
        subject.refresh_from_db()

    def finish(self, sheet: Nonconformity, failed: int = 0) -> None:
        """Carried out and verified again; a few fail the first time."""
        for row in sheet.dispositions.filter(done_at=None).select_related("sheet__owner"):
            self.later(5)
            disposing.finish_disposition(disposition=row, by=self.by("shengchan"), result="已按要求处置")
            if row.needs_check:
                disposing.verify_disposition(disposition=row, by=self.by("zhijian"), failed=failed)

    def cracked_slabs(self) -> None:
        """Precast: cracked slabs from the kiln, repaired and scrapped, closed."""
        issue = Issue.objects.filter(title__startswith="叠合板").first()
        with self.began(21):
            text = "叠合板底面裂缝，宽度 0.18～0.25 mm，超出 0.20 mm 要求。"
            more = {
                "part_name": "叠合板底板",
                "place": "2 号养护窑",
                "lot_size": 48,
                "isolation_place": "构件堆场 B 区",
            }
            sheet = report_nonconformity(find=self.find("DBS-67", text, 6, **more), by=self.by("weixiu"))
            reporting.give_opinion(sheet=sheet, by=self.by("jingli"), opinion="涉及结构裂缝，先停用整窑")
            self.review(
                sheet, 2, "构件堆场 B 区", requirement="裂缝宽度 ≤ 0.20 mm", actual="0.18～0.25 mm",
                cause="出窑温差 26 ℃，超过 20 ℃ 的工艺规定", corrective="出窑前降温至温差 20 ℃ 以内",
                preventive="温差超限时窑门联锁",
            )  # fmt: skip
            repair = ("repair", 4, "环氧低压注浆，养护 7 天", "设计院 结复 2026-118")
            self.dispose(sheet, repair, ("scrap", 2, "破碎回收钢筋", ""))
            reviewing.submit_sheet(sheet=sheet, by=self.by("zhiliang"))
            self.approved(sheet)
            issue_paper(sheet=sheet, code="F07", by=self.by("zhiliang"))
            self.finish(sheet)
            self.later(24 * 8)
            disposing.report_measures(sheet=sheet, by=self.by("weixiu"), result="窑门联锁已投用，连续 12 窑温差合格")
            disposing.close_sheet(sheet=sheet, by=self.by("zhijian"), verification="后续 576 块未再发现同类裂缝")
            enter_line(subject=sheet, by=self.by("zhiliang"), kind="scrap", amount=Decimal("3860.00"),
                       occurred_on=self.now.date(), note="报废 2 块")  # fmt: skip
        if issue is not None:
            Nonconformity.objects.filter(pk=sheet.pk).update(issue=issue)

    def scratched_bearings(self) -> None:
        """Moulds: guide pillars with scratches; three failed the check after the rework and wait for a decision."""
        with self.began(3):
            text = "导柱表面划痕，深 0.02～0.05 mm，抽查 32 件发现 24 件。"
            more = {"part_name": "导柱", "place": "模架装配二组", "lot_size": 120}
            sheet = report_nonconformity(find=self.find("MD-60P", text, 24, **more), by=self.by("weixiu"))
            self.review(
                sheet, 1, "不合格品区 3 排", cause="周转架未垫隔板，转运磕碰", corrective="周转架加装尼龙隔板",
                preventive="周转架纳入工装点检表",
            )  # fmt: skip
            concession = ("concession", 4, "限用于试模件", "客户 林工 邮件 1107")
            self.dispose(sheet, ("rework", 20, "抛光至 Ra 0.4", ""), concession)
            reviewing.submit_sheet(sheet=sheet, by=self.by("zhiliang"))
            self.approved(sheet)
            issue_paper(sheet=sheet, code="F07", by=self.by("zhiliang"))
            self.finish(sheet, failed=3)

    def torn_threads(self) -> None:
        """Doors: hinges of a supplier at the incoming inspection; in approval."""
        with self.began(0.6):
            text = "合页螺纹烂牙，AQL 1.5 抽 125 件，不合格 9 件，整批拒收。"
            more = {"origin": Origin.INCOMING, "part_name": "合页", "supplier_name": "永固五金", "place": "来料检验区",
                    "lot_size": 3200, "sample_size": 125}  # fmt: skip
            model = ProductModel.objects.filter(line__code="door").order_by("pk")[0].code
            sheet = report_nonconformity(find=self.find(model, text, 3200, **more), by=self.by("zhijian"))
            self.review(
                sheet, 2, "待处理品库", requirement="螺纹 6H，通止规合格", actual="止规通过 9/125",
                cause="供应商丝锥超寿命使用", corrective="要求供应商按 8000 件换丝锥", preventive="来料加严检验 5 批",
                department=self.unit("engineering"),
            )  # fmt: skip
            self.dispose(sheet, ("return", 2900, "退供应商返工", ""), ("sort", 300, "生产急用，全检挑选", ""))
            reviewing.submit_sheet(sheet=sheet, by=self.by("zhiliang"))

    def fresh_find(self) -> None:
        """Appliances: reported an hour ago, nobody has it yet."""
        with self.began(0.04):
            code = ProductModel.objects.filter(line__code="appliance").order_by("pk")[0].code
            text = "面板丝印偏位约 1 mm，首件检验 5 件均不合格。"
            more = {"part_name": "面板", "place": "丝印 1 号机", "origin": Origin.PROCESS}
            report_nonconformity(find=self.find(code, text, 5, **more), by=self.by("shengchan"))

    def costs(self, subject: Any, rows: tuple[tuple[str, str, str], ...]) -> None:
        """Costs by class."""
        for kind, amount, note in rows:
            enter_line(
                subject=subject, by=self.by("jingli"), kind=kind, amount=Decimal(amount), occurred_on=self.now.date(),
                note=note,
            )  # fmt: skip

    def judged(self, mechanism: str) -> Issue | None:
        """The newest issue of a mechanism whose responsibility is decided."""
        rows = Issue.objects.filter(mechanism__code=mechanism).exclude(responsibility=Responsibility.OPEN)
        return rows.order_by("-id").first()

    def share_of(self, voucher: Voucher, code: str) -> Any:
        """The share of a unit."""
        return voucher.shares.select_related("voucher", "department").get(department__code=code)

    def sparking_costs(self) -> None:
        """Appliances: the loss of the sparking issue is shared, disputed, decided, posted, and part of it deducted."""
        issue = self.judged("appliance-spark")
        if issue is None:
            return
        with self.began(6):
            self.costs(issue, COSTS)
            bearers = [
                Bearer(Decimal("66.67"), self.unit("production")),
                Bearer(Decimal("33.33"), self.unit("engineering")),
            ]
            voucher = drafting.draft_transfer(
                subject=issue, by=self.by("jingli"), lines=open_lines(issue), bearers=bearers,
                description="压接力不足造成端子打火，在库及渠道产品返工。", basis="责任界定：装配未校准为主",
            )  # fmt: skip
            settling.send_voucher(voucher=voucher, by=self.by("jingli"))
            issue_voucher(voucher=voucher, code="F02", by=self.by("jingli"))
            self.later(6)
            settling.accept_share(share=self.share_of(voucher, "engineering"), by=self.by("gongcheng"))
            settling.object_to_share(
                share=self.share_of(voucher, "production"),
                by=self.by("shengchan"),
                reason="校准周期由工程部规定",
            )
            self.later(20)
            voucher.refresh_from_db()
            halves = [Bearer(Decimal(60), self.unit("production")), Bearer(Decimal(40), self.unit("engineering"))]
            decision = "校准周期规定不明，工程部承担四成"
            settling.decide_objection(voucher=voucher, by=self.by("zongban"), decision=decision, bearers=halves)
            self.later(3)
            settling.post_voucher(voucher=voucher, by=self.by("caiwu"), reference="记-2026-1103")
            self.later(20)
            notice = drafting.draft_deduction(
                by=self.by("zongban"), debtor=Bearer(), settles=self.share_of(voucher, "production"),
                rows=[Row("承担额的 30% 计入绩效", self.share_of(voucher, "production").amount, rate=Decimal(30))],
                reason="已与生产部、财务部协调一致。", clause="质量奖惩制度 第 4.4 条", way="从部门绩效扣除",
                month=date(self.now.year, self.now.month, 1),
            )  # fmt: skip
            settling.send_voucher(voucher=notice, by=self.by("zongban"))
            issue_voucher(voucher=notice, code="F04", by=self.by("zongban"))

    def mould_claim(self) -> None:
        """Moulds: the supplier of the spring steel bears a part, quality the rest."""
        issue = self.judged("mould-noise")
        if issue is None:
            return
        with self.began(30):
            self.costs(issue, (("material", "4200.00", "弹簧 60 件"), ("travel", "1875.40", "现场更换 2 人次")))
            claim = drafting.draft_claim(
                subject=issue, by=self.by("jingli"), lines=open_lines(issue), supplier_name="江南弹簧",
                description="弹簧疲劳断裂，材料硬度低于协议。", basis="质量协议 第 7 条",
            )  # fmt: skip
            settling.send_voucher(voucher=claim, by=self.by("jingli"))
            self.later(72)
            settling.settle_claim(
                voucher=claim, by=self.by("jingli"), agreed=Decimal("4200.00"), rest=self.unit("quality"),
                remark="承担材料费",
            )  # fmt: skip
            settling.post_voucher(voucher=claim, by=self.by("caiwu"), reference="记-2026-1021")

    def warped_door(self) -> None:
        """Doors: a large compensation with visit and agreement, paid, and declared for the write-off; a small one."""
        with self.began(12):
            rows = Case.objects.filter(customer__isnull=False, registered_at__lt=self.now).order_by("-registered_at")
            warped, cracked = (rows.filter(symptom__code=code).first() for code in ("door-warp", "door-paint"))
            if warped is None or cracked is None:
                return
            large = self.compensation(warped, "replacement", "3680.00", "入户门扇变形 6 mm，无法关闭，整樘更换。")
            visit = {
                "visited_on": self.now.date(), "supervisor": self.by("jingli"), "technician": self.by("weixiu"),
                "appraisal": "门扇含水率 14%，超出 12%，属制造原因。", "agreed_with": warped.contact_name or "客户",
                "agreed_on": self.now.date(),
            }  # fmt: skip
            drafting.prepare_compensation(voucher=large, by=self.by("jingli"), values=visit)
            issue_voucher(voucher=large, code="F43", by=self.by("jingli"))
            settling.submit_voucher(voucher=large, by=self.by("jingli"))
            self.approved(large)
            settling.post_voucher(voucher=large, by=self.by("caiwu"), reference="付-2026-1110")
            self.later(8)
            papers = [ContentFile(f"{name}\n".encode(), name=f"{name}.txt") for name in ("补偿协议", "客户收条")]
            declared = drafting.draft_write_off(
                subject=warped, by=self.by("jingli"), lines=open_lines(warped), uploads=papers,
                description="门扇变形，经鉴定为含水率超标；已整樘更换，客户满意并签收。",
            )  # fmt: skip
            settling.submit_voucher(voucher=declared, by=self.by("jingli"))
            issue_voucher(voucher=declared, code="F17", by=self.by("jingli"))
            small = self.compensation(cracked, "reduction", "260.00", "漆面开裂，减免补漆费用。")
            settling.submit_voucher(voucher=small, by=self.by("jingli"))

    def compensation(self, case: Case, kind: str, amount: str, text: str) -> Voucher:
        """A compensation of a customer."""
        return drafting.draft_compensation(
            case=case, by=self.by("jingli"), kind=kind, amount=Decimal(amount), description=text
        )

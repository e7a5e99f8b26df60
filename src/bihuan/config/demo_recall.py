"""One recall of the demo company's appliance maker: the sparking terminals, judged, decided and half carried out."""

import random
from datetime import timedelta

from django.utils import timezone

from bihuan.config.demo_quality import Issues
from bihuan.core.approvals.models import Approval
from bihuan.core.approvals.seats import may_vote
from bihuan.core.approvals.services import vote
from bihuan.quality.issues.models import Issue
from bihuan.quality.problems.services import answer, ask_lines
from bihuan.quality.recall.models import AffectedState, Recall
from bihuan.quality.recall.papers import issue_letters, issue_paper
from bihuan.quality.recall.services import judging, owners, steps
from bihuan.quality.returned.services import analyse, finish, hand_over, receive
from bihuan.registry.faults.models import FailureMechanism
from bihuan.registry.people.models import User
from bihuan.registry.products.models import Batch, ProductLine, ProductModel

VOTERS = ("zhiliang", "jingli", "zonggong", "zong")
BEGAN, MODEL = 118, "YX-RS60"
JUDGEMENT = {
    "proposal": "recall",
    "hazard": "电源接线端子压接力不足，长期通电后接触电阻升高，端子处过热、打火。"
    "涉及装配线更换压接工具后生产的首个批次。",
    "consequence": "端子外壳烧蚀、冒烟，极端情况下可能引发火灾或烫伤使用者。",
    "analysis": "抽取同批次库存 30 台复测压接力，8 台低于下限 45 N；温升试验中 3 台端子温升超过 95 K（限值 60 K）。"
    "更换工具前的批次复测 30 台全部合格，缺陷限于本批次。",
    "tests": "市场反馈打火 2 起，均未造成人身伤害；返厂件解剖可见端子氧化、镀层烧蚀，与复测结果一致。",
    "likelihood": "medium",
    "severity": 3,
    "reason": "使用者无法自行发现和避免该危险，且已有实际发生，依据风险评估建议召回本批次全部产品。",
    "remedy": "repair",
    "remedy_text": "由服务网点上门免费更换电源端子组件，并检测接线与接地，约需 40 分钟。",
    "emergency": "请立即停止使用，拔下电源插头，不要自行拆修。",
}  # fmt: skip


class Recalls:
    """Walks the recall through its services at its own times."""

    def __init__(self, users: dict[str, User]) -> None:
        self.users, self.story = users, Issues(users)
        self.random = random.Random(20261122)  # noqa: S311 - a story, not a secret

    def build(self) -> None:
        """Opened four months ago; published, reported once, two thirds of the reached units repaired."""
        asked = timezone.now() - timedelta(days=BEGAN)
        known = Issue.objects.filter(is_safety=True, model__code=MODEL, registered_at__lt=asked).order_by("-id")
        issue = known.exclude(state="closed").first() or known.first()
        if issue is None or issue.model is None:
            return
        with self.story.began(BEGAN):
            recall = self.judged(issue, issue.model)
            self.decided(recall)
            self.published(recall)
            self.carried_out(recall)
        with self.story.began(60):
            self.read_across(issue)
        self.returned(issue.model)

    def read_across(self, issue: Issue) -> None:
        """Two other lines were asked whether they crimp with such tools; one checks every shift, one is still open."""
        lines = list(ProductLine.objects.filter(code__in=["mould", "door"]).order_by("code"))
        due = timezone.now() + timedelta(days=7)
        question = "是否使用同型号压接工具？压接力是否在线检验？"
        rows = ask_lines(
            issue=issue,
            by=self.by("zhiliang"),
            lines=lines[:1],
            owner=self.by("shengchan"),
            due_at=due,
            question=question,
        )
        self.story.later(70)
        finding = "门锁控制板使用同型号压接工具 2 台，每班首件做拉力检验，近半年 312 件记录全部合格。"
        answer(row=rows[0], by=self.by("shengchan"), state="prevented", finding=finding)
        self.story.now = timezone.now() + timedelta(days=56)
        ask_lines(
            issue=issue, by=self.by("zhiliang"), lines=lines[1:], owner=self.by("gongcheng"),
            due_at=self.story.clock() + timedelta(days=6), question=question,
        )  # fmt: skip

    def returned(self, model: ProductModel) -> None:
        """Two parcels of defectives from sales: one repaired within its day, one just handed over."""
        sales, engineer = self.by("kefu"), self.by("gongcheng")
        with self.story.began(4):
            row = hand_over(
                by=sales, model=model, quantity=3, serials="SN2501YXRS60003、SN2501YXRS60006",
                problem="经销商退回，接线处有烧蚀痕迹，通电后打火。", degree="simple",
            )  # fmt: skip
            self.story.later(2)
            row = receive(row=row, by=engineer)
            self.story.later(9)
            finding = "3 件端子压接力 31～38 N，低于下限 45 N；更换端子组件后温升 41 K，绝缘、耐压合格。"
            mechanism = FailureMechanism.objects.filter(code="appliance-spark").first()
            analyse(row=row, by=engineer, finding=finding, mechanism=mechanism)
            self.story.later(4)
            finish(row=row, by=engineer, outcome="repaired")
        with self.story.began(0.2):
            hand_over(
                by=sales, model=model, quantity=12, degree="verify",
                problem="工程渠道整批退回，面板无显示，需确认是否批量问题。",
            )  # fmt: skip

    def by(self, name: str) -> User:
        """One of the people of the demo company."""
        return self.users[name]

    def judged(self, issue: Issue, model: ProductModel) -> Recall:
        """Engineering writes the analysis of the first batch."""
        batch = Batch.objects.filter(model=model).order_by("produced_on").first()
        recall = judging.open_recall(
            issue=issue, by=self.by("gongcheng"), discovered_at=self.story.now - timedelta(hours=6)
        )
        judging.assign(recall=recall, by=self.by("zhiliang"), owner=self.by("zhiliang"))
        self.story.later(20)
        self.step(recall, "tell_authority", "浙市监质函〔2026〕报 118 号", "已口头并书面报告省局质量处")
        for line in recall.scopes.all():
            judging.drop_scope(scope=line, by=self.by("gongcheng"))
            recall.refresh_from_db()
        judging.add_scope(recall=recall, by=self.by("gongcheng"), values={"model": model, "batch": batch})
        until = timezone.localdate() + timedelta(days=180)
        judging.judge(recall=recall, by=self.by("gongcheng"), values={**JUDGEMENT, "planned_until": until})
        issue_paper(recall=recall, code="F10", by=self.by("gongcheng"))
        self.story.later(2)
        return judging.submit(recall=recall, by=self.by("gongcheng"))

    def decided(self, recall: Recall) -> None:
        """Everybody in the chain says yes, in turn."""
        approval = Approval.objects.get(subject_type="recall.recall", subject_id=recall.pk, state="open")
        while approval.state == "open":
            self.story.later(4)
            voter = next(self.by(name) for name in VOTERS if may_vote(approval, self.by(name)))
            vote(approval=approval, by=voter, approved=True)
            approval.refresh_from_db()
        recall.refresh_from_db()

    def step(self, recall: Recall, kind: str, reference: str, text: str = "") -> None:
        """A step of the law, now in the story."""
        steps.take_step(recall=recall, by=self.by("zhiliang"), kind=kind, reference=reference, text=text)
        recall.refresh_from_db()

    def published(self, recall: Recall) -> None:
        """Stopped at once, the plan filed within a week, published two days later, the owners told."""
        self.story.later(3)
        self.step(recall, "stop_sale", "星原质停〔2026〕03 号", "通知生产部、销售部和全部经销商停售本批次")
        self.story.later(24 * 6)
        self.step(recall, "file_plan", "浙召回备〔2026〕27 号")
        issue_paper(recall=recall, code="F41", by=self.by("zhiliang"))
        self.story.later(30)
        self.step(recall, "publish", "https://www.recall.example/2026/27")
        owners.begin_telling(recall=recall, by=self.by("zhiliang"))
        owners.tell_everybody(recall=recall)
        issue_letters(recall=recall, by=self.by("zhiliang"))

    def carried_out(self, recall: Recall) -> None:
        """Week by week dealers and outlets report; owners come forward; the first progress report is filed."""
        agent = self.by("kefu")
        known = list(recall.affected.exclude(serial="").select_related("recall").order_by("id"))
        for index, row in enumerate(known):
            self.story.later(30)
            if index % 4 != 3:
                owners.record_answer(row=row, by=agent, text="同意上门更换")
            if index % 2 == 0:
                owners.record_measure(row=row, by=agent, measure="repair", text="已更换端子组件")
        for week in range(1, 13):
            self.story.later(24 * 7)
            if week == 11:
                self.reported(recall)
            for row in recall.affected.filter(serial="", state=AffectedState.TOLD).order_by("id"):
                part = min(row.quantity - 1, int(row.quantity * self.random.uniform(0.03, 0.13)))
                if part > 0:
                    row.recall = recall
                    owners.record_measure(
                        row=row, by=agent, measure="repair", quantity=part, text=f"第 {week} 周网点汇总"
                    )
        owners.register_owner(
            recall=recall, by=agent, serial="SN2501X9981", holder_name="李女士", holder_phone="13800005678",
            text="二手购得，约周六上午上门",
        )  # fmt: skip

    def reported(self, recall: Recall) -> None:
        """The first progress report, with its paper."""
        report = recall.reports.filter(filed_at__isnull=True).first()
        if report is not None:
            steps.file_report(report=report, by=self.by("zhiliang"), reference="浙召回备〔2026〕27 号 阶段报告 1")
            issue_paper(recall=recall, code="F42", by=self.by("zhiliang"))

"""The demo company works on the issues that its monitor opens: each station at its own time, between the cases.

Most are proven and closed; the youngest are under way, and one of them has a measure that is late.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest import mock

from django.utils import timezone

from bihuan.config.demo_texts import LINES, Fault
from bihuan.core.activity.models import Activity
from bihuan.core.approvals.models import Approval
from bihuan.core.approvals.seats import may_vote
from bihuan.core.approvals.services import vote
from bihuan.quality.issues.board import confirm_read
from bihuan.quality.issues.counting import effect_counts
from bihuan.quality.issues.models import Issue, IssueState, Source
from bihuan.quality.issues.papers import issue_paper
from bihuan.quality.issues.queries import AT_REST
from bihuan.quality.issues.services import investigating, judging, planning, proving, publishing
from bihuan.registry.faults.models import CauseCategory
from bihuan.registry.people.models import Department, User

S = IssueState
VOTERS = ("jingli", "gongcheng", "zonggong", "zong", "zhuguan")
FAULTS = {f"{line.code}-{fault.code}": fault for line in LINES for fault in line.symptoms}
# Hours after which each station is left; the proof is tried once a month.
HOURS = {S.REGISTERED: 3, S.INVESTIGATING: 76, S.PLANNING: 30, S.PUBLISHED: 24 * 8, S.IMPLEMENTING: 24 * 6,
         S.VERIFYING: 24 * 30}  # fmt: skip
LATE_WITHIN = timedelta(days=40)
_REAL_NOW = timezone.now


@contextmanager
def told_at(moment: datetime) -> Iterator[None]:
    """Tell what follows as if it had happened then."""

    def clock() -> datetime:
        return min(moment, _REAL_NOW())

    with mock.patch.object(timezone, "now", clock):
        yield


class Loop:
    """Walks the issues of the monitor, as far as the story has come."""

    def __init__(self, users: dict[str, User]) -> None:
        self.users = users
        self.left: dict[int, datetime] = {}

    def by(self, name: str) -> User:
        """One of the people of the demo company."""
        return self.users[name]

    def catch_up(self, line: str, until: datetime) -> None:
        """Take every step that is due by a moment, for the open issues of a product line."""
        rows = Issue.objects.filter(source=Source.MONITOR, line__code=line).exclude(state__in=AT_REST)
        for issue in rows.order_by("pk"):
            while issue.state in HOURS and self.step(issue, until):
                issue.refresh_from_db()

    def step(self, issue: Issue, until: datetime) -> bool:
        """Take the next step of one issue if its time has come."""
        since = self.left.get(issue.pk, issue.registered_at)
        last = Activity.objects.filter(subject_type="issues.issue", subject_id=issue.pk).order_by("-seq")[:1]
        moment = max(since + timedelta(hours=HOURS[S(issue.state)]), last[0].at + timedelta(minutes=20))
        if moment > min(until, _REAL_NOW()):
            return False
        steps = {
            S.REGISTERED: self.begin, S.INVESTIGATING: self.find_causes, S.PLANNING: self.plan,
            S.PUBLISHED: self.start, S.IMPLEMENTING: self.carry_out, S.VERIFYING: self.prove,
        }  # fmt: skip
        with told_at(moment):
            going = steps[S(issue.state)](issue, moment)
        self.left[issue.pk] = moment
        return going

    def begin(self, issue: Issue, moment: datetime) -> bool:
        """Follower, grade, the sheet to the customer's side, team; the investigation begins."""
        quality = self.by("zhiliang")
        judging.assign_follower(issue=issue, by=quality, owner=quality)
        criteria = ["accident"] if issue.is_safety else ["function"] if issue.links.count() > 5 else ["use"]
        judging.grade_issue(issue=issue, by=quality, values={"criteria": criteria, "dispersion": 1})
        for code in ("F01", "F05") if issue.is_safety else ("F01",):
            issue_paper(subject=issue, code=code, by=quality)
        investigating.name_team(
            issue=issue, by=quality, leader=self.by("zhijian"), members=[self.by("shengchan"), self.by("gongcheng")]
        )
        if criteria != ["use"]:
            text = f"初步判断为{fault_of(issue).mechanism}，在库品已隔离。"
            investigating.report_preliminarily(issue=issue, by=quality, text=text)
        investigating.start_investigation(issue=issue, by=quality)
        return True

    def find_causes(self, issue: Issue, moment: datetime) -> bool:
        """Why it arose, why nobody saw it, why the system let both happen; one suspicion is rejected."""
        quality, fault = self.by("zhiliang"), fault_of(issue)
        for bone, kind, text, confirmed, evidence in (
            ("machine", "occurrence", fault.cause, True, "复测 30 件，8 件超出下限"),
            ("measurement", "escape", f"出厂检验未覆盖{fault.mechanism}", True, "检验规程 V2 无此项"),
            ("method", "system", f"{fault.mechanism}未列入控制计划", True, "控制计划评审记录"),
            ("people", "occurrence", "新员工未培训", False, "培训记录齐全"),
        ):
            row = investigating.suspect_cause(issue=issue, by=quality, text=text, bone=bone, kind=kind)
            investigating.decide_cause(cause=row, by=quality, confirmed=confirmed, evidence=evidence)
        text = f"专家论证：{fault.cause}，试验可复现。"
        investigating.add_finding(issue=issue, by=self.by("gongcheng"), kind="expert", text=text)
        values = {
            "cause_category": CauseCategory.objects.get(code="production"), "responsible": self.by("shengchan"),
            "department": self.by("shengchan").department,
        }  # fmt: skip
        judging.attribute(issue=issue, by=quality, values=values)
        judging.decide_responsibility(
            issue=issue, by=self.by("zongban"), responsibility="internal", reason="生产工序造成，属内部责任"
        )
        investigating.conclude_investigation(issue=issue, by=quality)
        return True

    def plan(self, issue: Issue, moment: datetime) -> bool:
        """Contain, set measures, submit; the chain agrees within the day."""
        quality, fault, due = self.by("zhiliang"), fault_of(issue), moment + timedelta(days=15)
        if issue.registered_at > _REAL_NOW() - LATE_WITHIN:
            due = moment + timedelta(days=8)
        for place, found, bad in (("own_stock", 240, 9), ("transit", 60, 1), ("customer", 35, 2)):
            planning.contain(issue=issue, by=quality, location=place, found=found, sorted_out=found, bad=bad)
        cause = issue.causes.filter(cycle=issue.cycle, state="confirmed").first()
        for kind, means, text, goal in (
            ("interim", "inspection", f"在库品全检：{fault.mechanism}", "零流出"),
            ("corrective", "process", f"消除原因：{fault.cause}", "复测全部合格"),
            ("preventive", "inspection", f"{fault.mechanism}列入控制计划并监测", "同类工位全部覆盖"),
        ):
            planning.set_measure(
                issue=issue, by=quality, kind=kind, means=means, text=text, goal=goal, owner=self.by("shengchan"),
                due_at=due, cause=cause,
            )  # fmt: skip
        if criteria_are_grave(issue):
            issue_paper(subject=issue, code="F30", by=quality)
        planning.submit_plan(issue=issue, by=quality)
        approval = Approval.objects.get(subject_type="issues.issue", subject_id=issue.pk, state="open")
        while approval.state == "open":
            voter = next(self.by(name) for name in VOTERS if may_vote(approval, self.by(name)))
            vote(approval=approval, by=voter, approved=True)
            approval.refresh_from_db()
        with told_at(moment + timedelta(hours=20)):
            self.read_notice(issue)
        return True

    def read_notice(self, issue: Issue) -> None:
        """The next day the departments have read what hangs on the board."""
        notice = issue.publications.first()
        heads = {user.department_id: user for user in self.users.values()}
        if notice is None:
            return
        for receipt in notice.receipts.filter(department__in=[pk for pk in heads if pk]).order_by("pk"):
            confirm_read(publication=notice, by=heads[receipt.department_id])

    def start(self, issue: Issue, moment: datetime) -> bool:
        """The window for objections is over; engineering changes the process card of a grave one."""
        publishing.start_implementation(issue=issue, by=self.by("zhiliang"))
        if criteria_are_grave(issue):
            fault = fault_of(issue)
            planning.issue_change(
                issue=issue, by=self.by("gongcheng"), title=f"工艺卡更改：{fault.mechanism}", before="每周点检一次",
                after=f"每班首件点检并记录；消除原因：{fault.cause}",
                department=Department.objects.get(code="production"), due_at=moment + timedelta(days=5),
            )  # fmt: skip
            issue_paper(subject=issue, code="F11", by=self.by("gongcheng"))
        return True

    def carry_out(self, issue: Issue, moment: datetime) -> bool:
        """Measures done, breakpoint chosen; of a young issue the last measure is left, past its day."""
        quality, worker = self.by("zhiliang"), self.by("shengchan")
        young = issue.registered_at > _REAL_NOW() - LATE_WITHIN
        rows = issue.measures.filter(issue_cycle=issue.cycle, state="open").select_related("issue").order_by("pk")
        for measure in list(rows)[: -1 if young else None]:
            planning.end_measure(measure=measure, by=worker, done=True, result="已完成并验证")
        if young:
            for measure in rows.all():
                planning.report_progress(measure=measure, by=worker, progress=60, trouble="监测设备未到货")
            return False
        for change in issue.changes.filter(received_at__isnull=True):
            planning.receive_change(change=change, by=worker)
            planning.execute_change(change=change, by=worker, executed_on=timezone.localdate(moment))
        values = {"breakpoint_kind": "date", "breakpoint_on": timezone.localdate(moment)}
        proving.choose_break_point(issue=issue, by=quality, values=values)
        proving.finish_measures(issue=issue, by=quality)
        return True

    def prove(self, issue: Issue, moment: datetime) -> bool:
        """Look once a month; what is proven is adopted, evaluated and closed, the first look is kept."""
        quality, proof = self.by("zhiliang"), issue.policy.issues.proof
        counts = effect_counts(issue)
        needed = issue.needed_exposure or proving.needed_exposure(proof)
        found = proving.judge(counts.count, counts.exposure, needed, proof, counts.mature)
        if found.verdict == "not_enough":
            if not issue.checks.filter(cycle=issue.cycle).exists():
                proving.check_effect(issue=issue, by=quality, remark="整改后产量尚少")
            return True
        if found.verdict == "effective":
            proving.evaluate(
                issue=issue, by=quality, method="sampling", asked=80, bad=0, text="抽检 80 件，全部合格", is_good=True
            )
            for measure in issue.measures.filter(issue_cycle=issue.cycle, kind="preventive").select_related("issue"):
                planning.adopt_measure(measure=measure, by=quality, document="QP-08 控制计划")
        proving.check_effect(issue=issue, by=quality)
        issue.refresh_from_db()
        if issue.state == S.VERIFYING:
            proving.close_issue(issue=issue, by=quality)
            issue_paper(subject=issue, code="F31", by=quality)
        return True


def criteria_are_grave(issue: Issue) -> bool:
    """Whether the handling plan is a paper of its own."""
    return (issue.grade or 0) > 1


def fault_of(issue: Issue) -> Fault:
    """What the story knows of the fault of an issue."""
    code = issue.mechanism.code if issue.mechanism else issue.symptom.code if issue.symptom else ""
    return FAULTS[code]

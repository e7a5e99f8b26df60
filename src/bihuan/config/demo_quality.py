"""Three quality issues of the demo company at different stations, walked through the services at their own times."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

from django.db.models import Q
from django.utils import timezone

from bihuan.config.demo_issue_texts import EIGHT_D, FLOW, NOISE, SPARK
from bihuan.core.approvals.models import Approval
from bihuan.core.approvals.seats import may_vote
from bihuan.core.approvals.services import vote
from bihuan.core.files.services import store
from bihuan.quality.issues import board
from bihuan.quality.issues.models import Issue, Source
from bihuan.quality.issues.papers import issue_paper
from bihuan.quality.issues.queries import open_like
from bihuan.quality.issues.services import (
    eight_d,
    investigating,
    judging,
    overseeing,
    planning,
    proving,
    publishing,
)
from bihuan.quality.issues.services.registration import Sign, register_issue
from bihuan.registry.faults.models import CauseCategory, FailureMechanism, Symptom
from bihuan.registry.people.models import User
from bihuan.registry.products.models import ProductModel
from bihuan.service.desk.models import Case

VOTERS = ("jingli", "gongcheng", "zonggong", "zong", "zhuguan")
RECENT, MANY = timedelta(days=240), 12
_REAL_NOW = timezone.now


class Issues:
    """Walks issues; the clock of the story goes from station to station."""

    def __init__(self, users: dict[str, User]) -> None:
        self.users, self.now, self.story = users, timezone.now(), SPARK

    def build(self) -> None:
        """A fresh report, a dangerous fault on the notice board, and a remedy that waits for its proof."""
        self.stopped_line()
        self.sparking()
        self.waiting_for_proof()
        self.supervised()

    def supervised(self) -> None:
        """The office has noted what is late, and what was done well."""
        late = Issue.objects.filter(state="implementing").first()
        good = Issue.objects.filter(state="closed", result="effective").order_by("-closed_at").first()
        office, makers = self.by("zongban"), self.by("shengchan").department
        if late is not None and makers is not None:
            with self.began(1):
                overseeing.supervise(
                    issue=late, by=office, kind="finding", department=makers, due_at=self.now + timedelta(days=4),
                    text="监测设备未到货，措施超期，请写明到货日期。",
                )  # fmt: skip
        if good is not None and makers is not None:
            with self.began(0.5):
                overseeing.supervise(
                    issue=good, by=office, kind="reward", department=makers, text="整改有效，通报表扬。"
                )

    @contextmanager
    def began(self, days: float) -> Iterator[None]:
        """Tell what follows as if it had begun so many days ago."""
        self.now = _REAL_NOW() - timedelta(days=days)
        with mock.patch.object(timezone, "now", self.clock):
            yield

    def clock(self) -> datetime:
        """The time of the story, never in the future."""
        return min(self.now, _REAL_NOW())

    def later(self, hours: float) -> datetime:
        """Some hours later."""
        self.now += timedelta(hours=hours)
        return self.now

    def by(self, name: str) -> User:
        """One of the people of the demo company."""
        return self.users[name]

    def stopped_line(self) -> None:
        """A worker has seen something an hour ago and stopped the line."""
        model = ProductModel.objects.get(code="DBS-67")
        with self.began(0.04):
            sign = Sign(
                source=Source.EMPLOYEE, title="叠合板底面裂缝，已停线", place="2 号养护窑", quantity=6, model=model,
                description="上午出窑的叠合板底面连续 6 块有裂缝，最宽 0.25mm，已停止吊装并隔离。", stop_work=True,
                occurred_at=self.now - timedelta(minutes=20),
            )  # fmt: skip
            register_issue(sign=sign, by=self.by("shengchan"))

    def sparking(self) -> None:
        """Sparking appliances: dangerous, published, with an 8D for the customer."""
        issue = self.from_cases("appliance-spark", days=9, wants_8d=True)
        if issue is None:
            return
        with self.began(9):
            self.grade(issue, ["accident"])
            self.draw_flow(issue)
            eight_d.open_eight_d(issue=issue, by=self.by("zhiliang"))
            issue_paper(subject=issue, code="F01", by=self.by("zhiliang"))
            for code, text in EIGHT_D[:4]:
                self.hand_in(
                    issue, code, text.format(count=issue.links.count(), goods=issue.model.name if issue.model else "")
                )
            self.find_causes(issue)
            self.hand_in(issue, *EIGHT_D[4])
            self.plan(issue)
            self.hand_in(issue, *EIGHT_D[5])
            issue_paper(subject=issue, code="F05", by=self.by("zhiliang"))
            issue_paper(subject=issue, code="F03", by=self.by("zhiliang"))
            self.approve(issue)
            notice = issue.publications.get()
            board.confirm_read(publication=notice, by=self.by("shengchan"))

    def draw_flow(self, issue: Issue) -> None:
        """Where in production the fault may arise or escape, and the part that came back."""
        for text, control, suspect in FLOW:
            investigating.draw_step(
                issue=issue, by=self.by("gongcheng"), text=text, control=control, is_suspect=suspect
            )
        part = investigating.receive_part(
            issue=issue, by=self.by("gongcheng"), name="电源端子组件", serial="FH-0911", received_at=self.now
        )
        self.later(5)
        result = "压接高度 1.62 mm，超出上限 1.55 mm；通电 30 分钟端子温升 71 K。"
        investigating.analyse_part(part=part, by=self.by("gongcheng"), is_confirmed=True, result=result)

    def hand_in(self, issue: Issue, code: str, text: str) -> None:
        """Hand in a discipline with its evidence; a colleague opens the gate."""
        row = issue.disciplines.select_related("issue").get(code=code)
        note = store(data=f"{issue.number} {code.upper()}\n{text}\n".encode(), name=f"{code.upper()}-记录.txt",
                     by=self.by("zhiliang"))  # fmt: skip
        eight_d.submit_discipline(row=row, by=self.by("zhiliang"), text=text, uploads=[note])
        self.later(1)
        eight_d.judge_discipline(row=row, by=self.by("zhijian"), accepted=True)

    def waiting_for_proof(self) -> None:
        """A mould fault remedied months ago; too few were made since to prove anything."""
        self.story = NOISE
        issue = self.from_cases("mould-noise", days=80)
        if issue is None:
            return
        with self.began(80):
            self.grade(issue, ["function"])
            issue_paper(subject=issue, code="F01", by=self.by("zhiliang"))
            self.find_causes(issue)
            self.plan(issue)
            self.approve(issue)
            self.later(24 * 8)
            publishing.start_implementation(issue=issue, by=self.by("zhiliang"))
            for measure in issue.measures.select_related("issue"):
                self.later(20)
                planning.end_measure(measure=measure, by=self.by("shengchan"), done=True, result="已完成并验证")
            values = {"breakpoint_kind": "date", "breakpoint_on": (self.now - timedelta(days=20)).date()}
            proving.choose_break_point(issue=issue, by=self.by("zhiliang"), values=values)
            proving.finish_measures(issue=issue, by=self.by("zhiliang"))
            proving.check_effect(issue=issue, by=self.by("zhiliang"), remark="改进后产量尚少")

    def from_cases(self, code: str, *, days: float, **more: Any) -> Issue | None:
        """An issue of the complaints about one fault of one model, of the months before it was opened: of the model
        with most of them whose fault is not under way already."""
        mechanism, symptom = FailureMechanism.objects.get(code=code), Symptom.objects.get(code=code)
        with self.began(days):
            of_fault = Case.objects.filter(Q(mechanism=mechanism) | Q(mechanism=None, symptom=symptom))
            told = of_fault.filter(registered_at__lt=self.now, registered_at__gt=self.now - RECENT)
            rows = list(told.select_related("model__line").order_by("-registered_at"))
            counts = Counter(row.model_id for row in rows).most_common()
            free = (pk for pk, _n in counts if not open_like(cell="", mechanism_id=mechanism.pk, model_id=pk))
            most = next(free, None)
            cases = [row for row in rows if row.model_id == most][:MANY]
            if not cases:
                return None
            sign = Sign(
                source=Source.CASE, title=f"{cases[0].model}：{mechanism}", description=cases[0].description,
                model=cases[0].model, mechanism=mechanism, symptom=symptom,
                complained_at=self.now - timedelta(hours=9), **more,
            )  # fmt: skip
            return register_issue(sign=sign, by=self.by("zhiliang"), cases=cases)

    def grade(self, issue: Issue, criteria: list[str]) -> None:
        """Follower, grade, team, and the investigation begins."""
        quality, leader = self.by("zhiliang"), self.by("zhijian")
        judging.assign_follower(issue=issue, by=quality, owner=quality)
        self.later(2)
        judging.grade_issue(issue=issue, by=quality, values={"criteria": criteria, "dispersion": 2})
        investigating.name_team(issue=issue, by=quality, leader=leader, members=[self.by("shengchan")])
        for kind, is_text, is_not, difference in self.story.facts:
            investigating.add_fact(
                issue=issue, by=quality, kind=kind, is_text=is_text, is_not=is_not, difference=difference
            )
        self.later(3)
        investigating.start_investigation(issue=issue, by=quality)

    def find_causes(self, issue: Issue) -> None:
        """Causes on their bones, one why deeper, each judged; the office decides whose they are."""
        quality = self.by("zhiliang")
        top = None
        for bone, kind, text, confirmed, evidence in self.story.whys:
            self.later(2)
            row = investigating.suspect_cause(issue=issue, by=quality, text=text, bone=bone, kind=kind)
            investigating.decide_cause(cause=row, by=quality, confirmed=confirmed, evidence=evidence)
            top = top or row
        text, evidence = self.story.deeper
        why = investigating.suspect_cause(
            issue=issue, by=quality, text=text, bone="machine", kind="occurrence", parent=top
        )
        investigating.decide_cause(cause=why, by=quality, confirmed=True, evidence=evidence)
        investigating.add_finding(issue=issue, by=quality, kind="expert", text=self.story.finding)
        values = {
            "cause_category": CauseCategory.objects.get(code="production"), "responsible": self.by("shengchan"),
            "department": self.by("shengchan").department,
        }  # fmt: skip
        judging.attribute(issue=issue, by=quality, values=values)
        judging.decide_responsibility(
            issue=issue, by=self.by("zongban"), responsibility="internal", reason=self.story.reason
        )
        self.later(5)
        investigating.conclude_investigation(issue=issue, by=quality)

    def plan(self, issue: Issue) -> None:
        """Contained, with measures of every kind, and submitted."""
        quality, due = self.by("zhiliang"), self.now + timedelta(days=12)
        for place, found, bad in self.story.contained:
            planning.contain(issue=issue, by=quality, location=place, found=found, sorted_out=found, bad=bad)
        cause = issue.causes.filter(state="confirmed").first()
        for kind, text, goal in self.story.measures:
            planning.set_measure(
                issue=issue, by=quality, kind=kind, text=text, goal=goal, owner=self.by("shengchan"), due_at=due,
                cause=cause,
            )  # fmt: skip
        self.later(4)
        planning.submit_plan(issue=issue, by=quality)

    def approve(self, issue: Issue) -> None:
        """Everybody in the chain says yes, in turn."""
        approval = Approval.objects.get(subject_type="issues.issue", subject_id=issue.pk, state="open")
        while approval.state == "open":
            self.later(3)
            voter = next(self.by(name) for name in VOTERS if may_vote(approval, self.by(name)))
            vote(approval=approval, by=voter, approved=True)
            approval.refresh_from_db()
        issue.refresh_from_db()

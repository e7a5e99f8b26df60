"""One case of the demo company, walked as far as its age allows, at the times at which it would have happened."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.utils import timezone

from bihuan.config.demo_texts import Fault, Line, Words, fitting
from bihuan.core.approvals.models import Approval
from bihuan.core.approvals.seats import may_vote
from bihuan.core.approvals.services import vote
from bihuan.registry.faults.models import CauseCategory, FailureMechanism, Position, Symptom
from bihuan.registry.people.models import User
from bihuan.registry.products.models import Unit
from bihuan.service.desk.jobs import announce
from bihuan.service.desk.models import Case, ConsentMeans, Decision
from bihuan.service.desk.recognition import suggest
from bihuan.service.desk.services import closing, diagnosing, solving, talk, triage
from bihuan.service.desk.services.registration import Report, register_case
from bihuan.service.followup.models import FollowUp
from bihuan.service.followup.queries import open_review_of
from bihuan.service.followup.services import complete, finish_review
from bihuan.service.intake.models import CallOutcome
from bihuan.service.intake.services import log_call

CHANNELS = ("phone", "phone", "phone", "web", "chat", "walk_in", "sales", "app")
ONLINE = ("web", "chat", "app")
STATIONS = 9
NEWEST_OPEN = 26
UNREVIEWED = timedelta(days=45)


@contextmanager
def told_by(clock: Callable[[], datetime]) -> Iterator[None]:
    """Let every part of the house read the time of the story; the demo company alone does this, before it opens."""
    setattr(timezone, "now", clock)  # noqa: B010 - the module's own name is exchanged and put back
    try:
        yield
    finally:
        setattr(timezone, "now", _REAL_NOW)  # noqa: B010


class Walk:
    """Takes cases of one line through its procedure."""

    def __init__(
        self, line: Line, users: dict[str, User], dice: random.Random, *, onsite: bool | None = None
    ) -> None:  # fmt: skip
        self.line, self.users, self.random, self.onsite = line, users, dice, onsite
        self.now = timezone.now()

    def case(self, unit: Unit, at: datetime, *, age: int, fault: Fault | None = None) -> Case:
        """Register a case and take it as far as a case of its age has come; the oldest are archived."""
        fault = fault or self.random.choice(self.line.faults_of(unit.model.code))
        stop = STATIONS if age >= NEWEST_OPEN else age % STATIONS
        self.now = at
        with told_by(self.clock):
            case = self.register(unit, fault, at)
            steps: list[Callable[[Case, Fault], None]] = [
                self.triage, self.answer, self.diagnose, self.propose, self.agree, self.work,
                self.accept, self.close, self.archive,
            ]  # fmt: skip
            for step in steps[:stop]:
                self.pass_time()
                step(case, fault)
                case.refresh_from_db()
        return case

    def clock(self) -> datetime:
        """The time of the story."""
        return self.now

    def pass_time(self) -> None:
        """Some hours later, but never in the future."""
        later = self.now + timedelta(hours=self.random.uniform(0.3, 9))
        limit = self.now + (_REAL_NOW() - self.now) / 2
        self.now = min(later, limit)

    def register(self, unit: Unit, fault: Fault, at: datetime) -> Case:
        """The customer tells it."""
        customer = unit.customer
        contact = customer.contacts.first() if customer else None
        channel = self.random.choice(CHANNELS)
        report = Report(
            channel=channel, customer=customer, unit=unit,
            description=self.random.choice(fitting(fault.texts, unit.model.code)),
            contact_name=contact.name if contact else "", contact_phone=contact.phone if contact else "",
            contact_email="", service_type="complaint" if self.random.random() < 0.12 else "repair",
            reporter=self.users["xiaoshou"] if channel == "sales" else None,
            complained_at=at - timedelta(minutes=self.random.randrange(5, 200)) * (0 if channel in ONLINE else 1),
            custom={code: self.custom(unit, code, words) for code, words in self.line.custom},
        )  # fmt: skip
        case = register_case(report=report, by=None if channel in {"web", "app"} else self.users["kefu"], at=at)
        suggest(case)
        triage.judge_warranty(case=case)
        triage.suspect_danger(case=case)
        announce(case)
        self.first_word(case)
        return case

    def first_word(self, case: Case) -> None:
        """A call is kept with its rings, one in forty was missed before; online somebody answers within minutes."""
        number = case.pk
        if case.channel == "phone":
            if number % 40 == 0:
                earlier = self.now - timedelta(minutes=4)
                log_call(channel="phone", by=None, outcome=CallOutcome.MISSED, rings=8, began_at=earlier)
            rings = 4 if number % 30 == 0 else 1 + number % 3
            log_call(channel="phone", by=self.users["kefu"], rings=rings, wait_seconds=5 * rings)
        elif case.channel in ONLINE:
            seconds = 20 + number % 40 if case.channel == "chat" else 60 * (4 + number % 25)
            self.now = min(self.now + timedelta(seconds=seconds * (1 if number % 20 else 3)), _REAL_NOW())
            text = "您好，已收到您的反馈，正在为您核实。"
            talk.reply(case=case, by=self.users["kefu"], text=text, purpose=talk.Purpose.CONTACT, means="phone")

    def custom(self, unit: Unit, code: str, words: Words) -> str:
        """What the customer says in a field of the line: what fits the model, or what the unit itself tells."""
        return self.random.choice(fitting(words, unit.model.code)) if words else str(getattr(unit, code))

    def triage(self, case: Case, fault: Fault) -> None:
        """Judge it."""
        severity = 3 if fault.danger else self.random.choice((1, 1, 2))
        values = {
            "nature": "misuse" if self.random.random() < 0.08 else "defect",
            "urgency": 3 if fault.danger else self.random.choice((1, 2, 2)),
            "severity": severity, "impact": self.random.choice((1, 1, 1, 2)), "is_safety": fault.danger,
            "symptom": Symptom.objects.get(code=f"{self.line.code}-{fault.code}"), "owner": self.users["gongcheng"],
        }  # fmt: skip
        triage.triage_case(case=case, by=self.users["jingli"], values=values)

    def answer(self, case: Case, fault: Fault) -> None:
        """Answer the customer."""
        talk.reply(
            case=case,
            by=self.users["kefu"],
            text="您好，问题已受理，工程师正在分析，稍后给您方案。",
            means="phone",
        )

    def diagnose(self, case: Case, fault: Fault) -> None:
        """Try from afar, then find the cause."""
        engineer = self.users["gongcheng"]
        diagnosing.start_diagnosis(case=case, by=engineer)
        session = {
            "means": "video",
            "began_at": self.now,
            "minutes": 25,
            "steps": "视频连线确认现象，指导客户复位检查，现象仍在。",
            "solved": False,
        }
        diagnosing.record_remote_session(case=case, by=engineer, values=session)
        case.refresh_from_db()
        values = {"findings": f"确认现象：{fault.name}", "cause": fault.cause, "parts": "见方案"}
        diagnosing.conclude_diagnosis(case=case, by=engineer, values=values)

    def propose(self, case: Case, fault: Fault) -> None:
        """Write the solution and take it through its approvals."""
        engineer = self.users["gongcheng"]
        onsite = case.pk % 3 == 0 if self.onsite is None else self.onsite
        values = {
            "kind": "repair", "cause": fault.cause, "steps": fault.remedy, "hours": self.random.choice((2, 4, 8)),
            "cost": self.random.choice((0, 180, 650, 2400)), "payer": "company",
            "materials": "备件一套", "tools": "常规工具", "is_onsite": onsite,
            "onsite_reason": "远程无法更换部件" if onsite else "",
        }  # fmt: skip
        solution = solving.draft_solution(case=case, by=engineer, values=values)
        solution.refresh_from_db()
        solving.submit_solution(solution=solution, by=engineer)
        if case.pk % 7 and self.random.random() < 0.97:
            self.approve(case)

    def approve(self, case: Case) -> None:
        """Give the approvals of a case."""
        for approval in Approval.objects.filter(subject_type="desk.case", subject_id=case.pk, state="open"):
            while approval.state == "open":
                voter = next(user for user in self.users.values() if may_vote(approval, user))
                approval = vote(approval=approval, by=voter, approved=True, comment="同意")
                approval.refresh_from_db()

    def agree(self, case: Case, fault: Fault) -> None:
        """The customer agrees on the telephone's follow-up message."""
        self.approve(case)
        proposed = case.solutions.filter(state="proposed").select_related("consent").first()
        if proposed is not None:
            solving.record_consent(
                consent=proposed.consent, decision=Decision.AGREED, means=ConsentMeans.MAIL, person=case.contact_name,
                by=self.users["kefu"],
            )  # fmt: skip

    def work(self, case: Case, fault: Fault) -> None:
        """Do it."""
        closing.add_work(case=case, by=self.users["gongcheng"], text=f"{fault.remedy}，运行两小时正常。", minutes=150)
        self.code(case, fault)
        closing.finish_work(case=case, by=self.users["gongcheng"])

    def code(self, case: Case, fault: Fault) -> None:
        """Code the fault."""
        prefix = f"{self.line.code}-"
        values = {
            "cause_category": CauseCategory.objects.get(
                code=self.random.choice(("production", "production", "design", "installation"))
            ),
            "mechanism": FailureMechanism.objects.get(code=prefix + fault.code),
            "position": Position.objects.get(code=prefix + self.random.choice(fault.places)),
        }
        triage.code_case(case=case, by=self.users["gongcheng"], values=values)
        case.refresh_from_db()

    def accept(self, case: Case, fault: Fault) -> None:
        """The customer accepts, then the house."""
        values = {
            "passed": True, "person": case.contact_name, "demonstrated": True, "site_cleaned": True,
            "run_test": "运行测试合格", "process_score": 5, "result_score": 5, "attitude_score": 5,
            "signature": self.signature(),
        }  # fmt: skip
        closing.accept_by_customer(case=case, by=self.users["gongcheng"], values=values)
        case.refresh_from_db()
        if case.state == "internal_acceptance":
            checks = {"quality_ok": True, "records_ok": True, "satisfaction_ok": True}
            closing.accept_internally(case=case, by=self.users["jingli"], values=checks)

    def signature(self) -> object:
        """A drawn signature, the same file for all."""
        from bihuan.core.files.models import StoredFile
        from bihuan.core.files.services import store

        return StoredFile.objects.filter(name="signature.png").first() or store(
            data=scribble(), name="signature.png", by=None
        )

    def close(self, case: Case, fault: Fault) -> None:
        """Call the customer where the procedure waits for it."""
        for row in FollowUp.objects.filter(case=case, state="due").order_by("due_at"):
            sheet = case.policy.questionnaire(row.questionnaire)
            if sheet is None:
                continue
            bad = self.random.random() < 0.05
            scores = {item.code: 2 if bad else self.random.choice((4, 5, 5)) for item in sheet.dimensions}
            complete(
                follow_up=row,
                by=self.users["kefu"],
                scores=scores,
                solved=True,
                opinion="等待时间太长" if bad else "服务及时",
            )

    def archive(self, case: Case, fault: Fault) -> None:
        """Put it away; a bad score is reviewed first, and of the newest the review is still open."""
        review = open_review_of(case)
        if review and _REAL_NOW() - self.now < UNREVIEWED:
            return
        if review:
            finish_review(
                review=review, by=self.users["jingli"], cause="派单后两天才联系客户，等待期间没有主动告知进度。",
                improvement="派单当天由客服电话告知安排，超过一天未联系的在晨会上跟进。",
            )  # fmt: skip
        if case.state == "closed":
            closing.archive_case(case=case, by=self.users["jingli"])


_REAL_NOW = timezone.now


def scribble() -> bytes:
    """A line that looks like a signature."""
    import io

    from PIL import Image, ImageDraw

    image = Image.new("RGB", (240, 90), "white")
    points = [(20, 60), (40, 20), (55, 70), (80, 30), (100, 65), (130, 35), (150, 60), (190, 30), (220, 55)]
    ImageDraw.Draw(image).line(points, fill="#1d2939", width=3, joint="curve")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()

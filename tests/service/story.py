"""Walking a case through its procedure, the way its profile wants it."""

import io
from typing import Any

from PIL import Image

from bihuan.core.approvals.models import Approval
from bihuan.core.approvals.seats import may_vote
from bihuan.core.approvals.services import vote
from bihuan.core.files.models import StoredFile
from bihuan.core.files.services import store
from bihuan.core.jobs.relay import run_due
from bihuan.service.desk.models import Case, ConsentMeans, Decision, SolutionKind
from bihuan.service.desk.services import closing, diagnosing, solving, talk, triage
from bihuan.service.followup.models import FollowUp
from bihuan.service.followup.services import complete
from tests.cast import Cast


def png() -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "PNG")
    return out.getvalue()


def picture() -> StoredFile:
    """A signature."""
    return store(data=png(), name="sign.png", by=None)


def triaged(cast: Cast, case: Case, *, severity: int = 1, nature: str = "defect", **more: Any) -> Case:
    """Judge it and give it to the engineer."""
    values = {
        "nature": nature,
        "urgency": 2,
        "severity": severity,
        "impact": 1,
        "owner": cast.erik,
        "symptom": cast.symptom,
        **more,
    }
    return triage.triage_case(case=case, by=cast.bob, values=values)


def diagnosed(cast: Cast, case: Case) -> Case:
    """Find the cause; remote help was tried and did not solve it."""
    diagnosing.start_diagnosis(case=case, by=cast.erik)
    session = {
        "means": "video",
        "began_at": case.registered_at,
        "minutes": 25,
        "steps": "远程检查参数，重新紧固",
        "solved": False,
    }
    diagnosing.record_remote_session(case=case, by=cast.erik, values=session)
    diagnosing.conclude_diagnosis(case=case, by=cast.erik, values={"findings": "轴承温升高", "cause": "轴承预紧力不足"})
    return case


def solution_values(**changes: Any) -> dict[str, Any]:
    """A repair."""
    return {
        "kind": SolutionKind.REPAIR, "cause": "轴承磨损", "steps": "更换轴承并调整预紧", "hours": 4, "cost": 0,
        "payer": "company", **changes,
    }  # fmt: skip


def proposed(cast: Cast, case: Case, **changes: Any) -> Case:
    """Propose a solution; every approval of its chain is given by whoever may."""
    solution = solving.draft_solution(case=case, by=cast.erik, values=solution_values(**changes))
    solving.submit_solution(solution=solution, by=cast.erik)
    approve_all(cast)
    case.refresh_from_db()
    return case


def approve_all(cast: Cast) -> None:
    """Give every open approval."""
    for approval in Approval.objects.filter(state="open"):
        while approval.state == "open":
            voter = next(user for user in (cast.bob, cast.grace) if may_vote(approval, user))
            approval = vote(approval=approval, by=voter, approved=True)
            approval.refresh_from_db()


def agreed(cast: Cast, case: Case) -> Case:
    """The customer agrees through his link."""
    consent = case.solutions.get(state="proposed").consent
    solving.record_consent(consent=consent, decision=Decision.AGREED, means=ConsentMeans.LINK, person="王工")
    case.refresh_from_db()
    return case


def accepted(cast: Cast, case: Case) -> Case:
    """Work, customer's acceptance, and the internal one where the profile has it."""
    closing.add_work(case=case, by=cast.erik, text="已更换轴承", minutes=120)
    closing.finish_work(case=case, by=cast.erik)
    triage.code_case(case=case, by=cast.erik, values={"cause_category": cast.cause})
    values = {
        "passed": True,
        "person": "王工",
        "demonstrated": True,
        "run_test": "试模 200 模，尺寸合格",
        "signature": picture(),
    }
    closing.accept_by_customer(case=case, by=cast.erik, values=values)
    case.refresh_from_db()
    if case.state == "internal_acceptance":
        checks = {"quality_ok": True, "records_ok": True, "satisfaction_ok": True}
        closing.accept_internally(case=case, by=cast.bob, values=checks)
        case.refresh_from_db()
    return case


def followed_up(cast: Cast, case: Case, score: int = 5, *, solved: bool = True) -> FollowUp:
    """Call the customer and record his answers."""
    row = FollowUp.objects.filter(case=case, state="due").order_by("due_at").first()
    assert row is not None
    sheet = case.policy.questionnaire(row.questionnaire)
    assert sheet is not None
    scores = {item.code: score for item in sheet.dimensions}
    complete(follow_up=row, by=cast.alice, scores=scores, solved=solved, opinion="谢谢")
    case.refresh_from_db()
    return row


def whole_story(cast: Cast, case: Case, **solution: Any) -> Case:
    """From the registered case to the archive."""
    triaged(cast, case)
    talk.reply(case=case, by=cast.alice, text="您好，已安排工程师处理。")
    diagnosed(cast, case)
    proposed(cast, case, **solution)
    agreed(cast, case)
    accepted(cast, case)
    if case.state == "follow_up":
        followed_up(cast, case)
    closing.archive_case(case=case, by=cast.bob)
    run_due()
    case.refresh_from_db()
    return case

"""Cases that are visited, the way the pages do it."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from bihuan.service.desk.models import Case
from bihuan.service.visits.models import Qualification, Visit
from bihuan.service.visits.services import planning, signing, working
from tests.cast import Cast
from tests.service.story import agreed, diagnosed, png, proposed, triaged


def hour(days: int = 1, at: int = 9) -> datetime:
    """An hour of a coming day."""
    return timezone.localtime().replace(hour=at, minute=0, second=0, microsecond=0) + timedelta(days=days)


def qualified(cast: Cast, user: Any, line: str = "general", **changes: Any) -> Qualification:
    """Somebody who has passed the training of a line."""
    values = {"training": "岗前培训", "passed_on": date(2026, 1, 5), **changes}
    return Qualification.objects.create(user=user, line=cast.lines[line], **values)


def working_case(cast: Cast, *, is_onsite: bool = True, **report: Any) -> Case:
    """A case whose customer has agreed to service on site."""
    return agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case(**report))), is_onsite=is_onsite))


def plan_values(cast: Cast, **changes: Any) -> dict[str, Any]:
    """Erik goes tomorrow at nine."""
    return {
        "purpose": "service", "engineer": cast.erik, "starts_at": hour(), "ends_at": hour(at=11),
        "place": "宁波市北仑区甬江路 8 号", "contact_name": "王工", "contact_phone": "13800001234",
        "task": "更换轴承并调整预紧", "supplies": "轴承 7014C 两套", **changes,
    }  # fmt: skip


def planned(cast: Cast, case: Case, **changes: Any) -> Visit:
    """A planned visit."""
    return planning.plan_visit(case=case, by=cast.bob, **plan_values(cast, **changes))


def on_site(cast: Cast, visit: Visit) -> Visit:
    """Agreed, prepared, arrived."""
    planning.confirm(visit=visit, person="王工")
    ticked = [item.code for item in visit.policy.visits.preparation]
    working.prepare(visit=visit, by=visit.engineer, ticked=ticked, supplies=visit.supplies)
    return working.arrive(visit=visit, by=visit.engineer, early=True)


def report_values(visit: Visit, **changes: Any) -> dict[str, Any]:
    """Everything well done."""
    results = [{"code": rule.code, "value": "合格", "passed": True} for rule in visit.policy.visits.criteria]
    return {
        "steps": "拆检主轴，更换轴承，重新预紧", "parts": "轴承 7014C 2 套", "same_parts": True,
        "parts_reason": "抢修时直接从客户备件柜取用",
        "parameters": "预紧力 120 N", "results": results, "verdict": "solved", "residual": "", "advice": "每班加油一次",
        "training": "轴承保养", "trained": "李班长", "demonstrated": True, "cleaned": True, **changes,
    }  # fmt: skip


def reported(cast: Cast, visit: Visit, **changes: Any) -> Visit:
    """Plan agreed and report written."""
    working.agree_plan(visit=visit, by=visit.engineer, phenomenon="主轴异响", plan="更换轴承", agreed_with="王工")
    working.write_report(visit=visit, by=visit.engineer, values=report_values(visit, **changes))
    return visit


def signed(visit: Visit, **changes: Any) -> Visit:
    """The customer signs on the engineer's screen."""
    values = {"satisfied": True, "person": "王工", "picture": png(), "process_score": 5, "result_score": 4,
              "attitude_score": 5, **changes}  # fmt: skip
    return signing.sign(visit=visit, by=visit.engineer, **values)

"""One company in which every operation of the API has something to work on, and what is sent to each."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from bihuan.config.api import api
from bihuan.core.approvals.models import Approval
from bihuan.core.documents.models import Document
from bihuan.core.documents.services import issue
from bihuan.core.files.queries import attachments_of
from bihuan.core.files.services import attach, store
from bihuan.core.jobs.relay import run_due
from bihuan.quality.issues.models import Issue
from bihuan.quality.issues.services.registration import register_issue
from bihuan.quality.monitor.models import Alarm
from bihuan.quality.nonconformity.services import disposing
from bihuan.quality.problems.services import answer, ask_lines
from bihuan.quality.returned.services import hand_over
from bihuan.registry.people.services import create_user
from bihuan.registry.products.services import create_unit, publish_document, register_card
from bihuan.service.desk.models import Case
from bihuan.service.desk.services import closing, diagnosing, solving, talk
from bihuan.service.intake.models import InboundMessage
from bihuan.service.intake.services import store_mail
from bihuan.service.parts.services import purchasing, requisitions
from bihuan.service.returns.services import requesting
from bihuan.service.visits.models import Visit
from bihuan.service.visits.services import working
from bihuan.service.visits.services.dispatching import ask_for_day
from tests.caller import Caller
from tests.cast import PASSWORD, Cast
from tests.nets.world import ROLES
from tests.quality import goods, money
from tests.quality.recall_story import decided, published
from tests.quality.story import Quality, build_quality
from tests.service import returning, stocking, visiting
from tests.service.story import (
    accepted,
    agreed,
    diagnosed,
    followed_up,
    picture,
    png,
    proposed,
    solution_values,
    triaged,
)

PREFIX = "/api/v1"
WHO = ["stranger", "wrong_token", *ROLES]


@dataclass
class ApiWorld:
    """The callers, and for every operation its address and what is sent to it."""

    callers: dict[str, Caller]
    addresses: dict[str, str]
    bodies: dict[str, Any]

    def ask(self, operation: str, who: str) -> Any:
        """Send one request as somebody."""
        caller, body = self.callers[who], self.bodies.get(operation, {})
        method, path = operation.split(" ", maxsplit=1)[0], self.addresses[operation]
        if method == "GET":
            return caller.get(path)
        if method == "PATCH":
            return caller.patch(path, body)
        if path.endswith(("/attachments", "/photos")):
            return caller.upload(path, file=SimpleUploadedFile("a.png", png()))
        return caller.post(path, body)


def operations() -> dict[str, Any]:
    """Every operation of the API by its method and address, as the schema names it."""
    paths = api.get_openapi_schema()["paths"]
    return {
        f"{method.upper()} {path.removeprefix(PREFIX)}": details
        for path, methods in paths.items()
        for method, details in methods.items()
    }


def build_api_world(cast: Cast) -> ApiWorld:
    """Make a case in every station, and callers of every role."""
    users = {
        name: create_user(username=f"r-{name}", name=name, password=PASSWORD, roles=[role] if role else [])
        for name, role in ROLES.items()
    }
    callers = {name: Caller(user) for name, user in users.items()}
    callers |= {"stranger": Caller(None, " "), "wrong_token": Caller(None, "bh_wrong")}
    ids = {"visits": _visits(cast), "parts": _parts(cast), "returns": _returns(cast)}
    cases = _cases(cast)
    ids |= _registry(cast)
    ids |= _evidence(cast, cases) | {"case": cases["solving"].number}
    quality = build_quality(cast)
    ids |= _quality(quality) | _goods(quality) | _recall(quality) | _costs(quality) | _problems(quality)
    places = {name: _address(name, cases, ids) for name in operations()}
    more = {**_quality_bodies(ids), **_money_bodies(ids), **_problem_bodies(), **_visit_bodies(cast, ids)}
    more |= {**_part_bodies(ids), **_return_bodies(ids)}
    return ApiWorld(callers, places, {**_bodies(cast, cases), **more})


def _cases(cast: Cast) -> dict[str, Case]:
    """A case in every station that an operation starts from."""
    cases = {"new": cast.case(), "triaged": triaged(cast, cast.case())}
    cases["diagnosing"] = diagnosing.start_diagnosis(case=triaged(cast, cast.case()), by=cast.erik)
    cases["solving"] = diagnosed(cast, triaged(cast, cast.case()))
    cases["consent"] = proposed(cast, diagnosed(cast, triaged(cast, cast.case())))
    cases["working"] = agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case()))))
    done = agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case()))))
    closing.add_work(case=done, by=cast.erik, text="已更换")
    cases["done"] = closing.finish_work(case=done, by=cast.erik)
    cases["internal"] = _internal(cast)
    cases["called"] = accepted(cast, agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case())))))
    archived = accepted(cast, agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case())))))
    followed_up(cast, archived)
    closing.archive_case(case=archived, by=cast.bob)
    cases["unsatisfied"] = accepted(cast, agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case())))))
    followed_up(cast, cases["unsatisfied"], score=1)
    return {**cases, "archived": archived}


def _internal(cast: Cast) -> Case:
    """A case that waits for the internal acceptance, coded."""
    from bihuan.service.desk.services.triage import code_case

    case = triaged(cast, cast.case())
    code_case(case=case, by=cast.erik, values={"cause_category": cast.cause})
    talk.reply(case=case, by=cast.alice, text="您好", means="phone")
    return closing.settle_by_answer(case=case, by=cast.alice)


def _registry(cast: Cast) -> dict[str, Any]:
    unit = create_unit(serial="CARD-1", model=cast.model, by=None, customer=cast.customer)
    register_card(unit=unit, customer=cast.customer, installed_on=timezone.localdate(), by=cast.bob)
    sheet = publish_document(
        model=cast.model, kind="drawing", title="总图", revision="A", file=picture(), owner=cast.erik, by=cast.erik,
        valid_from=timezone.localdate(),
    )  # fmt: skip
    return {"card": unit.serial, "sheet": sheet.pk}


def _evidence(cast: Cast, cases: dict[str, Case]) -> dict[str, Any]:
    """Files, papers, a consultation, a draft, an approval, a suggestion, a message."""
    case = cases["solving"]
    file = store(data=png(), name="现场.png", by=cast.alice)
    attach(subject=case, file=file, role="evidence", caption="现场", public=True)
    issue(form_code="F18", subject=case, by=cast.alice)
    talked = diagnosing.convene(
        case=case, by=cast.bob, topic="轴承", answer_by=case.registered_at, departments=[cast.erik.department]
    )
    costly = diagnosed(cast, triaged(cast, cast.case()))
    solving.submit_solution(
        solution=solving.draft_solution(case=costly, by=cast.erik, values=solution_values(cost=8000)), by=cast.erik
    )
    draft = solving.draft_solution(case=case, by=cast.erik, values=solution_values())
    store_mail(raw=b"no header at all", source="test")
    run_due()
    suggestion = cases["new"].suggestions.create(
        field="category", value="function", label="功能失效", reason="词", confidence=0.5
    )
    return {
        "file": file.pk, "consultation": talked.pk, "opinion": talked.opinions.get().pk, "draft": draft.pk,
        "paper": Document.objects.filter(form_code="F18").get().pk, "suggestion": suggestion.pk,
        "approval": Approval.objects.get(state="open").pk,
        "message": InboundMessage.objects.get(state="quarantined").pk,
        "follow_up": cases["called"].follow_ups.get().pk,
        "review": cases["unsatisfied"].follow_ups.get().review.pk,
    }  # fmt: skip


def _visits(cast: Cast) -> dict[str, str]:
    """Visits in the stations that their operations start from, by the last word of the address."""
    visiting.qualified(cast, cast.erik)
    days = iter(range(1, 20))

    def planned() -> Visit:
        day = next(days)
        times = {"starts_at": visiting.hour(day), "ends_at": visiting.hour(day, 11)}
        return visiting.planned(cast, visiting.working_case(cast), **times)

    agreed_on = visiting.on_site(cast, planned())
    working.agree_plan(visit=agreed_on, by=cast.erik, phenomenon="异响", plan="更换", agreed_with="王工")
    here, signing = visiting.on_site(cast, planned()), visiting.reported(cast, visiting.on_site(cast, planned()))
    rows = {"agreed-plan": here, "photos": visiting.on_site(cast, planned()), "report": agreed_on, "signature": signing}
    rows |= {
        word: planned()
        for word in ("confirmation", "rescheduling", "preparation", "steps", "{number}", "parts", "paper")
    }
    day = ask_for_day(day=visiting.hour(3).date(), by=cast.bob)
    return {
        **{word: row.number for word, row in rows.items()},
        "day": str(day.pk),
        "case": visiting.working_case(cast).number,
    }


def _returns(cast: Cast) -> dict[str, Any]:
    """Returns in the stations that their operations start from, by the last word of the address."""
    returning.price(cast)
    rows = {
        "review": returning.requested(cast), "dispatch": returning.approved(cast),
        "receipt": requesting.add_photos(order=returning.approved(cast), by=cast.erik, files=[returning.photo()]),
        "inspection": returning.received(cast), "offers": returning.inspected(cast),
        "repair-plan": returning.agreed(cast), "repair": returning.arranged(cast),
        "parts": returning.arranged(cast),
        "evaluation": returning.recorded(cast), "shipment": returning.passed(cast),
    }  # fmt: skip
    rows |= {word: returning.inspected(cast) for word in ("fault", "loans", "photos", "{number}", "journal")}
    rows["steps"] = returning.requested(cast)
    rows["consent"] = requesting.add_photos(
        order=returning.offered(cast).order, by=cast.erik, files=[returning.photo()]
    )
    rows["payments"] = returning.owing(cast)
    loaner = returning.sold(cast, "LEND-1", customer=None)
    return {**{word: row.number for word, row in rows.items()}, "loaner": loaner.serial,
            "evidence": attachments_of(rows["consent"])[-1].file_id, "case": returning.case_of(cast).number}  # fmt: skip


def _return_bodies(ids: dict[str, Any]) -> dict[str, Any]:
    """What is sent to the operations of returns."""
    row = "POST /returns/{number}"
    return {
        "POST /returns": {"case": ids["returns"]["case"], "problem": "漏水", "contact_name": "王工"},
        f"{row}/review": {"approve": True, "problem_confirmed": True, "conditions_checked": True},
        f"{row}/dispatch": {"carrier": "顺丰", "tracking": "SF1"},
        f"{row}/receipt": {"condition": "完好"},
        f"{row}/inspection": {"fault": "ordinary", "finding": "密封圈老化"},
        f"{row}/fault": {"cause_category": "production"},
        f"{row}/offers": {"remedy": "repair", "payer": "company", "reason": "约定",
                          "positions": [{"code": "ring", "quantity": "2"}]},
        f"{row}/consent": {"agreed": True, "person": "王工", "means": "call", "evidence": ids["returns"]["evidence"]},
        f"{row}/payments": {"amount": "1.00", "reference": "SK-1"},
        f"{row}/repair-plan": {"technician": "erik", "planned_for": "2027-03-05T09:00:00Z"},
        f"{row}/repair": {"work": "更换密封圈"},
        f"{row}/parts": {"lines": [{"part": ids["parts"]["code"], "quantity": 1}], "purpose": "更换"},
        f"{row}/evaluation": {"passed": False, "remark": "仍渗水"},
        f"{row}/shipment": {"carrier": "顺丰"},
        f"{row}/loans": {"serial": ids["returns"]["loaner"], "condition": "完好"},
        f"{row}/steps": {"step": "cancel", "text": "客户自修"},
    }  # fmt: skip


def _visit_bodies(cast: Cast, ids: dict[str, Any]) -> dict[str, Any]:
    """What is sent to the operations of visits."""
    visit, soon = "POST /visits/{number}", {"starts_at": "2027-03-05T09:00:00Z", "ends_at": "2027-03-05T11:00:00Z"}
    plan = {"purpose": "service", "engineer": "erik", "place": "宁波", "contact_name": "王工", "task": "更换", **soon}
    return {
        "POST /visits": {"case": ids["visits"]["case"], **plan},
        f"{visit}/confirmation": {"person": "王工"},
        f"{visit}/rescheduling": {
            "engineer": "erik", "reason": "改期", "starts_at": "2027-03-06T09:00:00Z", "ends_at": "2027-03-06T10:00:00Z",
        },
        f"{visit}/preparation": {"ticked": ["tools"]},
        f"{visit}/steps": {"step": "cancel", "reason": "误排"},
        f"{visit}/agreed-plan": {"phenomenon": "异响", "plan": "更换", "agreed_with": "王工"},
        f"{visit}/report": {"verdict": "open", "steps": "更换", "cleaned": True},
        f"{visit}/parts": {"lines": [{"part": ids["parts"]["code"], "quantity": 1}], "purpose": "更换"},
        f"{visit}/paper": {},
        "POST /dispatch/days": {"day": "2027-03-05"},
        "POST /dispatch/days/{pk}/acceptance": {"cases": ["SV1"]},
        "POST /dispatch/wishes/{case}": {"begins": "14:00", "words": "下午"},
        "POST /dispatch/rosters": {"first": "2027-03-05", "last": "2027-03-05"},
        "POST /dispatch/tools": {"good": [], "faults": "全部送检"},
        f"{visit}/signature": {"satisfied": False, "person": "王工", "opinion": "还有异响"},
    }  # fmt: skip


def _parts(cast: Cast) -> dict[str, Any]:
    """A part, and a requisition of it that waits for the keeper."""
    bearing = stocking.part()
    stocking.opened(bearing, 5, "50.00")
    row = requisitions.ask(by=cast.bob, lines=[(bearing, 2)], purpose="更换", receiver=cast.erik)
    order, count = stocking.ordered(cast, bearing, 4), stocking.counting_now()
    line = order.lines.select_related("part").get()
    receipt = purchasing.register_receipt(
        paper=order, by=stocking.buyer(), line=line, quantity=1, delivery_note="SH-1"
    )  # fmt: skip
    return {
        "code": bearing.code, "requisitions": row.number, "line": row.lines.get().pk, "orders": order.number,
        "plans": order.plan.number if order.plan else "", "counts": count.number, "receipts": receipt.number,
        "scraps": stocking.to_scrap(bearing).number, "discrepancies": stocking.unissued(cast).number,
    }  # fmt: skip


def _part_bodies(ids: dict[str, Any]) -> dict[str, Any]:
    """What is sent to the operations of parts."""
    piece = {"line": ids["parts"]["line"], "quantity": 1, "place": "main"}
    wanted = {"lines": [{"part": ids["parts"]["code"], "quantity": 1}], "purpose": "更换"}
    bought = {"part": ids["parts"]["code"], "quantity": 1, "price": "20.00"}
    return {
        "POST /parts/requisitions": wanted, "POST /parts/requisitions/{number}/issue": {"pieces": [piece]},
        "POST /parts/plans": {"starts_on": "2026-12-01", "ends_on": "2026-12-31"},
        "POST /parts/plans/{number}/submission": {},
        "POST /parts/plans/{number}/orders": {"supplier": "ly", "due_on": "2026-12-10", "lines": [bought]},
        "POST /parts/orders/{number}/receipts": {"part": bought["part"], "quantity": 1, "delivery_note": "SH-2"},
        "POST /parts/receipts/{number}/inspection": {"accepted": 1, "place": "main"},
        "POST /parts/counts": {"kind": "cycle", "place": "main"},
        "POST /parts/counts/{number}/lines": {"part": bought["part"], "counted": 1},
        "POST /parts/counts/{number}/completion": {}, "POST /parts/counts/{number}/cancellation": {"reason": "改期"},
        "POST /parts/transfers": {"part": bought["part"], "source": "main", "destination": "main", "quantity": 1},
        "POST /parts/scraps": {"part": bought["part"], "place": "main", "quantity": 1, "condition": "good",
                               "ground": "obsolete", "finding": "已停产"},
        "POST /parts/discrepancies/{number}/booking": {"line": 1, "quantity": 1},
        "POST /parts/discrepancies/{number}/settlement": {"settlement": "bought", "finding": "五金店购买"},
    }  # fmt: skip


def _goods(q: Quality) -> dict[str, Any]:
    """Nonconforming goods in the stations that their operations start from; the key is the last word of the address."""
    new, open_sheet = goods.found(q), goods.taken(q, goods.found(q))
    approved = goods.ready(q, ("scrap", 3), ("rework", 9))
    done = goods.ready(q, ("rework", 12))
    row = done.dispositions.select_related("sheet").get()
    disposing.finish_disposition(disposition=row, by=q.paul, result="已返工")
    numbers = {"steps": new, "review": open_sheet, "dispositions": open_sheet, "completion": approved, "recheck": done}
    return {
        "sheets": {word: sheet.number for word, sheet in numbers.items()},
        "completion": approved.dispositions.order_by("id")[0].pk, "recheck": row.pk,
    }  # fmt: skip


def _recall(q: Quality) -> dict[str, Any]:
    """A recall under way with a unit whose owner was told."""
    recall = published(q, decided(q))
    return {"recall": recall.number, "unit": recall.affected.get(serial="RC000").pk}


def _quality(q: Quality) -> dict[str, Any]:
    """An issue that is registered, an alarm in it, and one that waits for people."""
    waiting = q.alarm("alarm.sank", rule="lasting", form="F05")
    alarm = q.alarm()
    number = register_issue(sign=q.sign(description="另一处异响"), by=q.paul).number
    return {"issue": number, "alarm": alarm.pk, "cell": alarm.cell_id, "waiting": waiting.pk}


def _quality_bodies(ids: dict[str, Any]) -> dict[str, Any]:
    """What is sent about quality."""
    version = Issue.objects.get(number=ids["issue"]).version
    alarm = Alarm.objects.get(pk=ids["alarm"]).version
    return {
        "POST /issues": {"description": "外壳划伤", "place": "三号线"},
        "POST /issues/taken-alarms": {"alarm": ids["waiting"]},
        "POST /issues/{number}/moves": {"move": "cancel", "reason": "误报", "version": version},
        "POST /issues/{number}/acts/{name}": {"fields": {"criteria": ["use"], "dispersion": 1}, "version": version},
        "POST /monitor/alarms/{pk}/closing": {"reason": "偶然", "version": alarm},
    }


def _costs(q: Quality) -> dict[str, Any]:
    """An issue with a loss, a line of cost and a transfer that waits for an answer."""
    lossy = money.lossy(q)
    sent, line = money.sent(q, lossy), money.cost(q, lossy)
    return {"voucher": sent.number, "share": sent.shares.get().pk, "cost": line.pk, "lossy": lossy.number}


def _problems(q: Quality) -> dict[str, Any]:
    """Returned defectives that wait for engineering, an open question to a line, and one that was answered."""
    row = hand_over(by=q.cast.alice, model=q.cast.model, quantity=2, problem="面板无显示", degree="verify")
    lines, due = [q.cast.lines["precast"], q.cast.lines["door"]], timezone.now() + timedelta(days=9)
    issue = q.issue()
    open_one, done = ask_lines(issue=issue, by=q.quentin, lines=lines, owner=q.paul, due_at=due)
    answer(row=done, by=q.paul, state="absent", finding="结构不同")
    return {"returned": row.number, "question": open_one.pk, "answered": done.pk}


def _problem_bodies() -> dict[str, Any]:
    """What is sent about returned defectives and to other product lines."""
    soon = (timezone.now() + timedelta(days=1)).isoformat()
    questions = "POST /problems/questions/{pk}"
    return {
        "POST /returned": {"model": "SC-7", "quantity": 1, "problem": "异响", "degree": "simple"},
        "POST /returned/{number}/steps": {"step": "receive"},
        "POST /problems/{number}/questions": {"lines": ["appliance"], "owner": "paul", "due_at": soon},
        f"{questions}/answer": {"answer": "absent", "finding": "结构不同"},
        f"{questions}/again": {"reason": "未看旧批次", "due_at": soon},
    }


def _money_bodies(ids: dict[str, Any]) -> dict[str, Any]:
    """What is sent to the operations of costs."""
    voucher = "POST /costs/vouchers"
    shares = [{"department": "production", "weight": "60"}, {"supplier": "永固紧固件", "weight": "40"}]
    line = {"issue": ids["lossy"], "kind": "material", "amount": "12.34", "occurred_on": "2026-01-05"}
    return {
        "POST /costs/lines": line,
        "POST /costs/claims": {"issue": ids["lossy"], "supplier": "永固紧固件", "description": "来料不良"},
        "POST /costs/deductions": {
            "department": "production",
            "reason": "已协调",
            "clause": "4.4",
            "rows": [{"text": "返工", "price": "20"}],
        },
        "POST /costs/compensations": {"case": ids["case"], "kind": "money", "amount": "300", "description": "误工"},
        "POST /costs/write-offs": {"issue": ids["lossy"], "description": "报废核销"},
        "POST /costs/lines/{pk}/void": {"reason": "录错"},
        voucher: {"issue": ids["lossy"], "description": "批量返工", "shares": shares},
        f"{voucher}/{{number}}/steps": {"step": "cancel", "text": "有误"},
        f"{voucher}/{{number}}/shares/{{pk}}": {"accepted": False, "reason": "不是我们"},
    }


STATIONS = {
    "triage": "new", "suggestions": "new", "diagnosis": "diagnosing", "solutions": "solving", "consent": "consent",
    "work": "working", "customer-acceptance": "done", "internal-acceptance": "internal", "dossiers": "archived",
    "consultations": "solving", "opinions": "solving", "remote-sessions": "triaged", "papers": "solving",
    "attachments": "solving", "moves": "triaged",
}  # fmt: skip
IDS = {
    "suggestions": "suggestion", "opinions": "opinion", "consultations": "consultation", "solutions": "draft",
    "papers": "paper", "files": "file", "approvals": "approval", "inbox": "message", "follow-ups": "follow_up",
    "reviews": "review", "documents": "sheet", "units": "unit", "alarms": "alarm", "cells": "cell",
    "questions": "question",
}  # fmt: skip


VISIT_SPANS = {
    "candidates": "?starts_at=2027-03-05T09:00:00Z&ends_at=2027-03-05T11:00:00Z", "board": "?first=2027-03-05",
}  # fmt: skip
NUMBERED = {"recalls": "recall", "issues": "issue", "problems": "issue", "returned": "returned"}


def _address(operation: str, cases: dict[str, Case], ids: dict[str, Any]) -> str:
    method, path = operation.split(" ")
    parts = path.strip("/").split("/")
    second = parts[1] if len(parts) > 1 else ""
    station = next((STATIONS[part] for part in parts if part in STATIONS), "triaged")
    if parts[0] == "nonconformities":
        path = path.replace("{number}", ids["sheets"].get(parts[-1], ids["sheets"]["review"]))
        path = path.replace("{pk}", str(ids.get(parts[-1], "")))
    elif parts[0] == "parts":
        path = path.replace("{number}", ids["parts"].get(second, "")).replace("{code}", ids["parts"]["code"])
    elif parts[0] in {"visits", "dispatch"}:
        path = path.replace("{number}", ids["visits"].get(parts[-1], ""))
        path = path.replace("{case}", ids["visits"]["case"]).replace("{pk}", ids["visits"]["day"])
        path += VISIT_SPANS.get(second, "")
    elif parts[0] == "returns":
        path = path.replace("{number}", ids["returns"].get(parts[-1], ""))
    elif parts[0] == "costs":
        path = path.replace("{number}", ids["voucher"])
        path = path.replace("{pk}", str(ids["share"] if "shares" in parts else ids["cost"]))
    elif parts[-1] == "again":
        path = path.replace("{pk}", str(ids["answered"]))
    elif "{pk}" in parts:
        path = path.replace("{pk}", str(ids[IDS[parts[parts.index("{pk}") - 1]]]))
    serial = cases["new"].serial_text if method == "POST" else ids["card"]
    number = ids[NUMBERED[parts[0]]] if parts[0] in NUMBERED else cases[station].number
    customer = cases["new"].customer
    assert customer is not None
    for name, value in {"number": number, "name": "grade", "cycle": 1, "serial": serial, "code": customer.code}.items():
        path = path.replace(f"{{{name}}}", str(value))
    return path + {"/search": "?q=x", "/problems/similar": "?text=x"}.get(path, "")


def _bodies(cast: Cast, cases: dict[str, Case]) -> dict[str, Any]:
    """What is sent: so much that whoever may do it succeeds."""
    soon = (timezone.now() + timedelta(days=1)).isoformat()
    seen = {name: {"version": Case.objects.get(pk=case.pk).version} for name, case in cases.items()}
    case, sheet = "POST /cases/{number}", "POST /nonconformities/{number}"
    return {
        "POST /cases": {"channel": "phone", "description": "异响", "contact_name": "王工"},
        "PATCH /cases/{number}": {**seen["triaged"], "summary": "新的摘要"},
        f"{case}/moves": {**seen["triaged"], "move": "start_diagnosis"},
        f"{case}/triage": {**seen["new"], "nature": "defect", "urgency": 2, "severity": 1, "impact": 1},
        f"{case}/suggestions/{{pk}}": {"accept": True},
        f"{case}/assignment": {**seen["triaged"], "owner": "erik"},
        f"{case}/coding": {**seen["triaged"], "cause_category": "production"},
        f"{case}/charge": {"payer": "customer", "reason": "人为损坏"},
        f"{case}/replies": {"text": "您好", "means": "phone"},
        f"{case}/notes": {"text": "备注"},
        f"{case}/appointments": {"at": soon, "engineer": "erik", "agreed_with": "王工"},
        f"{case}/delays": {"reason": "parts", "text": "等待配件", "expected_at": soon},
        f"{case}/remote-sessions": {"means": "video", "began_at": "2026-01-05T09:00:00+08:00", "minutes": 5, "steps": "检查"},
        f"{case}/diagnosis": {**seen["diagnosing"], "findings": "温升", "cause": "预紧不足"},
        f"{case}/consultations": {"topic": "轴承", "answer_by": soon, "departments": ["quality"]},
        f"{case}/opinions/{{pk}}": {"text": "预紧不足"},
        f"{case}/consultations/{{pk}}/conclusion": {"causes": "预紧", "conclusion": "更换"},
        f"{case}/solutions": {"kind": "repair", "cause": "磨损", "steps": "更换", "hours": 2, "cost": 0, "payer": "company"},
        f"{case}/solutions/{{pk}}/submission": {},
        f"{case}/consent": {"decision": "agreed", "person": "王工"},
        f"{case}/work": {"text": "已更换"},
        f"{case}/customer-acceptance": {**seen["done"], "passed": False, "person": "王工", "opinion": "还有异响"},
        f"{case}/internal-acceptance": {**seen["internal"], "quality_ok": True, "records_ok": True, "satisfaction_ok": True},
        f"{case}/papers": {"form": "F12"},
        "POST /inbox/{pk}/decision": {"choice": "dismiss", "reason": "广告"},
        "POST /messages": {"channel": "chat", "id": "1", "text": "异响"},
        "POST /calls": {"channel": "phone", "outcome": "missed"},
        "POST /follow-ups/{pk}": {"scores": {"process": 5, "result": 5, "attitude": 5}, "solved": True},
        "POST /follow-ups/{pk}/attempts": {"outcome": "no_answer"},
        "POST /follow-ups/reviews/{pk}": {"cause": "慢", "improvement": "快"},
        "POST /approvals/{pk}/votes": {"approved": True},
        "POST /nonconformities": {"origin": "process", "description": "划痕", "quantity": 3, "place": "二号线"},
        f"{sheet}/steps": {"step": "take", "defect_class": 1},
        f"{sheet}/review": {
            "cause": "磕碰", "corrective": "加隔板", "preventive": "点检", "department": "production",
            "responsible": "paul", "due_at": soon,
        },
        f"{sheet}/dispositions": {"kind": "scrap", "quantity": 1, "owner": "paul"},
        f"{sheet}/dispositions/{{pk}}/completion": {"result": "已报废"},
        f"{sheet}/dispositions/{{pk}}/recheck": {"failed": 0},
        "POST /customers": {"name": "新客户"},
        "PATCH /customers/{code}": {"note": "备注"},
        "POST /customers/{code}/contacts": {"name": "李工"},
        "POST /customers/{code}/sites": {"name": "一厂", "address": "宁波"},
        "POST /products/units": {"serial": "NEW-1", "model": "SC-7"},
        "POST /recalls/{number}/owners": {"serial": "RC-900", "holder_name": "李女士"},
        "POST /recalls/{number}/units/{pk}/measure": {"measure": "repair"},
        "PATCH /products/units/{serial}": {"order_no": "A1"},
        "POST /products/units/{serial}/card": {"customer": cast.customer.code, "installed_on": "2026-01-05"},
    }  # fmt: skip

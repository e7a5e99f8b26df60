"""One company with something on every page, and the address of every page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from bihuan.core.approvals.delegating import delegate
from bihuan.core.approvals.models import Approval
from bihuan.core.documents.services import issue
from bihuan.core.exporting.models import ExportFormat
from bihuan.core.exporting.services import order_export
from bihuan.core.files.services import attach, store
from bihuan.core.importing import registry
from bihuan.core.importing.services import begin
from bihuan.core.jobs.models import Schedule
from bihuan.core.jobs.relay import run_due
from bihuan.core.jobs.services import enqueue, ensure_schedules
from bihuan.core.listing import spec as lists
from bihuan.core.listing.asked import put
from bihuan.core.listing.services import save_view
from bihuan.core.notify.models import OutboundMail, Robot
from bihuan.core.notify.services import tell
from bihuan.quality.issues.services.eight_d import open_eight_d
from bihuan.quality.issues.services.registration import register_issue
from bihuan.quality.monitor.models import Alarm, Finding
from bihuan.quality.problems.services import ask_lines
from bihuan.quality.recall.papers import issue_letters
from bihuan.quality.returned.services import hand_over
from bihuan.registry.people.services import create_user
from bihuan.registry.products.models import ProductDocument
from bihuan.registry.products.services import publish_document
from bihuan.service.desk.models import Case
from bihuan.service.desk.services import closing, diagnosing, solving
from bihuan.service.intake.models import InboundMessage
from bihuan.service.intake.services import store_mail
from bihuan.service.parts.services import requisitions
from bihuan.service.visits.calendar import TEAM, token_of
from bihuan.service.visits.services.dispatching import ask_for_day
from bihuan.service.visits.services.rostering import issue_roster
from tests.cast import PASSWORD, Cast
from tests.quality import goods, money, shop
from tests.quality.recall_story import decided as decided_recall
from tests.quality.recall_story import published as published_recall
from tests.quality.story import approved as approved_plan
from tests.quality.story import build_quality, coded, graded, investigated, people_of_quality, planned
from tests.service import returning, stocking, visiting
from tests.service.story import accepted, agreed, diagnosed, followed_up, png, proposed, solution_values, triaged

ROLES = {
    "admin": "admin", "agent": "service_agent", "manager": "after_sales_manager", "engineer": "technical_engineer",
    "technician": "technician", "sales": "sales", "quality": "quality_engineer", "finance": "finance", "nobody": "",
    "chief": "chief_engineer", "office": "gm_office", "production": "production_manager", "keeper": "storekeeper",
    "buyer": "buyer",
}  # fmt: skip
FEW = {"stranger", "wrong_token", "admin", "nobody"}


def those_who_ask(everybody: Iterable[str]) -> list[str]:
    """Everybody on SQLite; elsewhere those who may all and those who may nothing: a right is decided before a query."""
    return [who for who in everybody if connection.vendor == "sqlite" or who in FEW]


@dataclass
class World:
    """The pages with their arguments."""

    cast: Cast
    users: dict[str, Any]
    addresses: dict[str, dict[str, Any]]


def build_world(cast: Cast) -> World:
    """Make a case in many stations, with papers, files, messages and an open approval."""
    users = {
        name: create_user(username=f"r-{name}", name=name, password=PASSWORD, roles=[role] if role else [])
        for name, role in ROLES.items()
    }
    visits = visit_addresses(cast, users["admin"])
    archived = accepted(cast, agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case())))))
    followed_up(cast, archived)
    closing.archive_case(case=archived, by=cast.bob)
    unsatisfied = accepted(cast, agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case())))))
    row = followed_up(cast, unsatisfied, score=1)
    case = proposed(cast, diagnosed(cast, triaged(cast, cast.case())))
    waiting = accepted_later(cast)
    asked = diagnosed(cast, triaged(cast, cast.case()))
    diagnosing.convene(
        case=asked,
        by=cast.bob,
        topic="轴承为何早期磨损",
        answer_by=asked.registered_at,
        departments=[cast.erik.department],
    )
    solution = solving.draft_solution(case=asked, by=cast.erik, values=solution_values(cost=8000))
    solving.submit_solution(solution=solution, by=cast.erik)
    file = store(data=png(), name="现场.png", by=cast.alice)
    attach(subject=case, file=file, role="evidence", caption="现场", public=True)
    document = issue(form_code="F18", subject=case, by=cast.alice)
    store_mail(raw=b"no header at all", source="test")
    store_mail(raw=b"From: a@customer.example\nSubject: hello\nMessage-ID: <x@y>\n\nhello", source="test")
    sheet = publish_document(
        model=cast.model, kind="drawing", title="总图", revision="A", file=file, owner=cast.erik, by=cast.erik,
        valid_from=date(2026, 1, 1),
    )  # fmt: skip
    tell(users=list(users.values()), title="请看", subject=case)
    run_due()
    quality = monitored(cast)
    places = addresses(cast, case, archived, asked, waiting, row, file, document, sheet)
    issues = quality_addresses(cast, document.pk)
    more = {**recall_addresses(cast), **problem_addresses(cast), **returned_addresses(cast), **visits}
    more |= {**parts_addresses(cast), **return_addresses(cast)}
    return World(cast, users, {**places, **quality, **issues, **more, **system_addresses(users["admin"])})


def monitored(cast: Cast) -> dict[str, dict[str, Any]]:
    """An alarm with its cell, and arguments for the pages of the monitor."""
    shop.ship(cast, 50)
    shop.coded(cast)
    alarm = Alarm.objects.get(rule="percent")
    cell = {"pk": alarm.cell_id}
    Finding.objects.create(
        cell_id=alarm.cell_id, first_month=date(2026, 8, 1), last_month=date(2026, 10, 1), place=1, observed=9,
        expected=2.5, q_value=0.001, excess=1.5,
    )  # fmt: skip
    return {
        "monitor:board": {}, "monitor:export": {}, "monitor:cell": cell, "monitor:export_cell": cell,
        "monitor:shipments": {}, "monitor:alarms": {}, "monitor:alarm": {"pk": alarm.pk}, "monitor:what_if": {},
    }  # fmt: skip


def system_addresses(admin: Any) -> dict[str, dict[str, Any]]:
    """Arguments for the pages of the system."""
    kind = registry.get("customers")
    assert kind is not None
    table = store(data="客户名称\n甲公司\n".encode(), name="客户.csv", by=admin)
    run = {"pk": begin(kind=kind, file=table, by=admin).pk}
    job = {"pk": enqueue("importing.run", {"run": 0}, due_at=timezone.now() + timedelta(days=1)).pk}
    ensure_schedules()
    today = timezone.localdate()
    nobody = create_user(username="r-away", name="出差人", password=PASSWORD, roles=[])
    given = delegate(giver=nobody, deputy=admin, starts_on=today, ends_on=today, reason="出差")
    robot = Robot.objects.create(name="群", kind="wecom", url="http://127.0.0.1:9/robot")
    mail = OutboundMail.objects.create(kind="x", subject="x", text="x", message_id="<1@x>", state="failed")
    rules = {"code": "general"}
    return {
        "masterdata:index": {}, "masterdata:entries": {"code": "symptoms"}, "masterdata:new": {"code": "symptoms"},
        "masterdata:entry": {"code": "robots", "pk": robot.pk},
        "masterdata:act": {"code": "robots", "pk": robot.pk, "name": "test"},
        "rulebook:list": {}, "rulebook:profile": rules, "rulebook:versions": rules,
        "rulebook:version": {**rules, "number": 1}, "rulebook:restore": {**rules, "number": 1},
        "rulebook:section": {**rules, "section": "deadlines"},
        "jobs:list": {}, "jobs:retry": job, "jobs:schedule": {"pk": Schedule.objects.order_by("pk")[0].pk},
        "calendar:year": {}, "calendar:days": {}, "calendar:hours": {},
        "approvals:delegation": {}, "approvals:delegation_end": {"pk": given.pk},
        "notify:mails": {}, "notify:preference": {}, "notify:mail_again": {"pk": mail.pk},
        "notify:mail": {"pk": mail.pk},
        "importing:list": {}, "importing:new": {"code": "customers"}, "importing:template": {"code": "customers"},
        "importing:run": run, "importing:check": run, "importing:load": run, **list_addresses(admin),
    }  # fmt: skip


def list_addresses(admin: Any) -> dict[str, dict[str, Any]]:
    """Arguments for what people arrange on lists, and for what they take out."""
    listing = lists.get("cases")
    assert listing is not None
    asked = put(listing, admin, {})
    view = {"pk": save_view(asked=asked, user=admin, name="视图").pk}
    export = {"pk": order_export(asked=asked, by=admin, file_format=ExportFormat.CSV).pk}
    code = {"code": "cases"}
    return {
        "listing:columns": code, "listing:save": code, "listing:bulk": code, "listing:rename": view,
        "listing:update": view, "listing:delete": view,
        "exporting:list": {}, "exporting:order": code, "exporting:run": export, "exporting:go": export,
    }  # fmt: skip


def quality_addresses(cast: Cast, document: int) -> dict[str, dict[str, Any]]:
    """Arguments for the pages of quality: an issue whose result hangs on the notice board."""
    q = build_quality(cast)
    case = coded(q)
    issue = register_issue(sign=q.sign(mechanism=q.mechanism), by=q.paul, cases=[case])
    issue = approved_plan(q, planned(q, investigated(q, graded(q, issue, ("function",)))))
    open_eight_d(issue=issue, by=q.quentin)
    notice, number = {"pk": issue.publications.get().pk}, {"number": issue.number}
    sheet = goods.finished(q, goods.ready(q, case=case, issue=issue), failed=1)
    sheet_number = {"number": sheet.number}
    voucher, line = money.objected(q, issue), money.cost(q, issue)
    voucher_number = {"number": voucher.number}
    return {
        "nonconformity:list": {}, "nonconformity:report": {}, "nonconformity:go": {"pk": sheet.pk},
        "nonconformity:sheet": sheet_number, "nonconformity:form": {**sheet_number, "code": "F07"},
        "nonconformity:act": {**sheet_number, "name": "dispose"},
        "issues:list": {}, "issues:supervision": {}, "issues:report": {}, "issues:board": {}, "issues:notice": notice,
        "issues:read": notice, "issues:take": {"pk": Alarm.objects.filter(state="joined").values_list("pk")[0][0]},
        "cost:list": {}, "cost:lines": {}, "cost:line_new": {}, "cost:line_void": {"pk": line.pk}, "cost:ledger": {},
        "cost:open_transfer": {}, "cost:new": {"kind": "deduction"}, "cost:go": {"pk": voucher.pk},
        "cost:voucher": voucher_number, "cost:form": {**voucher_number, "code": "F02"},
        "cost:act": {**voucher_number, "name": "decide"},
        "issues:go": {"pk": issue.pk}, "issues:issue": number, "issues:form": {**number, "code": "F01"},
        "issues:act": {**number, "name": "grade"}, "documents:receipt": {"pk": document},
    }  # fmt: skip


def problem_addresses(cast: Cast) -> dict[str, dict[str, Any]]:
    """Arguments for the pages of the quality problem database: a problem about which other lines were asked."""
    q = people_of_quality(cast)
    issue = register_issue(sign=q.sign(place="四号线", model=None, line=cast.lines["door"]), by=q.paul)
    due = timezone.now() + timedelta(days=5)
    rows = ask_lines(issue=issue, by=q.quentin, lines=[cast.lines["mould"]], owner=q.paul, due_at=due)
    row = {"pk": rows[0].pk}
    return {
        "problems:list": {}, "problems:analysis": {}, "problems:export": {"what": "trend"}, "problems:similar": {},
        "problems:read_across": {}, "problems:question": row, "problems:again": row,
        "problems:problem": {"number": issue.number},
    }  # fmt: skip


def returned_addresses(cast: Cast) -> dict[str, dict[str, Any]]:
    """Arguments for the pages of returned defectives: one that waits for engineering."""
    row = hand_over(by=cast.alice, model=cast.model, quantity=2, problem="面板无显示", degree="simple")
    number = {"number": row.number}
    return {
        "returned:list": {}, "returned:hand_over": {}, "returned:go": {"pk": row.pk}, "returned:returned": number,
        "returned:act": {**number, "name": "refuse"},
    }  # fmt: skip


def visit_addresses(cast: Cast, admin: Any) -> dict[str, dict[str, Any]]:
    """Arguments for the pages of visits: one that waits for the customer's signature, one case to be planned for."""
    visiting.qualified(cast, cast.erik)
    visit = visiting.reported(cast, visiting.on_site(cast, visiting.planned(cast, visiting.working_case(cast))))
    number, token = {"number": visit.number}, {"token": visit.token}
    drawing = store(data=png(), name="总图.png", by=cast.erik)
    attach(subject=visit, file=drawing, role="evidence", caption="总图")
    asked = {"pk": ask_for_day(day=visit.starts_at.date(), by=admin).pk}
    roster = issue_roster(first=visit.starts_at.date(), last=visit.starts_at.date(), by=admin)
    return {
        "visits:list": {}, "visits:mine": {}, "visits:board": {},
        "visits:plan": {"number": visiting.working_case(cast).number}, "visits:go": {"pk": visit.pk},
        "visits:visit": number, "visits:form": number, "visits:act": {**number, "name": "sign"},
        "visits:phone": {}, "visits:phone_worker": {}, "visits:phone_facts": {}, "visits:tools": {},
        "visits:phone_drawing": {"pk": drawing.pk}, "visits:phone_entry": number, "visits:phone_photo": number,
        "visits:propose": {}, "visits:proposal": asked, "visits:accept": asked, "visits:issue_roster": {},
        "visits:roster": {"pk": roster.subject_id}, "visits:wish": {"number": visit.case.number},
        "visit:appointment": token, "visit:sign": token, "visit:calendar": {"token": token_of(cast.erik)},
        "visit:team_calendar": {"token": token_of(cast.bob, TEAM)},
    }  # fmt: skip


def parts_addresses(cast: Cast) -> dict[str, dict[str, Any]]:
    """Arguments for the pages of parts: a requisition to be issued, a plan, an order, a count, a scrapping."""
    bearing = stocking.part()
    stocking.opened(bearing, 5, "50.00")
    row = requisitions.ask(by=cast.bob, lines=[(bearing, 2)], purpose="更换", receiver=cast.erik)
    order, count = stocking.ordered(cast, bearing, 4), stocking.counting_now()
    scrap = stocking.to_scrap(bearing)
    papers: dict[str, Any] = {"plan": order.plan, "order": order, "count": count, "scrap": scrap}
    found: dict[str, dict[str, Any]] = {"suppliers:list": {}, "suppliers:supplier": {"code": order.supplier.code}}
    for name, paper in papers.items():
        number = {"number": paper.number}
        found |= {f"parts:{name}": number, f"parts:{name}_go": {"pk": paper.pk}, f"parts:{name}s": {},
                  f"parts:{name}_act": {**number, "name": "cancel"}}  # fmt: skip
    part, number = {"code": bearing.code}, {"number": row.number}
    open_one = stocking.unissued(cast)
    found |= {"parts:discrepancies": {}, "parts:discrepancy": {"number": open_one.number},
              "parts:discrepancy_go": {"pk": open_one.pk},
              "parts:discrepancy_act": {"number": open_one.number, "name": "settle"}}  # fmt: skip
    found |= {"parts:count_sheet": {"number": count.number}, "parts:places": {}, "parts:labels": {},
              "parts:place": {"code": "main"}, "suppliers:issue_list": {}}  # fmt: skip
    return {
        **found, "parts:stock": {}, "parts:ledger": {}, "parts:analysis": {}, "parts:receipts": {}, "parts:ask": {},
        "parts:idle": {},
        "parts:plan_new": {}, "parts:count_new": {}, "parts:requisitions": {}, "parts:part": part, "parts:part_go": {"pk": bearing.pk}, "parts:label": part,
        "parts:act": {**part, "name": "open"}, "parts:requisition": number, "parts:requisition_go": {"pk": row.pk},
        "parts:requisition_act": {**number, "name": "issue"},
    }  # fmt: skip


def return_addresses(cast: Cast) -> dict[str, dict[str, Any]]:
    """Arguments for the pages of returns: one that waits for the customer's word, one case to be asked for."""
    order, sent = returning.offered(cast).order, returning.approved(cast)
    case = returning.case_of(cast)
    number = {"number": order.number}
    return {
        "returns:list": {}, "returns:board": {}, "returns:new": {}, "returns:ask": {"number": case.number},
        "returns:go": {"pk": order.pk}, "returns:return": number, "returns:label": number,
        "returns:paper": {**number, "code": "F19"}, "returns:act": {**number, "name": "consent"},
        "return:ask": {"token": case.public_token}, "return:order": {"token": order.token},
        "return:label": {"token": sent.token},
    }  # fmt: skip


def recall_addresses(cast: Cast) -> dict[str, dict[str, Any]]:
    """Arguments for the pages of recalls: one under way, with letters written, and an issue that may be judged."""
    q = people_of_quality(cast)
    recall = published_recall(q, decided_recall(q))
    issue_letters(recall=recall, by=q.quentin)
    run_due()
    number = {"number": recall.number}
    other = register_issue(sign=q.sign(place="三号线", model=None), by=q.paul)
    return {
        "recall:list": {}, "recall:units": {}, "recall:unit": {"pk": recall.affected.get(serial="RC000").pk},
        "recall:go": {"pk": recall.pk}, "recall:ask": {"number": other.number}, "recall:recall": number,
        "recall:letters": number, "recall:form": {**number, "code": "F42"}, "recall:act": {**number, "name": "owner"},
        "owner:answer": {"token": recall.notices.get().token},
    }  # fmt: skip


def accepted_later(cast: Cast) -> Case:
    """A case that waits for its follow-up."""
    return accepted(cast, agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case())))))


def addresses(
    cast: Cast,
    case: Case,
    archived: Case,
    asked: Case,
    waiting: Case,
    row: Any,
    file: Any,
    document: Any,
    sheet: ProductDocument,
) -> dict[str, dict[str, Any]]:
    """Arguments for every address; what is missing here fails the test that looks for it."""
    from django.core import signing

    from bihuan.core.files.views import SALT
    from bihuan.core.notify.models import Notification

    message = InboundMessage.objects.filter(state="quarantined").first()
    suggestion = case.suggestions.create(
        field="category", value="function", label="功能失效", reason="词", confidence=0.5
    )
    opinion = asked.consultations.get().opinions.get()
    number = {"number": case.number}
    due = waiting.follow_ups.get()
    return {
        "home": {}, "set_language": {}, "search:page": {}, "inbox:list": {}, "desk:list": {}, "desk:register": {},
        "desk:lookup": {}, "desk:board": {}, "desk:channels": {}, "desk:missed": {},
        "followup:list": {}, "customers:list": {}, "customers:new": {},
        "products:units": {}, "products:models": {}, "people:list": {}, "people:new": {}, "people:login": {},
        "people:logout": {}, "people:me": {}, "people:password": {}, "approvals:todo": {}, "notify:inbox": {},
        "public:feedback": {}, "public:contact": {},
        "desk:case": number, "desk:go": {"pk": case.pk}, "desk:act": {**number, "name": "note"},
        "desk:issue": {**number, "code": "F09"}, "desk:decide": {**number, "pk": suggestion.pk},
        "desk:opine": {"number": asked.number, "pk": opinion.pk},
        "desk:dossier": {"number": archived.number, "cycle": 1},
        "inbox:message": {"pk": message.pk if message else 0}, "inbox:raw": {"pk": message.pk if message else 0},
        "inbox:decide": {"pk": message.pk if message else 0},
        "followup:call": {"pk": due.pk}, "followup:review": {"pk": row.review.pk},
        "customers:detail": {"pk": cast.customer.pk}, "customers:go": {"pk": cast.customer.pk},
        "customers:edit": {"pk": cast.customer.pk}, "products:unit": {"pk": cast.unit.pk},
        "products:label": {"pk": cast.unit.pk}, "products:go": {"pk": cast.unit.pk}, "products:unit_new": {},
        "products:unit_edit": {"pk": cast.unit.pk}, "products:card": {"pk": cast.unit.pk},
        "products:model": {"pk": cast.model.pk},
        "products:document": {"pk": sheet.pk},
        "people:edit": {"pk": cast.erik.pk},
        "files:open": {"pk": file.pk, "name": file.name}, "files:thumb": {"pk": file.pk},
        "files:public": {"token": signing.dumps([file.pk, False], salt=SALT)},
        "documents:detail": {"pk": document.pk}, "documents:preview": {"pk": document.pk},
        "documents:download": {"pk": document.pk, "kind": "pdf"},
        "approvals:detail": {"pk": Approval.objects.get(state="open").pk},
        "notify:go": {"pk": Notification.objects.filter(user__username="r-nobody").values_list("pk", flat=True)[0]},
        "public:unit": {"token": cast.unit.public_token}, "public:progress": {"token": case.public_token},
        "public:consent": {"token": case.solutions.get().consent.token},
        "public:acceptance": {"token": waiting.public_token},
        "survey:questionnaire": {"token": due.public_token},
    }  # fmt: skip


def every_address(resolver: URLResolver | None = None, prefix: str = "") -> set[str]:
    """The names of all addresses, those of the API aside: they are named by their paths."""
    names: set[str] = set()
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            names.add(f"{prefix}{pattern.name}")
        elif pattern.namespace != "api":
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            names |= every_address(pattern, prefix + inner)
    return names

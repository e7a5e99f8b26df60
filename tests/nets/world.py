"""One company with something on every page, and the address of every page."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from bihuan.core.approvals.models import Approval
from bihuan.core.documents.services import issue
from bihuan.core.files.services import attach, store
from bihuan.core.jobs.relay import run_due
from bihuan.core.notify.services import tell
from bihuan.registry.people.services import create_user
from bihuan.registry.products.models import ProductDocument
from bihuan.registry.products.services import publish_document
from bihuan.service.desk.models import Case
from bihuan.service.desk.services import closing, diagnosing, solving
from bihuan.service.intake.models import InboundMessage
from bihuan.service.intake.services import store_mail
from tests.cast import PASSWORD, Cast
from tests.service.story import accepted, agreed, diagnosed, followed_up, png, proposed, solution_values, triaged

ROLES = {
    "admin": "admin", "agent": "service_agent", "manager": "after_sales_manager", "engineer": "technical_engineer",
    "technician": "technician", "sales": "sales", "quality": "quality_engineer", "finance": "finance", "nobody": "",
}  # fmt: skip


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
    archived = accepted(cast, agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, cast.case())))))
    row = followed_up(cast, archived, score=1)
    closing.archive_case(case=archived, by=cast.bob)
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
    return World(cast, users, addresses(cast, case, archived, asked, waiting, row, file, document, sheet))


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
        "desk:lookup": {}, "desk:board": {}, "followup:list": {}, "customers:list": {}, "customers:new": {},
        "products:units": {}, "products:models": {}, "people:list": {}, "people:new": {}, "people:login": {},
        "people:logout": {}, "people:me": {}, "people:password": {}, "approvals:todo": {}, "notify:inbox": {},
        "public:feedback": {},
        "desk:case": number, "desk:go": {"pk": case.pk}, "desk:act": {**number, "name": "note"},
        "desk:issue": {**number, "code": "F09"}, "desk:decide": {**number, "pk": suggestion.pk},
        "desk:opine": {"number": asked.number, "pk": opinion.pk},
        "desk:dossier": {"number": archived.number, "cycle": 1},
        "inbox:message": {"pk": message.pk if message else 0}, "inbox:raw": {"pk": message.pk if message else 0},
        "inbox:decide": {"pk": message.pk if message else 0},
        "followup:call": {"pk": due.pk}, "followup:review": {"pk": row.review.pk},
        "customers:detail": {"pk": cast.customer.pk}, "customers:go": {"pk": cast.customer.pk},
        "customers:edit": {"pk": cast.customer.pk}, "products:unit": {"pk": cast.unit.pk},
        "products:label": {"pk": cast.unit.pk}, "products:document": {"pk": sheet.pk},
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

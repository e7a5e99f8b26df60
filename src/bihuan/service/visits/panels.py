"""What the page of a case shows of its visits."""

from typing import Any

from bihuan.core.documents.models import Document
from bihuan.core.documents.queries import for_subject as documents_of
from bihuan.core.permissions.services import can
from bihuan.service.desk import case_panels
from bihuan.service.desk.dossier import add_papers
from bihuan.service.desk.models import Case
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.queries import visible_to
from bihuan.service.visits.services.planning import purposes_of


def of_case(user: Any, case: Any) -> tuple[str, dict[str, Any]]:
    """The visits of a case, and the way to plan one."""
    rows = list(visible_to(user).filter(case=case).select_related("engineer", "report").order_by("-id"))
    may = can(user, perm.VISITS_PLAN, case) and bool(purposes_of(case))
    return "visits/_case_panel.html", {"visits": rows, "case": case, "may": may}


def papers_of(case: Case) -> list[Document]:
    """The papers of the visits of a case, which go into its dossier (ACC-09)."""
    return [document for visit in case.visits.order_by("-id") for document in documents_of(visit)]


case_panels.register(of_case)
add_papers(papers_of)

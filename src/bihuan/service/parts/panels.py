"""What the pages of cases, products and jobs show of their parts."""

from typing import Any

from bihuan.core.permissions.services import can
from bihuan.registry.products import panels as products
from bihuan.service.desk import case_panels
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.models import PartUse
from bihuan.service.parts.queries import requisitions_for
from bihuan.service.parts.services.discrepancies import of_jobs
from bihuan.service.parts.services.requisitions import Job

NEWEST = 30


def of_case(user: Any, case: Any) -> tuple[str, dict[str, Any]]:
    """The requisitions of a case, and the way to ask for parts."""
    rows = requisitions_for(user).filter(case=case).prefetch_related("lines__part").order_by("-id")
    may = can(user, perm.PARTS_ASK, case) and not case.is_at_rest
    return "parts/_case_panel.html", {"rows": list(rows[:NEWEST]), "case": case, "may": may}


def of_job(user: Any, job: Job) -> list[Any]:
    """The requisitions of a job."""
    rows = requisitions_for(user).filter(job_type=job.type, job_id=job.id)
    return list(rows.prefetch_related("lines__part").order_by("id")[:NEWEST])


def without_issue(user: Any, job: Job) -> list[Any]:
    """What the report of a job names without an issue."""
    return of_jobs(job.type, [job.id]) if job.id and can(user, perm.PARTS_VIEW) else []


def of_unit(user: Any, unit: Any) -> tuple[str, dict[str, Any]]:
    """The parts that went into a product, with their batches and serials (PRT-16)."""
    rows = (
        PartUse.objects.filter(unit=unit, move__isnull=False) if can(user, perm.PARTS_VIEW) else PartUse.objects.none()
    )
    uses = list(rows.select_related("line__part", "line__requisition", "move").order_by("-id")[:NEWEST])
    return "parts/_unit_panel.html", {"uses": uses}


case_panels.register(of_case)
products.register(of_unit)

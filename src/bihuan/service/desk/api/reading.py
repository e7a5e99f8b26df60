"""What a case knows of time and of the past: deadlines, journal, repair history, likely doubles."""

from django.http import HttpRequest

from bihuan.core.activity.queries import timeline
from bihuan.core.activity.schemas import EventOut
from bihuan.service.desk.api.base import case_of, router
from bihuan.service.desk.api.outputs import CaseOut, DeadlineOut
from bihuan.service.desk.models import Case
from bihuan.service.desk.pages import deadlines_of
from bihuan.service.desk.queries import FOR_PAGE, history_of, visible_to
from bihuan.service.desk.recognition import likely_duplicates


@router.get("/{number}/deadlines", response=list[DeadlineOut], summary="Deadlines", tags=["reading"])
def deadlines(request: HttpRequest, number: str) -> list[DeadlineOut]:
    """The milestones of this cycle: open ones first, by their due time."""
    return [DeadlineOut.of(row) for row in deadlines_of(case_of(request, number))]


@router.get("/{number}/journal", response=list[EventOut], summary="The journal", tags=["reading"])
def journal(request: HttpRequest, number: str) -> list[EventOut]:
    """The newest 200 things that happened, each with the hash that follows from the one before."""
    return [EventOut.of(row) for row in timeline(case_of(request, number))]


@router.get("/{number}/history", response=list[CaseOut], summary="Repair history of the unit", tags=["reading"])
def history(request: HttpRequest, number: str) -> list[CaseOut]:
    """Earlier cases of the same unit that the caller may see (CUS-04)."""
    return _visible(request, history_of(case_of(request, number)))


@router.get("/{number}/doubles", response=list[CaseOut], summary="Likely duplicates", tags=["reading"])
def doubles(request: HttpRequest, number: str) -> list[CaseOut]:
    """Cases that may be about the same matter and that the caller may see."""
    return _visible(request, likely_duplicates(case_of(request, number)))


def _visible(request: HttpRequest, cases: list[Case]) -> list[CaseOut]:
    rows = visible_to(request.user).filter(pk__in=[case.pk for case in cases]).select_related(*FOR_PAGE)
    return [CaseOut.of(case) for case in rows.order_by("-pk")]

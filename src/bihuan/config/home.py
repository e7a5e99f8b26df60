"""The first page after signing in: my work today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bihuan.core.approvals.queries import open_for
from bihuan.core.permissions.services import can
from bihuan.quality.issues.tasks import tasks_of
from bihuan.service.desk.board import my_day
from bihuan.service.desk.permissions import CASE_REGISTER, CASE_VIEW


def home(request: HttpRequest) -> HttpResponse:
    """Show what is late, what is due soon, and what waits for me."""
    context = {
        "day": my_day(request.user), "approvals": open_for(request.user), "tasks": tasks_of(request.user),
        "may_register": can(request.user, CASE_REGISTER), "sees_cases": can(request.user, CASE_VIEW),
    }  # fmt: skip
    return render(request, "desk/home.html", context)

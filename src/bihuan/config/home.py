"""The first page after signing in: my work today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bihuan.core.approvals.queries import open_for
from bihuan.quality.issues.tasks import tasks_of
from bihuan.service.desk.board import my_day


def home(request: HttpRequest) -> HttpResponse:
    """Show what is late, what is due soon, and what waits for me."""
    context = {"day": my_day(request.user), "approvals": open_for(request.user), "tasks": tasks_of(request.user)}
    return render(request, "desk/home.html", context)

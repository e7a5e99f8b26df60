"""The first page after signing in: my work today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bihuan.core.approvals.queries import open_for
from bihuan.core.permissions.services import can
from bihuan.quality.issues.tasks import tasks_of
from bihuan.service.desk.board import my_day
from bihuan.service.desk.permissions import CASE_EDIT, CASE_REGISTER, CASE_VIEW
from bihuan.ui.todo import todos


def home(request: HttpRequest) -> HttpResponse:
    """Show what is late, what is due soon, and what waits for me."""
    user = request.user
    day, tasks, asked = my_day(user), tasks_of(user), todos(user)
    context = {
        "day": day, "approvals": open_for(user), "tasks": tasks, "todos": asked,
        "may_register": can(user, CASE_REGISTER), "sees_cases": can(user, CASE_VIEW),
        "works_desk": can(user, CASE_EDIT),
        "is_free": not (day.late or day.soon or day.mine or day.opinions or tasks or asked),
    }  # fmt: skip
    return render(request, "desk/home.html", context)

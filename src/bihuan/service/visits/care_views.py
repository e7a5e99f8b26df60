"""The daily check of tools and equipment: one's own, and who has done it."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.permissions.services import can, person, require
from bihuan.core.policy.queries import default as rules_in_force
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.people.queries import with_permission
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.forms import ToolForm
from bihuan.service.visits.models import IssuedTool, ToolCheck
from bihuan.service.visits.services.caring import check_tools

DAYS = 14


def tools(request: HttpRequest) -> HttpResponse:
    """Tick what is in order today; who plans visits also sees who has not looked yet (WO-27)."""
    require(request.user, perm.VISITS_WORK)
    items, status = rules_in_force().visits.tools, 200
    mine = ToolCheck.objects.filter(user=request.user.pk, day=timezone.localdate()).first()
    initial = {"good": mine.good, "faults": mine.faults} if mine else {}
    form = ToolForm(request.POST if request.method == "POST" else None, tools=items, initial=initial)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                check_tools(by=person(request), **form.cleaned_data)
            except MoveRefused as refused:
                form.add_error(refused.code if refused.code in form.fields else None, str(refused.reason))
                status = 409
            else:
                messages.success(request, _("Today's check is kept."))
                return redirect("visits:tools")
    context = {"form": form, "items": items, "mine": mine, **_records(request.user, {i.code: i.name for i in items})}
    return render(request, "visits/tools.html", context, status=status)


def _records(user: Any, names: dict[str, str]) -> dict[str, Any]:
    """The checks of two weeks: one's own, or for who plans, everybody's; and who has not looked today."""
    today = timezone.localdate()
    rows = ToolCheck.objects.filter(day__gt=today - timedelta(days=DAYS)).select_related("user")
    sees_all = can(user, perm.VISITS_PLAN)
    if not sees_all:
        rows = rows.filter(user=user.pk)
    checks = list(rows)
    shown = [
        {"row": row, "missing": "、".join(name for code, name in names.items() if code not in row.good)}
        for row in checks
    ]
    done = {row.user_id for row in checks if row.day == today}
    open_ones = [one for one in with_permission(perm.VISITS_WORK) if one.pk not in done] if sees_all else []
    held = IssuedTool.objects.filter(returned_on__isnull=True).select_related("user")
    tools_held = (
        [row for row in held if row.is_over or row.user_id == user.pk] if sees_all else held.filter(user=user.pk)
    )
    return {"records": shown, "open_ones": open_ones, "tools_held": tools_held}

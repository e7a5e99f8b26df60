"""The page of the usage analysis: read the period, ask once, render."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from bihuan.core.permissions.services import can, require
from bihuan.service.parts import permissions as perm
from bihuan.service.parts import sheets
from bihuan.service.parts.analysis import GROUPS, analyse
from bihuan.service.parts.money import yuan


def analysis(request: HttpRequest) -> HttpResponse:
    """What was used in a period, by one of the groups; without a period the last year (PRT-15)."""
    require(request.user, perm.PARTS_VIEW)
    today = timezone.localdate()
    start = wished(request.GET.get("since", ""), today - timedelta(days=365))
    end = wished(request.GET.get("until", ""), today)
    group = request.GET.get("group", "part")
    group = group if group in GROUPS else "part"
    found = analyse(min(start, end), max(start, end), group)
    sees = can(request.user, perm.PARTS_VALUE)
    groups = [(code, label) for code, (label, _path) in GROUPS.items()]
    context = {
        "found": found, "since": min(start, end), "until": max(start, end), "group": group, "sees": sees,
        "groups": groups,
        "sheet": sheets.of_uses(GROUPS[group][0], found.rows, shows_money=sees),
        "cost": f"{yuan(found.cost):,.2f}", "value": f"{yuan(found.value):,.2f}",
    }  # fmt: skip
    return render(request, "parts/analysis.html", context)


def wished(text: str, usual: date) -> date:
    """The day of the address, or the usual one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return usual

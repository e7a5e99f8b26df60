"""The page of the usage analysis: read the period, ask once, render."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.exporting.small import download
from bihuan.core.exporting.tables import KINDS
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
    start, end = min(start, end), max(start, end)
    sees = can(request.user, perm.PARTS_VALUE)
    if (wanted := request.GET.get("format", "")) in KINDS:
        return exported(wanted, start, end, group, sees=sees)
    found = analyse(start, end, group)
    groups = [(code, label) for code, (label, _path) in GROUPS.items()]
    context = {
        "found": found, "since": start, "until": end, "formats": list(KINDS), "group": group, "sees": sees,
        "groups": groups,
        "sheet": sheets.of_uses(GROUPS[group][0], found.rows, shows_money=sees),
        "cost": f"{yuan(found.cost):,.2f}", "value": f"{yuan(found.value):,.2f}",
    }  # fmt: skip
    return render(request, "parts/analysis.html", context)


def exported(file_format: str, start: date, end: date, group: str, *, sees: bool) -> HttpResponse:
    """All rows of the analysis as a table, and below them the numbers of the stock (PRT-15)."""
    found = analyse(start, end, group, most=None)
    heads = [GROUPS[group][0], _("Pieces"), _("Number of requisitions"), *([_("Cost")] if sees else [])]
    rows = [
        (row["name"] or "", row["pieces"], row["times"], *([yuan(row["cost"])] if sees else [])) for row in found.rows
    ]  # fmt: skip
    shares = [(_("Parts fill rate"), found.filled), (_("Stock accuracy"), found.agreeing)]
    rows += [(f"{label}: {share.percent}", share.above, share.below) for label, share in shares]
    if sees:
        rows.append((f"{_('Turnover')}: {found.turnover}", "", "", yuan(found.cost)))
    title = f"{_('Usage of parts')} {start} {end}"
    return download(file_format=file_format, title=title, heads=heads, rows=rows)


def wished(text: str, usual: date) -> date:
    """The day of the address, or the usual one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return usual

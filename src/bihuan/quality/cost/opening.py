"""The ways into a voucher: from which page, by which form, with which right."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.core.permissions.services import can
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.cost import forms as f
from bihuan.quality.cost import permissions as perm
from bihuan.quality.cost.models import Voucher
from bihuan.quality.cost.services import drafting
from bihuan.quality.cost.services.drafting import Bearer
from bihuan.quality.cost.services.lines import open_lines
from bihuan.quality.issues.queries import visible_to as visible_issues
from bihuan.quality.nonconformity.queries import visible_to as visible_sheets
from bihuan.registry.people.models import Department
from bihuan.service.desk.queries import visible_to as visible_cases

PLACES = {"case": "desk:case", "issue": "issues:issue", "sheet": "nonconformity:sheet"}
ROWS: dict[str, Callable[[Any], Any]] = {"case": visible_cases, "issue": visible_issues, "sheet": visible_sheets}


def subject_of(request: HttpRequest) -> tuple[str, Any]:
    """The case, the issue or the sheet that the address names, if the person sees it."""
    for field, rows in ROWS.items():
        if number := request.POST.get(field) or request.GET.get(field, ""):
            return field, rows(request.user).filter(number=number).first()
    return "", None


def page_of(field: str, subject: Any) -> str:
    """The page of a subject."""
    return reverse(PLACES[field], args=[subject.number])


def responsible_unit(subject: Any) -> Department | None:
    """The unit that is named as responsible on an issue or a sheet."""
    named = getattr(subject, "responsible_id", None) is not None
    unit: Department | None = getattr(subject, "department", None) if named else None
    return unit


def transfer_at_once(*, subject: Any, by: Any) -> Voucher:
    """A transfer of all open costs to the responsible unit; the draft can still be shared otherwise."""
    unit = responsible_unit(subject)
    if unit is None:
        raise MoveRefused(_("No responsible unit is named yet; say who bears it."), code="shares")
    words = getattr(subject, "title", "") or getattr(subject, "summary", "")
    return drafting.draft_transfer(
        subject=subject, by=by, lines=open_lines(subject), bearers=[Bearer(department=unit)],
        description=getattr(subject, "description", "") or words,
    )  # fmt: skip


def _transfer(subject: Any, by: Any, form: Any) -> Voucher:
    data = form.cleaned_data
    names = ("lines", "description", "basis", "occurred_on")
    return drafting.draft_transfer(
        subject=subject, by=by, bearers=f.bearers_of(data), **{name: data[name] for name in names}
    )


def _deduction(subject: Any, by: Any, form: Any) -> Voucher:
    data = form.cleaned_data
    names = ("settles", "reason", "clause", "way", "month")
    return drafting.draft_deduction(
        by=by, subject=subject, debtor=form.debtor(), rows=form.rows(), **{name: data[name] for name in names}
    )


@dataclass(frozen=True)
class Way:
    """How one kind of voucher begins."""

    label: str | Promise
    permission: str
    form: Callable[..., Any]
    draft: Callable[[Any, Any, Any], Voucher]
    needs_subject: bool = True
    places: tuple[str, ...] = ("case", "issue", "sheet")


WAYS = {
    "transfer": Way(_("Cost transfer"), perm.TRANSFER, f.TransferForm, _transfer),
    "claim": Way(_("Supplier claim"), perm.TRANSFER, f.ClaimForm,
                 lambda subject, by, form: drafting.draft_claim(subject=subject, by=by, **form.cleaned_data)),
    "deduction": Way(_("Deduction notice"), perm.DEDUCT, f.DeductionForm, _deduction, needs_subject=False),
    "compensation": Way(_("Compensation"), perm.COMPENSATE, f.CompensationForm,
                        lambda subject, by, form: drafting.draft_compensation(case=subject, by=by,
                                                                              **form.cleaned_data),
                        places=("case",)),
    "write_off": Way(_("Write-off declaration"), perm.COMPENSATE, f.WriteOffForm,
                     lambda subject, by, form: drafting.draft_write_off(subject=subject, by=by, **form.cleaned_data)),
}  # fmt: skip


def rights(user: Any) -> dict[str, bool]:
    """What the page of all vouchers offers."""
    return {"may_deduct": can(user, perm.DEDUCT)}

"""The pages of suppliers: parse, authorise, call one service, render."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.activity.queries import timeline
from bihuan.core.listing.pages import list_page
from bihuan.core.permissions.services import can, found, person, require
from bihuan.core.policy import queries as policy
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.suppliers import permissions as perm
from bihuan.registry.suppliers.forms import AssessForm
from bihuan.registry.suppliers.listing import SUPPLIERS, TONES
from bihuan.registry.suppliers.models import Standing
from bihuan.registry.suppliers.queries import last_list, visible_to
from bihuan.registry.suppliers.reviews import due_suppliers
from bihuan.registry.suppliers.services import assess, latest_review
from bihuan.registry.suppliers.services import issue_list as issue


def supplier_list(request: HttpRequest) -> HttpResponse:
    """The list of suppliers by standing."""
    may = can(request.user, perm.SUPPLIERS_EDIT)
    context = {"may_edit": may, "paper": last_list(request.user), "due": due_suppliers() if may else []}
    return list_page(request, SUPPLIERS, "suppliers/list.html", context)


@require_POST
def issue_list(request: HttpRequest) -> HttpResponse:
    """Issue the list of approved suppliers as a paper (F28)."""
    require(request.user, perm.SUPPLIERS_EDIT)
    return redirect("documents:detail", issue(by=person(request)).pk)


def _form(request: HttpRequest) -> AssessForm:
    """The form; the latest day that the rules allow stands in it."""
    return AssessForm(request.POST or None, initial={"next_review_on": latest_review()})


def page(request: HttpRequest, code: str) -> HttpResponse:
    """One supplier with his assessments; whoever may judges him here."""
    row = found(visible_to(request.user).filter(code=code).first())
    may, form, status = can(request.user, perm.SUPPLIERS_EDIT), _form(request), 200
    if request.method == "POST":
        require(request.user, perm.SUPPLIERS_EDIT)
        status = 422
        if form.is_valid():
            try:
                assess(supplier=row, by=person(request), **form.cleaned_data)
            except MoveRefused as refused:
                form.add_error(refused.code if refused.code in form.fields else None, str(refused.reason))
                status = 409
            else:
                messages.success(request, _("Saved."))
                return redirect("suppliers:supplier", code)
    rules = policy.default().parts
    context = {
        "row": row, "form": form, "may": may, "tone": TONES[row.standing], "timeline": timeline(row),
        "assessments": [(one, rules.grade_of(one.total)) for one in row.assessments.select_related("by")[:20]],
        "grades": [(grade, Standing(grade.mildest).label) for grade in rules.supplier_grades],
    }  # fmt: skip
    return render(request, "suppliers/supplier.html", context, status=status)

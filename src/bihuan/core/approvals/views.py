"""What waits for my approval, and deciding it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bihuan.core.approvals.queries import open_for, visible
from bihuan.core.approvals.services import may_vote, vote
from bihuan.core.permissions.services import found
from bihuan.core.workflow.table import MoveRefused


def todo(request: HttpRequest) -> HttpResponse:
    """My open approvals."""
    return render(request, "approvals/todo.html", {"rows": open_for(request.user)})


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One approval with its chain and its votes; a POST decides the open step."""
    row = found(visible(request.user, pk))
    problem = ""
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            vote(
                approval=row, by=request.user, approved=request.POST.get("decision") == "yes",
                comment=request.POST.get("comment", ""), expected_version=int(version) if version.isdigit() else None,
            )  # fmt: skip
        except MoveRefused as refused:
            problem = str(refused.reason)
        else:
            messages.success(request, _("Your decision is recorded."))
            return redirect("approvals:todo")
    context = {
        "row": row, "problem": problem, "votes": row.votes.select_related("user"), "mine": may_vote(row, request.user),
        "go": f"{row.subject_type.split('.')[0]}:go",
    }  # fmt: skip
    return render(request, "approvals/detail.html", context, status=409 if problem else 200)

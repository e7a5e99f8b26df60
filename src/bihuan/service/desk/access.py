"""Who sees which cases, told to files, documents and search."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.core.approvals import matter
from bihuan.core.files import access
from bihuan.core.search import queries as search
from bihuan.service.desk.models import Case, Solution
from bihuan.service.desk.queries import visible_to


def visible_ids(user: Any, ids: Iterable[int]) -> set[int]:
    """Return which of the cases the user may see."""
    return set(visible_to(user).filter(pk__in=list(ids)).values_list("pk", flat=True))


def url_of(case_id: int) -> str:
    """The page of a case."""
    return reverse("desk:go", args=[case_id])


access.register("desk.case", visible_ids)
search.register("desk.case", Case._meta.verbose_name or _("case"), url_of, visible_ids)


def solution_facts(case: Any, data: Any) -> list[matter.Fact]:
    """A version of the solution, for the supervisor's gate and the chain of its amount."""
    about = [(_("Case"), f"{case.number} {case.summary}"), (_("Customer"), str(case.customer or case.contact_name)),
             (_("Unit"), str(case.unit or ""))]  # fmt: skip
    row = Solution.objects.filter(pk=data.get("solution")).first()
    names = ("kind", "cause", "steps", "hours", "materials", "tools", "cost", "payer", "onsite_reason")
    return [*about, *(matter.fields(row, *names) if row else [])]


matter.describe("desk.case", solution_facts)

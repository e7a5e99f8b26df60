"""Who sees which papers of parts, told to files, documents, approvals and search."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.core.approvals import matter
from bihuan.core.files import access
from bihuan.core.search import queries as search
from bihuan.service.parts.models import Count, Discrepancy, Order, Plan, Scrap
from bihuan.service.parts.queries import papers_for, requisitions_for, visible_to


def visible_requisitions(user: Any, ids: Iterable[int]) -> set[int]:
    """Return which of the requisitions the user may see."""
    return set(requisitions_for(user).filter(pk__in=list(ids)).values_list("pk", flat=True))


def url_of_requisition(pk: int) -> str:
    """The page of a requisition."""
    return reverse("parts:requisition_go", args=[pk])


def visible_ids_of(kind: type[Model]) -> Callable[[Any, Iterable[int]], set[int]]:
    """Which papers of a kind a user may see."""

    def visible(user: Any, ids: Iterable[int]) -> set[int]:
        return set(papers_for(user, kind).filter(pk__in=list(ids)).values_list("pk", flat=True))

    return visible


def url_of(name: str) -> Callable[[int], str]:
    """The page of a paper."""
    return lambda pk: reverse(f"parts:{name}_go", args=[pk])


for _kind, _name, _label in (
    (Plan, "plan", _("purchase plan of parts")), (Order, "order", _("order of parts")),
    (Count, "count", _("count of parts")), (Scrap, "scrap", _("scrapping of parts")),
    (Discrepancy, "discrepancy", _("discrepancy of parts")),
):  # fmt: skip
    access.register(f"parts.{_name}", visible_ids_of(_kind))
    search.register(f"parts.{_name}", _label, url_of(_name), visible_ids_of(_kind))


def visible_parts(user: Any, ids: Iterable[int]) -> set[int]:
    """Parts are seen by whoever sees the stock."""
    return set(visible_to(user).filter(part__in=list(ids)).values_list("part", flat=True))


def url_of_part(pk: int) -> str:
    """The page of a part."""
    return reverse("parts:part_go", args=[pk])


access.register("spares.part", visible_parts)
search.register("spares.part", _("spare part"), url_of_part, visible_parts)
access.register("parts.requisition", visible_requisitions)
search.register("parts.requisition", _("requisition of parts"), url_of_requisition, visible_requisitions)


def line_facts(row: Any, data: Any) -> list[matter.Fact]:
    """The lines of a requisition or a plan."""
    return [(_("Spare parts"), matter.lines(row.lines.select_related("part").order_by("id")))]


def count_facts(count: Any, data: Any) -> list[matter.Fact]:
    """What was found otherwise than the ledger says, with its cause."""
    found = count.lines.filter(counted__isnull=False).select_related("part")
    other = [f"{line.part} {line.difference:+d} {line.cause}" for line in found if line.difference]
    return [*matter.fields(count, "place", "kind"), (_("Differences"), matter.lines(other))]


matter.describe(
    "parts.requisition",
    lambda row, data: [*matter.fields(row, "purpose", "asked_by", "receiver", "job_name"), *line_facts(row, data)],
)
matter.describe("parts.plan", lambda row, data: [*matter.fields(row, "starts_on", "ends_on"), *line_facts(row, data)])
matter.describe("parts.count", count_facts)
matter.describe(
    "parts.scrap",
    lambda row, data: matter.fields(
        row, "part", "quantity", "lot", "place", "condition", "ground", "finding", "asked_by"
    ),
)

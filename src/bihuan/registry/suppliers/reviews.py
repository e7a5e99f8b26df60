"""Which suppliers are to be looked at again: assessments, rectifications, contracts (PRT-09)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.registry.suppliers.models import APPROVED, Assessment, Standing, Supplier

AHEAD = timedelta(days=14)


class Matter(models.TextChoices):
    """What is due about a supplier."""

    REVIEW = "review", _("Assess again")
    RECTIFIED = "rectified", _("Check the rectification")
    CONTRACT = "contract", _("Renew the contract")


@dataclass(frozen=True)
class Due:
    """A supplier who is to be looked at by a day; without one he was never given any."""

    supplier: Supplier
    matter: Matter
    day: date | None
    is_late: bool


def due_suppliers(today: date | None = None) -> list[Due]:
    """What is due within two weeks or late, the longest waiting first; who is eliminated is left alone (PRT-09)."""
    today = today or timezone.localdate()
    until = today + AHEAD
    last = Assessment.objects.filter(supplier=OuterRef("pk")).order_by("-assessed_on", "-id")
    rows = Supplier.objects.exclude(standing=Standing.ELIMINATED).annotate(
        rectify_by=Subquery(last.values("rectify_by")[:1])
    )
    undated = Q(next_review_on__isnull=True, standing__in=APPROVED)
    rectifying = Q(standing=Standing.RECTIFYING, rectify_by__lte=until)
    ending = Q(standing__in=APPROVED, contract_until__lte=until)
    found = rows.filter(Q(next_review_on__lte=until) | undated | rectifying | ending).order_by("code")
    due = [
        Due(row, matter, day, is_late=day is None or day < today)
        for row in found for matter, day in _matters(row) if day is None or day <= until
    ]  # fmt: skip
    return sorted(due, key=lambda one: (one.day or date.min, one.supplier.code))


def _matters(row: Any) -> Iterator[tuple[Matter, date | None]]:
    if row.next_review_on or row.is_approved:
        yield Matter.REVIEW, row.next_review_on
    if row.standing == Standing.RECTIFYING and row.rectify_by:
        yield Matter.RECTIFIED, row.rectify_by
    if row.is_approved and row.contract_until:
        yield Matter.CONTRACT, row.contract_until

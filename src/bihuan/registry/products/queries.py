"""Reading products."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from bihuan.core.permissions.services import can
from bihuan.registry.products import permissions as perm
from bihuan.registry.products.models import ProductModel, Unit, WarrantyPolicy
from bihuan.registry.products.services import normalise_serial
from bihuan.registry.products.warranty import Dates, Terms, Warranty, evaluate


def visible_to(user: Any) -> QuerySet[Unit]:
    """Units that the user may see."""
    rows = Unit.objects.all()
    return rows if can(user, perm.PRODUCTS_VIEW) else rows.none()


def for_list(user: Any) -> QuerySet[Unit]:
    """Units with what a row of the list shows."""
    return visible_to(user).select_related("model__line", "customer", "batch", "warranty")


def by_words(rows: QuerySet[Unit], words: str) -> QuerySet[Unit]:
    """Units whose serial begins with the words, or that belong to the order of that number."""
    if not words:
        return rows
    return rows.filter(Q(serial__startswith=normalise_serial(words)) | Q(order_no=words))


def models_for(user: Any) -> QuerySet[ProductModel]:
    """Models that the user may see."""
    rows = ProductModel.objects.select_related("line")
    return rows if can(user, perm.PRODUCTS_VIEW) else rows.none()


def policy_of(unit: Unit) -> WarrantyPolicy | None:
    """The promise that counts: the unit's own, else its model's, else its line's."""
    if unit.warranty:
        return unit.warranty
    rows = WarrantyPolicy.objects.filter(is_active=True)
    by_model = rows.filter(model=unit.model_id).first()
    return by_model or rows.filter(line=unit.model.line_id, model__isnull=True).first()


def warranty_of(unit: Unit, *, on: date) -> Warranty:
    """Whether the unit is under warranty on a day."""
    policy = policy_of(unit)
    terms = Terms(policy.months, policy.start_basis, policy.fallback_days) if policy else None
    dates = Dates(unit.delivered_on, unit.installed_on, unit.invoiced_on, unit.produced_on)
    return evaluate(terms, dates, on)

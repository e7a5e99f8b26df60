"""Reading products."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from bihuan.core.calendar.queries import default_data
from bihuan.core.permissions.services import can
from bihuan.core.policy import queries as policies
from bihuan.core.policy.schema.warranty import WarrantyRule
from bihuan.registry.products import permissions as perm
from bihuan.registry.products.entitlement import Answer, Facts, Repair, answer
from bihuan.registry.products.models import ProductModel, Unit, WarrantyPolicy
from bihuan.registry.products.services import normalise_serial
from bihuan.registry.products.warranty import Dates, Terms, Warranty

CONTRACT = "contract"


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
    """The promise that counts: the unit's own, else its model's, else its line's; of several, the one in force
    when the unit was sold."""
    if unit.warranty:
        return unit.warranty
    sold = unit.invoiced_on or unit.delivered_on or unit.shipped_on or unit.installed_on or unit.produced_on
    wide = Q(model=unit.model_id) | Q(line=unit.model.line_id, model__isnull=True)
    rows = [
        row for row in WarrantyPolicy.objects.filter(wide, is_active=True)
        if row.valid_from is None or sold is None or row.valid_from <= sold
    ]  # fmt: skip
    return max(rows, key=lambda row: (row.model_id is not None, row.valid_from or date.min, -row.pk), default=None)


def rule_of(promise: WarrantyPolicy | None) -> WarrantyRule | None:
    """The rule of the profile that gives the rights of a promise; without its name the contract default."""
    if promise is None:
        return None
    return policies.default().warranty_rule(promise.rule or CONTRACT)


def terms_of(promise: WarrantyPolicy | None, rule: WarrantyRule | None) -> Terms | None:
    """The promise's own months and beginning, with what its rule says of the rest."""
    if promise is None:
        return None
    own: dict[str, Any] = {
        "months": promise.months,
        "start_basis": promise.start_basis,
        "fallback_days": promise.fallback_days,
    }
    if rule is None:
        return Terms(**own)
    return Terms(**own, meter=rule.meter, prolongs=rule.prolongs, rolls_over=rule.rolls_over, restarts=rule.restarts)


def repairs_of(unit: Unit) -> list[Repair]:
    """The repairs of a unit as plain values."""
    return [
        Repair(
            sent_on=row.sent_on, done_on=row.done_on, fault=row.fault, is_heavy=row.is_heavy, main_part=row.main_part,
            waited=(row.waited_from, row.waited_to) if row.waited_from and row.waited_to else None,
            delay_days=row.delay_days, found_nothing=row.found_nothing,
        )
        for row in unit.repairs.all()
    ]  # fmt: skip


def answer_of(unit: Unit, *, on: date, today: date | None = None, **more: Any) -> Answer:
    """The warranty of a unit on a day with reasons and rights; ``more`` are the facts of the fault (SOL-06, RET-09)."""
    promise = policy_of(unit)
    rule = rule_of(promise)
    dates = Dates(unit.delivered_on, unit.installed_on, unit.invoiced_on, unit.produced_on, unit.replaced_on)
    values: dict[str, Any] = {"meter": unit.meter, **more}
    facts = Facts(dates=dates, repairs=repairs_of(unit), unit_replacements=unit.replacement_no, **values)
    main = (promise.main_part_months or (rule.main_part_months if rule else None)) if promise else None
    calendar = default_data()
    return answer(rule, terms_of(promise, rule), facts, on, main_months=main, today=today,
                  is_off=lambda day: not calendar.is_working_day(day))  # fmt: skip


def warranty_of(unit: Unit, *, on: date) -> Warranty:
    """Whether the unit is under warranty on a day."""
    return answer_of(unit, on=on).warranty

"""Money in the database as whole cents: SQLite would keep decimals as binary fractions and lose cents in a sum."""

from decimal import Decimal
from typing import Any

from django.db import models

from bihuan.quality.cost.money import from_cents, to_cents


class MoneyField(models.DecimalField):  # type: ignore[type-arg]
    """An amount in CNY: a decimal with two places in Python, whole cents in the database, exact in every sum."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 16)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)

    def get_internal_type(self) -> str:
        """The database keeps a whole number."""
        return "BigIntegerField"

    def from_db_value(self, value: int | None, expression: Any, connection: Any) -> Decimal | None:
        """Cents become an amount; sums come through here too."""
        return None if value is None else from_cents(int(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """An amount becomes cents; one finer than a cent is an error."""
        if value is None or hasattr(value, "as_sql"):
            return value
        return to_cents(Decimal(value))

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """As everywhere."""
        return self.get_db_prep_value(value, connection)

"""Django application of the leaf."""

from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    """Configuration of bihuan.core.idempotency."""

    name = "bihuan.core.idempotency"
    label = "idempotency"

"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class CostConfig(AppConfig):
    """Configuration of bihuan.quality.cost."""

    name = "bihuan.quality.cost"
    label = "cost"

    def ready(self) -> None:
        """Register what the mechanisms must know of costs."""
        for part in ("verbs", "reactions", "documents", "access", "listing", "panels", "navigation"):
            import_module(f"{self.name}.{part}")

"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    """Configuration of bihuan.service.returns."""

    name = "bihuan.service.returns"
    label = "returns"

    def ready(self) -> None:
        """Register what the mechanisms must know of returns."""
        for part in ("verbs", "reactions", "documents", "access", "panels", "navigation", "listing", "tables"):
            import_module(f"{self.name}.{part}")

"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class ReturnedConfig(AppConfig):
    """Configuration of bihuan.quality.returned."""

    name = "bihuan.quality.returned"
    label = "returned"

    def ready(self) -> None:
        """Register what the mechanisms must know of returned defectives."""
        for part in ("verbs", "access", "panels", "navigation", "listing"):
            import_module(f"{self.name}.{part}")

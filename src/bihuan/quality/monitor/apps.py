"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class MonitorConfig(AppConfig):
    """Configuration of bihuan.quality.monitor."""

    name = "bihuan.quality.monitor"
    label = "monitor"

    def ready(self) -> None:
        """Register what the mechanisms must know of the monitor."""
        for part in ("verbs", "jobs", "reactions", "access", "navigation"):
            import_module(f"{self.name}.{part}")

"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Configuration of bihuan.service.intake."""

    name = "bihuan.service.intake"
    label = "intake"

    def ready(self) -> None:
        """Register what the mechanisms must know of the ways in."""
        for part in ("verbs", "jobs", "navigation", "tables"):
            import_module(f"{self.name}.{part}")

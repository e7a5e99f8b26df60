"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Configuration of bihuan.service.desk."""

    name = "bihuan.service.desk"
    label = "desk"

    def ready(self) -> None:
        """Register what the mechanisms must know of the desk."""
        for part in ("verbs", "jobs", "reactions", "documents", "access", "panels", "navigation", "listing"):
            import_module(f"{self.name}.{part}")

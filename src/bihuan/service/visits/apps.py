"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """Configuration of bihuan.service.visits."""

    name = "bihuan.service.visits"
    label = "visits"

    def ready(self) -> None:
        """Register what the mechanisms must know of visits."""
        for part in (
            "verbs",
            "reactions",
            "documents",
            "access",
            "panels",
            "navigation",
            "listing",
            "tables",
            "jobs",
            "today",
        ):
            import_module(f"{self.name}.{part}")

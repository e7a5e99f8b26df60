"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class PartsConfig(AppConfig):
    """Configuration of bihuan.service.parts."""

    name = "bihuan.service.parts"
    label = "parts"

    def ready(self) -> None:
        """Register what the mechanisms must know of parts."""
        names = ("verbs", "jobs", "reactions", "documents", "access", "panels", "navigation", "tables", "today")
        lists = ("listing", "requisition_listing", "paper_listing", "place_listing", "idle_listing")
        for part in (*names, *lists, "imports"):
            import_module(f"{self.name}.{part}")

"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class IssuesConfig(AppConfig):
    """Configuration of bihuan.quality.issues."""

    name = "bihuan.quality.issues"
    label = "issues"

    def ready(self) -> None:
        """Register what the mechanisms must know of quality issues."""
        for part in ("verbs", "reactions", "documents", "handling", "access", "panels", "navigation", "reviewing"):
            import_module(f"{self.name}.{part}")

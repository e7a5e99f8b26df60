"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class ProblemsConfig(AppConfig):
    """Configuration of bihuan.quality.problems."""

    name = "bihuan.quality.problems"
    label = "problems"

    def ready(self) -> None:
        """Register what the mechanisms must know of the quality problem database."""
        for part in ("verbs", "documents", "notice", "panels", "navigation", "listing"):
            import_module(f"{self.name}.{part}")

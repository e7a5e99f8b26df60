"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class RecallConfig(AppConfig):
    """Configuration of bihuan.quality.recall."""

    name = "bihuan.quality.recall"
    label = "recall"

    def ready(self) -> None:
        """Register what the mechanisms must know of recalls."""
        for part in ("verbs", "jobs", "reactions", "documents", "access", "panels", "navigation", "listing"):
            import_module(f"{self.name}.{part}")

"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class NonconformityConfig(AppConfig):
    """Configuration of bihuan.quality.nonconformity."""

    name = "bihuan.quality.nonconformity"
    label = "nonconformity"

    def ready(self) -> None:
        """Register what the mechanisms must know of nonconformities."""
        for part in ("verbs", "reactions", "documents", "notice", "access", "listing", "panels", "navigation"):
            import_module(f"{self.name}.{part}")

"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class SuppliersConfig(AppConfig):
    """Configuration of bihuan.registry.suppliers."""

    name = "bihuan.registry.suppliers"
    label = "suppliers"

    def ready(self) -> None:
        """Register words, menu, list, table and what is due."""
        for part in ("registration", "tables", "listing", "documents", "access", "jobs"):
            import_module(f"{self.name}.{part}")

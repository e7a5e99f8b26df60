"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class SparesConfig(AppConfig):
    """Configuration of bihuan.registry.spares."""

    name = "bihuan.registry.spares"
    label = "spares"

    def ready(self) -> None:
        """Register the tables."""
        import_module(f"{self.name}.tables")

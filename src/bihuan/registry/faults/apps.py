"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class FaultsConfig(AppConfig):
    """Configuration of bihuan.registry.faults."""

    name = "bihuan.registry.faults"
    label = "faults"

    def ready(self) -> None:
        """Register the tables."""
        import_module(f"{self.name}.tables")

"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class MasterdataConfig(AppConfig):
    """Configuration of bihuan.core.masterdata."""

    name = "bihuan.core.masterdata"
    label = "masterdata"

    def ready(self) -> None:
        """Register the menu."""
        import_module(f"{self.name}.registration")

"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class RulebookConfig(AppConfig):
    """Configuration of bihuan.core.rulebook."""

    name = "bihuan.core.rulebook"
    label = "rulebook"

    def ready(self) -> None:
        """Register the menu and the words."""
        import_module(f"{self.name}.registration")

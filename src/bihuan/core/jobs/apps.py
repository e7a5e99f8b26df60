"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Configuration of bihuan.core.jobs."""

    name = "bihuan.core.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Register the menu and the words."""
        import_module(f"{self.name}.registration")

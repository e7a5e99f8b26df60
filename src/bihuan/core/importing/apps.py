"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class ImportingConfig(AppConfig):
    """Configuration of bihuan.core.importing."""

    name = "bihuan.core.importing"
    label = "importing"

    def ready(self) -> None:
        """Register the jobs."""
        import_module("bihuan.core.importing.jobs")
        import_module("bihuan.core.importing.registration")

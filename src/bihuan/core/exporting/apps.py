"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class ExportingConfig(AppConfig):
    """Configuration of bihuan.core.exporting."""

    name = "bihuan.core.exporting"
    label = "exporting"

    def ready(self) -> None:
        """Register the job, the words and the address at which lists are exported."""
        import_module("bihuan.core.exporting.jobs")
        import_module("bihuan.core.exporting.registration")

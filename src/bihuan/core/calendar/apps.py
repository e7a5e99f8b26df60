"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class CalendarConfig(AppConfig):
    """Configuration of bihuan.core.calendar."""

    name = "bihuan.core.calendar"
    label = "calendar"

    def ready(self) -> None:
        """Register the menu, the words and the import."""
        for part in ("registration", "imports"):
            import_module(f"{self.name}.{part}")

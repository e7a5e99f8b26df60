"""Django application of the leaf."""

from django.apps import AppConfig


class CalendarConfig(AppConfig):
    """Configuration of bihuan.core.calendar."""

    name = "bihuan.core.calendar"
    label = "calendar"

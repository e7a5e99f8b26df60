"""Django application of the leaf."""

from django.apps import AppConfig


class ActivityConfig(AppConfig):
    """Configuration of bihuan.core.activity."""

    name = "bihuan.core.activity"
    label = "activity"

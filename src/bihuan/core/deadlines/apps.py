"""Django application of the leaf."""

from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    """Configuration of bihuan.core.deadlines."""

    name = "bihuan.core.deadlines"
    label = "deadlines"

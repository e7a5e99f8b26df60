"""Django application of the pages' shared parts."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Configuration of bihuan.ui."""

    name = "bihuan.ui"
    label = "ui"

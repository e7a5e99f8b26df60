"""Django application of the leaf."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Configuration of bihuan.service.desk."""

    name = "bihuan.service.desk"
    label = "desk"

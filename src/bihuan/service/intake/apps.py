"""Django application of the leaf."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Configuration of bihuan.service.intake."""

    name = "bihuan.service.intake"
    label = "intake"

"""Django application of the leaf."""

from django.apps import AppConfig


class FaultsConfig(AppConfig):
    """Configuration of bihuan.registry.faults."""

    name = "bihuan.registry.faults"
    label = "faults"

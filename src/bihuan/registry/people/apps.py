"""Django application of the leaf."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Configuration of bihuan.registry.people."""

    name = "bihuan.registry.people"
    label = "people"

"""Django application of the leaf."""

from django.apps import AppConfig


class PermissionsConfig(AppConfig):
    """Configuration of bihuan.core.permissions."""

    name = "bihuan.core.permissions"
    label = "permissions"

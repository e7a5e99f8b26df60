"""Django application of the wiring: commands, and what ties the floors together."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Configuration of bihuan.config."""

    name = "bihuan.config"
    label = "config"

    def ready(self) -> None:
        """Give the menu its permission check."""
        from bihuan.core.permissions.services import can
        from bihuan.ui import nav

        nav.register_checker(can)

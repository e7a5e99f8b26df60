"""Django application of the wiring: commands, and what ties the floors together."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Configuration of bihuan.config."""

    name = "bihuan.config"
    label = "config"

    def ready(self) -> None:
        """Give the menu its permission check, and the tasks their Celery application.

        A task that no application claimed would be sent to Celery's own default broker and queue.
        """
        from importlib import import_module

        from bihuan.core.permissions.services import can
        from bihuan.ui import nav

        nav.register_checker(can)
        import_module("bihuan.config.celery")

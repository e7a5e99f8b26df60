"""Django application of the leaf."""

from django.apps import AppConfig


class NotifyConfig(AppConfig):
    """Configuration of bihuan.core.notify."""

    name = "bihuan.core.notify"
    label = "notify"

    def ready(self) -> None:
        """Register the jobs, and let webhooks follow the journal."""
        from importlib import import_module

        from bihuan.core.activity.reactions import on
        from bihuan.core.notify.webhooks import follow

        import_module("bihuan.core.notify.jobs")
        import_module("bihuan.core.notify.registration")
        import_module("bihuan.core.notify.tables")
        import_module("bihuan.core.notify.listing")
        on("*")(follow)

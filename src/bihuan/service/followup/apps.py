"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    """Configuration of bihuan.service.followup."""

    name = "bihuan.service.followup"
    label = "followup"

    def ready(self) -> None:
        """Register what the mechanisms must know of follow-ups."""
        for part in ("mails", "reactions", "workflow", "documents", "navigation", "panels"):
            import_module(f"{self.name}.{part}")

"""Django application of the leaf."""

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    """Configuration of bihuan.service.followup."""

    name = "bihuan.service.followup"
    label = "followup"

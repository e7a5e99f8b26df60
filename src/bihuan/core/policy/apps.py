"""Django application of the leaf."""

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    """Configuration of bihuan.core.policy."""

    name = "bihuan.core.policy"
    label = "policy"

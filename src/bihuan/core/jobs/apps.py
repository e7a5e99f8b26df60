"""Django application of the leaf."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Configuration of bihuan.core.jobs."""

    name = "bihuan.core.jobs"
    label = "jobs"

"""Django application of the leaf."""

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """Configuration of bihuan.core.workflow."""

    name = "bihuan.core.workflow"
    label = "workflow"

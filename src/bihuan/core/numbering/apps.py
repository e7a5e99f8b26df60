"""Django application of the leaf."""

from django.apps import AppConfig


class NumberingConfig(AppConfig):
    """Configuration of bihuan.core.numbering."""

    name = "bihuan.core.numbering"
    label = "numbering"

"""Django application of the leaf."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Configuration of bihuan.core.search."""

    name = "bihuan.core.search"
    label = "search"

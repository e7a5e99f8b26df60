"""Django application of the leaf."""

from django.apps import AppConfig


class ListingConfig(AppConfig):
    """Configuration of bihuan.core.listing."""

    name = "bihuan.core.listing"
    label = "listing"

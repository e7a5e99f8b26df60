"""Django application of the leaf."""

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    """Configuration of bihuan.registry.products."""

    name = "bihuan.registry.products"
    label = "products"

"""Django application of the leaf."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Configuration of bihuan.registry.customers."""

    name = "bihuan.registry.customers"
    label = "customers"

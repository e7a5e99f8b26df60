"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Configuration of bihuan.registry.customers."""

    name = "bihuan.registry.customers"
    label = "customers"

    def ready(self) -> None:
        """Register words, search, menu and imports."""
        import_module(f"{self.name}.registration")
        import_module(f"{self.name}.imports")
        import_module(f"{self.name}.listing")

"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    """Configuration of bihuan.registry.products."""

    name = "bihuan.registry.products"
    label = "products"

    def ready(self) -> None:
        """Register words, search, menu and imports."""
        import_module(f"{self.name}.registration")
        import_module(f"{self.name}.imports")
        import_module(f"{self.name}.documents")
        import_module(f"{self.name}.tables")
        import_module(f"{self.name}.listing")

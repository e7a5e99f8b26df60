"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Configuration of bihuan.registry.people."""

    name = "bihuan.registry.people"
    label = "people"

    def ready(self) -> None:
        """Tell the floor below who holds a role."""
        from bihuan.core.notify.services import register_role_resolver
        from bihuan.registry.people.queries import holders

        register_role_resolver(holders)
        for part in ("verbs", "navigation", "tables", "reactions", "listing"):
            import_module(f"{self.name}.{part}")

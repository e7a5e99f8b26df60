"""Django application of the leaf."""

from importlib import import_module

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Configuration of bihuan.core.documents."""

    name = "bihuan.core.documents"
    label = "documents"

    def ready(self) -> None:
        """Register the jobs and the words."""
        from django.utils.translation import gettext_lazy as _

        from bihuan.core.activity.verbs import describe

        import_module("bihuan.core.documents.jobs")
        describe({"document.issued": _("issued a document"), "document.read": _("confirmed the receipt of a document")})

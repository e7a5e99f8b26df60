"""Django application of the leaf."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Configuration of bihuan.core.documents."""

    name = "bihuan.core.documents"
    label = "documents"

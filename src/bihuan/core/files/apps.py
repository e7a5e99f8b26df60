"""Django application of the leaf."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Configuration of bihuan.core.files."""

    name = "bihuan.core.files"
    label = "files"

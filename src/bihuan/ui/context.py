"""What every page's frame needs."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from bihuan.ui.nav import menu


def shell(request: HttpRequest) -> dict[str, Any]:
    """The menu (read only where a page shows it) and the colour scheme."""
    theme = request.COOKIES.get("theme", "light")
    return {
        "menu": SimpleLazyObject(lambda: menu(request.user, request.path)),
        "theme": theme if theme in {"light", "dark"} else "light",
    }

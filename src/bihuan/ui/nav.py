"""The menu: every leaf registers its entries, nobody lists them twice."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GROUPS = {
    "": "",
    "service": _("After-sales service"),
    "quality": _("Quality management"),
    "registry": _("Master data"),
    "system": _("System"),
}
MOST = 99


@dataclass(frozen=True)
class NavItem:
    """One entry: shown to whoever holds the permission, with a count where something waits."""

    key: str
    label: str | Promise
    url_name: str
    icon: str
    group: str = ""
    permission: str = ""
    order: int = 50
    count: Callable[[Any], int] | None = None
    phone: bool = False


_items: dict[str, NavItem] = {}
_checker: list[Callable[[Any, str], bool]] = []


def register(item: NavItem) -> None:
    """Add an entry; called when an application is ready."""
    _items[item.key] = item


def register_checker(checker: Callable[[Any, str], bool]) -> None:
    """Tell how a permission is checked; this floor does not know."""
    _checker[:] = [checker]


def menu(user: Any, path: str) -> list[dict[str, Any]]:
    """Return the groups with the entries that the user sees; the entry of the longest fitting path is current."""
    shown = [item for item in sorted(_items.values(), key=lambda item: item.order) if _may(user, item)]
    urls = {item.key: reverse(item.url_name) for item in shown}
    fitting = [key for key, url in urls.items() if path == url or (url != "/" and path.startswith(url))]
    current = max(fitting, key=lambda key: len(urls[key]), default=None)
    groups = []
    for code, label in GROUPS.items():
        entries = [_entry(item, urls[item.key], user, current) for item in shown if item.group == code]
        if entries:
            groups.append({"label": label, "entries": entries})
    return groups


def _may(user: Any, item: NavItem) -> bool:
    return not item.permission or all(checker(user, item.permission) for checker in _checker)


def _entry(item: NavItem, url: str, user: Any, current: str | None) -> dict[str, Any]:
    count = item.count(user) if item.count else 0
    return {
        "label": item.label, "url": url, "icon": item.icon, "phone": item.phone, "current": item.key == current,
        "count": f"{MOST}+" if count > MOST else count,
    }  # fmt: skip

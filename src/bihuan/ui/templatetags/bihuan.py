"""Small things that pages show: icons, times, remaining time, masked numbers."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()
MINUTES_A_DAY = 1440


@lru_cache(maxsize=200)
def _svg(name: str) -> str:
    path = settings.VENDOR_DIR / "icons" / f"{name}.svg"
    if not path.is_file():
        return ""
    text: str = path.read_text(encoding="utf-8")
    return text[text.index("<svg") :].replace("<svg", '<svg aria-hidden="true" focusable="false"', 1)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Put an icon into the page; it says nothing by itself, words stand beside it."""
    return mark_safe(_svg(name))  # noqa: S308 - our own pinned package


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """Show a time shortly, with the whole of it at hand."""
    if value is None:
        return "—"
    local = timezone.localtime(value)
    short = f"{local:%m-%d %H:%M}" if local.year == timezone.localtime().year else f"{local:%Y-%m-%d}"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', local.isoformat(), f"{local:%Y-%m-%d %H:%M:%S}", short
    )


@register.filter
def in_words(minutes: int) -> str:
    """Say a span of time in its two largest units; a full hour is a full hour."""
    days, rest = divmod(minutes, MINUTES_A_DAY)
    hours, left = divmod(rest, 60)
    if days:
        return _("%(days)s d %(hours)s h") % {"days": days, "hours": hours}
    if hours and not left:
        return _("%(hours)s h") % {"hours": hours}
    if hours:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": left}
    return _("%(minutes)s min") % {"minutes": left}


@register.filter
def span(seconds: int) -> str:
    """Say a fixed span in its largest whole unit."""
    if seconds % 86400 == 0:
        return _("%(days)s d") % {"days": seconds // 86400}
    if seconds % 3600 == 0:
        return _("%(hours)s h") % {"hours": seconds // 3600}
    return _("%(seconds)s s") % {"seconds": seconds}


@register.filter
def remaining(due: datetime | None) -> SafeString | str:
    """Say how much time is left, or how late it is; the words carry it, the colour only helps."""
    if due is None:
        return "—"
    minutes = int((due - timezone.now()).total_seconds() // 60)
    if minutes < 0:
        kind, text = "bad", _("%(span)s overdue") % {"span": in_words(-minutes)}
    else:
        kind = "warn" if minutes < 240 else "ok"
        text = _("%(span)s left") % {"span": in_words(minutes)}
    return format_html(
        '<span class="due {}" title="{}">{}</span>', kind, f"{timezone.localtime(due):%Y-%m-%d %H:%M}", text
    )


@register.filter
def masked(phone: str) -> str:
    """Show a telephone number without its middle."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else phone


def tag(text: str, tone: str = "grey") -> SafeString:
    """The mark of the component c-tag, for cells that are made in Python."""
    return format_html('<span class="tag-x {}">{}</span>', tone, text)


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """The address of this page with some parameters changed; an empty value drops one."""
    params = context["request"].GET.copy()
    for key, value in changes.items():
        params.pop(key, None)
        if value not in {None, ""}:
            params[key] = str(value)
    return f"?{params.urlencode()}"

"""The words for the mails that leave the house: every leaf that sends a kind of mail describes it here."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

labels: dict[str, str | Promise] = {"notice": _("Notice to a colleague")}


def describe(kinds: Mapping[str, str | Promise]) -> None:
    """Register the words for kinds of mail; called from AppConfig.ready()."""
    labels.update(kinds)

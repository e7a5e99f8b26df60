"""What a person has arranged for himself: which columns a list shows, and views with a name."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ColumnChoice(models.Model):
    """The columns that one person wants to see in one list; no row means the list's own."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    listing = models.SlugField(max_length=40)
    columns = models.JSONField(default=list)

    class Meta:
        verbose_name = _("choice of columns")
        constraints = [models.UniqueConstraint(fields=["user", "listing"], name="columns_once_per_list")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.listing}"


class SavedView(models.Model):
    """A list as one person wants to find it again: filters, tab, order and columns under a name."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    listing = models.SlugField(max_length=40)
    name = models.CharField(_("name"), max_length=30)
    query = models.JSONField(default=dict)
    columns = models.JSONField(default=list)

    class Meta:
        verbose_name = _("saved view")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["user", "listing", "name"], name="view_name_once")]

    def __str__(self) -> str:
        return self.name

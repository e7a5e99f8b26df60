"""What every model with a workflow has."""

from django.db import models


class Stateful(models.Model):
    """A model whose state only ``workflow.services.apply`` changes; the version counts its changes."""

    version = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True

"""The index: one row a subject, the words beside it in what each database does best."""

from django.db import models


class SearchEntry(models.Model):
    """What a subject is found by. PostgreSQL has a tsvector column more, SQLite a full-text table beside it."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    body = models.TextField()
    at = models.DateTimeField()
    region_id = models.BigIntegerField(null=True, blank=True)
    owner_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject_type", "subject_id"], name="search_one_entry")]

    def __str__(self) -> str:
        return self.title

"""Asking a service for what it must not do: it says why, and nothing is written."""

from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from bihuan.core.activity.models import Activity
from bihuan.core.permissions.services import Refused
from bihuan.core.workflow.table import MoveRefused


def refused(words: str, call: Any, *args: Any, **values: Any) -> None:
    """The call is refused with these words, and the journal stays as it was."""
    before = Activity.objects.count()
    with translation.override("en"):
        with pytest.raises(MoveRefused) as error, transaction.atomic():
            call(*args, **values)
        told = str(error.value.reason)
    assert words in told
    assert Activity.objects.count() == before


def forbidden(call: Any, *args: Any, **values: Any) -> None:
    """The person may not, whatever he asks for."""
    before = Activity.objects.count()
    with pytest.raises(Refused), transaction.atomic():
        call(*args, **values)
    assert Activity.objects.count() == before


def unknown_field(call: Any, *args: Any, **values: Any) -> None:
    """A field that the service does not know is a mistake of the program, and is not swallowed."""
    with pytest.raises(KeyError), transaction.atomic():
        call(*args, **values)

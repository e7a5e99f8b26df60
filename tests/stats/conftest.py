"""What tests of the statistics share."""

import warnings
from collections.abc import Iterator

import pytest


@pytest.fixture
def no_warning() -> Iterator[None]:
    """A warning on the way to an answer is a mistake."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield

"""The people of the quality loop."""

import pytest

from tests.cast import Cast
from tests.quality.story import Quality, build_quality


@pytest.fixture
def q(cast: Cast) -> Quality:
    """Everybody that a test of quality needs."""
    return build_quality(cast)

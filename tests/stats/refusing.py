"""How the tests ask for a refusal by its name."""

import pytest

from bihuan.stats.errors import NoAnswer


def refused(code, function, *args, **kwargs):
    """``function`` refuses these arguments, and the refusal has this name."""
    with pytest.raises(NoAnswer) as refusal:
        function(*args, **kwargs)
    assert refusal.value.code == code

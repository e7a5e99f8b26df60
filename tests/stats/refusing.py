"""How the tests ask for a refusal by its name."""

import pytest

from bihuan.stats.errors import NoAnswer


def refusal(code):
    """What is done within is refused, and the refusal has this name."""
    return pytest.raises(NoAnswer, check=lambda refused: refused.code == code)


def refused(code, function, *args, **kwargs):
    """``function`` refuses these arguments, and the refusal has this name."""
    with refusal(code):
        function(*args, **kwargs)

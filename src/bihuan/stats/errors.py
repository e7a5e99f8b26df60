"""The names under which the statistics refuse to answer."""

from __future__ import annotations


class NoAnswer(ValueError):
    """There is no answer to what was asked, and this says why.

    Attributes
    ----------
    code : str
        A short stable name, such as ``empty``, ``not_finite`` or ``zero_variance``, for callers that translate it.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

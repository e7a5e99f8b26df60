"""A text field that lies encrypted in the database."""

import base64
import hashlib
import logging
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

logger = logging.getLogger(__name__)
MARK = "enc1:"


def _cipher() -> MultiFernet:
    """The installation's key encrypts; keys that it replaced still decrypt."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"bihuan.secrets:" + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class SecretField(models.TextField):  # type: ignore[type-arg]
    """Text that only this installation can read; a value under a lost key reads as empty and is logged."""

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way into the database."""
        if not value:
            return ""
        return MARK + _cipher().encrypt(str(value).encode()).decode()

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str:
        """Decrypt on the way out."""
        if not value or not value.startswith(MARK):
            return value or ""
        try:
            return _cipher().decrypt(value.removeprefix(MARK).encode()).decode()
        except InvalidToken:
            logger.error("a secret was written under another key: enter it again")
            return ""

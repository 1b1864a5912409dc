"""Encrypts what must not lie readable in the database: tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class WrongKey(Exception):
    """A stored secret was encrypted with a key that is not among those given."""


class Cipher:
    """The first key encrypts, all of them decrypt, so that a key can be replaced step by step.

    Keys are url-safe base64 of 32 bytes. Raises ValueError when there is none or one is malformed.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("no key to encrypt tokens with")
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    @classmethod
    def fresh(cls) -> Self:
        """A cipher with a new key that nobody keeps: for tests."""
        return cls([new_key()])

    def encrypt(self, secret: str) -> str:
        """Other text each time; an empty secret stays empty."""
        return self._fernet.encrypt(secret.encode()).decode() if secret else ""

    def decrypt(self, encrypted: str) -> str:
        """What was encrypted. Raises WrongKey."""
        if not encrypted:
            return ""
        try:
            return self._fernet.decrypt(encrypted).decode()
        except InvalidToken:
            raise WrongKey("a stored token was encrypted with another key") from None


def new_key() -> str:
    """A fresh random key, as `Cipher` takes it."""
    return Fernet.generate_key().decode()

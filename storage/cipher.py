"""Encrypts what must not lie readable in the database: tokens."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
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


def kept_key(path: Path) -> str:
    """The key in that file, which is made when it is not there: readable by its owner alone.

    Processes that start together, or die half-way, end up with one and the same whole key.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            _write(draft, new_key())
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(draft)
        finally:  # on a full disk each start would leave one
            draft.unlink(missing_ok=True)
    return path.read_text().strip()


def _write(path: Path, key: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())

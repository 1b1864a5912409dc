"""How names are compared that people type from memory: accounts, macros."""

from __future__ import annotations

import unicodedata


def slug(name: str) -> str:
    """The name as it is compared: letters and digits, no case; a name of signs stays as it is."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in plain if char.isalnum()) or plain.strip()

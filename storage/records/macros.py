"""Macros: canned replies with variables, which may also set fields of a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Macro:
    """A canned reply. ``slug`` is its name as it is compared: letters and digits, no case.

    ``text`` is a Jinja2 template of Markdown, ``""`` when the macro only sets fields; ``sets`` are
    names and values of fields; ``uses`` counts the replies that were sent with it.
    """

    workspace_id: int
    id: int
    name: str
    slug: str
    text: str
    made_at: datetime
    tags: tuple[str, ...] = ()
    sets: tuple[tuple[str, str], ...] = ()
    archived_at: datetime | None = None
    uses: int = 0
    version: int = 1


@dataclass(frozen=True, slots=True)
class MacroVersion:
    """A macro as it was saved once; ``by_id`` is our key of who did, None for the starter set."""

    workspace_id: int
    id: int
    macro_id: int
    name: str
    text: str
    tags: tuple[str, ...]
    sets: tuple[tuple[str, str], ...]
    at: datetime
    by_id: int | None = None

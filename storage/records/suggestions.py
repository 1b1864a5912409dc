"""What the desk itself had to say to a new ticket, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Fate(StrEnum):
    """What the team did with something that was offered."""

    OFFERED = "offered"
    TAKEN = "taken"
    REFUSED = "refused"


class Told(StrEnum):
    """What became of an article that was told to a customer."""

    NOTHING = ""
    TOLD = "told"
    SOLVED = "solved"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What was found for a ticket, by whose key it is known.

    ``articles`` are keys of articles, ``solved`` of the same customer's tickets, ``elsewhere`` of
    others', the best first, all as text. ``category`` is what was guessed, ``twin`` the number of
    the ticket that asks the same, ``""`` where nothing was. ``fate`` is that of the articles,
    ``twin_fate`` that of ``twin``; ``by_id`` is who took or refused. ``sent_id`` is the article
    that was sent by hand, ``answer_id`` the one that the desk told the customer by itself; ``told``
    is what the customer said of either.
    """

    workspace_id: int
    id: int
    at: datetime
    articles: tuple[str, ...] = ()
    solved: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    category: str = ""
    twin: str = ""
    fate: Fate = Fate.OFFERED
    twin_fate: Fate = Fate.OFFERED
    by_id: int | None = None
    sent_id: int | None = None
    answer_id: int | None = None
    told: Told = Told.NOTHING
    version: int = 1

    @property
    def is_shown(self) -> bool:
        """Whether there is something to show in the internal thread."""
        return bool(self.articles or self.solved or self.elsewhere)

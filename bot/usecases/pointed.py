"""Links to messages, which people paste where the number of a ticket may stand."""

from __future__ import annotations

from bot.errors import Missing
from bot.rules import permalinks
from bot.rules.permalinks import Pointed
from bot.usecases import acting, look
from bot.usecases.inputs import Place
from storage.unit import Unit


def number_at(unit: Unit, there: Pointed, *, by: str) -> int:
    """The number of the ticket to which a message belongs. Raises Refused, Missing or Unknown.

    Nobody but an agent is told to which messages there are tickets.
    """
    look.authorised(unit, by, "show", None)
    place = Place(there.channel, there.ts, there.thread_ts)
    found = acting.by_place(look.working(unit, look.LONG_AGO), place)
    if found is None:
        raise Missing(acting.NO_TICKET)
    return found.number


def numbered(unit: Unit, words: str, *, by: str) -> str:
    """The words with numbers in place of links to messages of tickets. Raises as ``number_at``."""
    for link, there in permalinks.found(words):
        words = words.replace(link, f" #{number_at(unit, there, by=by)} ", 1)
    return words

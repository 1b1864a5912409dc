"""Internal notes: read under the ticket's card by the team, and by nobody else."""

from __future__ import annotations

from bot.errors import Refused
from bot.slack import mrkdwn
from bot.usecases import announce, written
from bot.usecases.acting import Acting
from bot.usecases.events import Noted
from bot.usecases.inputs import Acted, Door
from bot.usecases.work import Work
from storage.records.messages import End, Message, Side

LONGEST = 3000
"""Characters in a note: what a form's input holds (FACTS 9)."""


def check(text: str) -> str:
    """The words of a note without space around them. Refused when there are none, or too many."""
    words = text.strip()
    if not words:
        raise Refused(
            "Write the note behind it, such as `/ticket note 12 They still use version 4.2`."
        )
    if len(words) > LONGEST:
        raise Refused(
            f"This note has {len(words):,} characters and {LONGEST:,} fit in one."
            f" Shorten it by {len(words) - LONGEST:,}, or write it in two parts."
        )
    return words


def note(work: Work, acting: Acting) -> str:
    """Keep the actor's words with the ticket, for the team alone."""
    words, ticket = check(acting.item.text), acting.on
    kept = None if _is_there(acting.item) else _kept(work, acting, words)
    told = Noted(ticket, work.at, acting.actor.id, "note", before="", after="", message=kept)
    announce.tell(work, [told])
    return f"Noted on #{ticket.number}, for the team alone."


def _is_there(item: Acted) -> bool:
    """What is written in the internal thread stands there for everybody in the team to read."""
    return item.door is Door.WORDS


def _kept(work: Work, acting: Acting, words: str) -> Message:
    return written.keep(
        work,
        acting.actor.id,
        mrkdwn.escaped(words),
        channel_id=work.place_of(acting.on).id,
        side=Side.NOTE,
        end=End.JOINED,
        reason="note",
        ticket_id=acting.on.id,
    )

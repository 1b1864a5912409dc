"""From a row of the outbox to what Slack is to be told now: still true, reworded, or dropped."""

from __future__ import annotations

from bot.errors import FileFact, Missing, Refused
from bot.usecases.scenes.posts import MirrorScene
from bot.usecases.scenes.ticket import TicketScene
from bot.usecases.tell import customers, persons, posts, reports, team
from bot.usecases.tell.customers import DONE_BEFORE, NEEDLESS
from bot.usecases.tell.outgoing import (
    BAD_BLOCKS,
    PAGER,
    Dropped,
    NotYet,
    Outgoing,
    Prepared,
    Teller,
)
from bot.usecases.tell.posts import DIRECT_KINDS
from bot.usecases.work import Work
from storage.records.boxes import Post

__all__ = [
    "BAD_BLOCKS",
    "DONE_BEFORE",
    "NEEDLESS",
    "PAGER",
    "Dropped",
    "NotYet",
    "Outgoing",
    "prepare",
    "sought",
    "unnamed",
]

_TELLERS: dict[str, Teller] = {
    **customers.TELLERS,
    **team.TELLERS,
    **reports.TELLERS,
    **persons.TELLERS,
}


FILES_SHOWN = 5  # as many as _ui.j2 names


def prepare(work: Work, post: Post) -> Prepared:
    """What to tell Slack for this row, as things are now."""
    try:
        return _TELLERS[post.kind](work, post)
    except Missing as missing:
        return Dropped(post, str(missing))
    except Refused as wall:
        return NotYet(post, str(wall), is_paused=True)


def sought(work: Work, post: Post) -> Outgoing | None:
    """Where a post would stand that is not to be sent any more; None where it could not."""
    try:
        there = (
            posts.directly(work, post, {})
            if post.kind in DIRECT_KINDS
            else posts.message(work, post, {})
        )
    except (Missing, Refused):
        return None
    return there if isinstance(there, Outgoing) else None


def unnamed(ready: Outgoing) -> tuple[FileFact, ...]:
    """The files on a card or mirror that Slack may still tell more of than their ids."""
    match ready.fields.get("scene"):
        case TicketScene(opening=message, ticket=ticket) if ready.post.kind == "card":
            shown = () if ticket.is_done else message.files[:FILES_SHOWN]
        case MirrorScene(message=message):
            shown = message.files[:FILES_SHOWN]
        case _:
            return ()
    return tuple(FileFact(file.id, message.id) for file in shown if file.is_unnamed)

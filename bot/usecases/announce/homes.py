"""Homes of those who look, drawn anew when a change matters to them."""

from __future__ import annotations

from datetime import timedelta

from bot.rules import assignment
from bot.usecases import notices as say
from bot.usecases.announce.places import enqueue, row_of
from bot.usecases.events import Event, Moved
from bot.usecases.work import Work
from storage import homes

# What others do is seen at home a little later: many changes then cost one look at all tickets.
HOME_RESTS = timedelta(seconds=10)


_GIVES = {"take", "assign"} | assignment.ASKING


def home(work: Work, person_id: int) -> None:
    """Draw somebody's App Home anew, at once: they wait for it."""
    homes.hasten(work.unit, _draw_home(work, person_id), work.at)


def _draw_home(work: Work, person_id: int) -> str:
    post = row_of(work, say.Home(person_id), lane=f"home:{person_id}")
    enqueue(work, post)
    return post.picture


def draw_homes(work: Work, event: Event) -> None:
    """Draw anew the homes of those who looked lately and to whom the change matters."""
    lookers = homes.looking(work.unit, work.at)
    if not lookers:
        return
    concerned = {event.ticket.owner_id}
    if isinstance(event, Moved) and event.act in _GIVES:
        concerned |= {int(key) if key else None for key in (event.before, event.after)}
    for person_id in lookers:
        is_concerned = None in concerned or person_id in concerned
        if is_concerned and homes.is_first(work.unit, person_id):
            picture = _draw_home(work, person_id)
            homes.postpone(work.unit, picture, work.at + HOME_RESTS, now=work.at)

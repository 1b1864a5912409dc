"""Keeps the words under a card in the order in which they were said, however they came to us."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from itertools import groupby

from bot.rules.catchup import stamp
from bot.usecases.notices import Mirror as Notice
from storage import messages, mirrors
from storage.mirrors import Mirror
from storage.records.boxes import Post, PostState
from storage.records.messages import Message
from storage.unit import Unit

RECENT = timedelta(minutes=10)
"""Slack has brought all by then. What is found later stays where the team reads it first."""

STILL = frozenset({PostState.SHOWN, PostState.WAITING})


def sort(unit: Unit, shown: Iterable[Post], now: datetime) -> None:
    """Of ``shown``, which Slack has just taken, let each stand before what was said after it.

    A message cannot be put between others, so what stands there is drawn anew: the mirrors change
    places. Their lane must be held.
    """
    places = {
        (post.ticket_id, post.lane)
        for post in shown
        if post.kind == Notice.kind and post.ticket_id is not None
    }
    for ticket_id, lane in places:
        there = mirrors.standing(unit, ticket_id, lane, oldest=stamp(now - RECENT))
        if len(there) > 1:
            said = messages.many(unit, {each.message_id for each in there})
            mirrors.move(unit, moves(there, said, since=now - RECENT))


def moves(
    there: Collection[Mirror], said: Mapping[int, Message], *, since: datetime
) -> list[tuple[Mirror, Mirror]]:
    """Which mirror has to stand where another does; ``there`` is in the order of Slack.

    Only what was said ``since`` then is moved, and only among what was said in the same channel.
    """
    known = [
        each
        for each in there
        if (message := said.get(each.message_id))
        and message.said_at >= since
        and not message.ts.startswith("form:")
    ]

    def channel(mirror: Mirror) -> int:
        return said[mirror.message_id].channel_id

    found: list[tuple[Mirror, Mirror]] = []
    for _, group in groupby(sorted(known, key=channel), channel):
        as_they_stand = list(group)
        if all(each.state in STILL for each in as_they_stand):
            in_order = sorted(as_they_stand, key=lambda each: said[each.message_id].ts)
            pairs = zip(in_order, as_they_stand, strict=True)
            found += [(mirror, place) for mirror, place in pairs if mirror.id != place.id]
    return found

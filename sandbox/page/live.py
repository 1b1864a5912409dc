"""The stream that tells a page which of its parts are out of date."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable

from sandbox.page.reader import Reader
from sandbox.traffic import Traffic
from sandbox.world import Change

GATHER = 0.03
"""Machine seconds to wait for more changes before telling, so that a burst is one refresh."""
BEAT = 15.0
"""Machine seconds after which a silent stream says that it is alive."""
GLANCE = 0.4
"""Machine seconds between looks at the wire while somebody watches it."""


def topics(change: Change, reader: Reader) -> set[str]:
    """What a change may have altered on this person's page; nothing of what they may not see."""
    if change.kind in {"clock", "reset"}:
        return {change.kind}
    if change.kind in _PERSONAL and change.detail.get("user") != reader.user.id:
        return set()
    if change.kind in {"view", "home"}:
        return {"views"}
    return {"sidebar"} | _channel(change, reader)


_PERSONAL = {"view", "home", "ephemeral", "read"}


def _channel(change: Change, reader: Reader) -> set[str]:
    """The channel that changed, when the person is in it."""
    channel = reader.world.channels.get(change.detail.get("channel", ""))
    if channel is None or change.kind == "read" or not reader.is_in(channel):
        return set()
    return {f"channel:{channel.id}"}


def all_topics(changes: Iterable[Change], reader: Reader) -> list[str]:
    """The topics of several changes, each once."""
    found: set[str] = set()
    for change in changes:
        found |= topics(change, reader)
    return sorted(found)


def message(event: str, data: object, seq: int) -> str:
    """One server-sent event; a browser that reconnects says the last ``seq`` that it had."""
    return f"id: {seq}\nevent: {event}\ndata: {json.dumps(data)}\n\n"


async def stream(
    reader: Reader, since: int, *, wire: Traffic | None = None, heard: int = 0
) -> AsyncIterator[str]:
    """Events named ``change`` with a list of topics, for changes after the ``since``-th.

    With ``wire`` the topic ``traffic`` tells of exchanges after ``heard``, too. A ``since`` of
    another world (the server began anew) is answered by ``reset``.
    """
    world = reader.world
    if since > len(world.changes):
        yield message("change", ["reset"], len(world.changes))
        since = len(world.changes)
    yield message("hello", None, since)
    while True:
        newest = await world.wait_beyond(since, timeout=GLANCE if wire else BEAT)
        if newest > since:
            await asyncio.sleep(GATHER)
        fresh, since = world.changes[since:], len(world.changes)
        found = all_topics(fresh, reader)
        latest = _newest(wire, heard)
        if latest > heard:
            found, heard = [*found, "traffic"], latest
        yield message("change", found, since) if found else ": still here\n\n"


def _newest(wire: Traffic | None, heard: int) -> int:
    """The seq of the newest exchange."""
    fresh = wire.since(heard) if wire else []
    return fresh[-1].seq if fresh else heard

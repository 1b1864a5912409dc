"""Messages that only one person sees, and what becomes of them."""

from __future__ import annotations

from sandbox.refused import Refused
from sandbox.world import Channel, Ephemeral, Json, User, World


def whisper(
    world: World,
    channel: Channel,
    user: User,
    *,
    text: str = "",
    blocks: list[Json] | None = None,
    thread_ts: str | None = None,
) -> Ephemeral:
    """Show something to one person. It is no message: no event tells of it and history has none."""
    app = world.app
    said = Ephemeral(
        id=world.new_id("e-"),
        channel=channel.id,
        user=user.id,
        text=text,
        blocks=blocks or [],
        thread_ts=thread_ts,
        at=f"{world.clock.time():.6f}",
        app_id=app.id if app else "",
    )
    world.ephemerals[said.id] = said
    world.touch("ephemeral", channel=channel.id, user=user.id, id=said.id, thread_ts=thread_ts)
    return said


def reword_whisper(world: World, said: Ephemeral, *, text: str, blocks: list[Json]) -> None:
    """Change what the one person sees; only a response_url can (slack/FACTS.md §7)."""
    if said.deleted:
        raise Refused("message_not_found")
    said.text, said.blocks = text, blocks
    _tell(world, said)


def hush(world: World, said: Ephemeral) -> None:
    """Take it away again: the app by response_url, or the person by "Dismiss message"."""
    said.deleted = True
    _tell(world, said)


def _tell(world: World, said: Ephemeral) -> None:
    world.touch(
        "ephemeral", channel=said.channel, user=said.user, id=said.id, thread_ts=said.thread_ts
    )

"""What stands in Slack beside what would be drawn now: a picture equals the state."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bot.errors import Unknown
from bot.slack.render import Renderer
from bot.usecases import look, notices
from bot.usecases.notices import Notice
from bot.usecases.tell import Outgoing, prepare
from sandbox.world import Message, World
from storage import outbox
from storage.records.boxes import Post, PostState
from storage.unit import Unit

RENDERER = Renderer()
# Whose channel it may be was guessed, what was missed told, and what became of an escalation said,
# by what was known at their moment: that is no state of the desk.
OF_THEIR_MOMENT = (
    notices.Onboarding.kind,
    notices.LateNote.kind,
    notices.PacketNote.kind,
    notices.EscalationNote.kind,
)
PICTURES = tuple(
    each.kind
    for each in Notice.__subclasses__()
    if each.is_picture and each.kind not in OF_THEIR_MOMENT
)
HOME = notices.Home.kind


def stale(unit: Unit, world: World, ids: list[int]) -> Iterator[str]:
    """Each picture of these rows of the outbox that shows something else than it should.

    It is drawn for the moment at which it was sent: what only time changes, such as a promise that
    is past, may stay as it was.
    """
    for key in ids:
        post = outbox.by_id(unit, key)
        if post is not None and post.kind in PICTURES and _is_shown(post):
            yield from _compared(unit, world, post)


def _is_shown(post: Post) -> bool:
    return post.state is PostState.SHOWN and post.wanted == post.shown and post.tried_at is not None


def _compared(unit: Unit, world: World, post: Post) -> Iterator[str]:
    drawn = _drawn(unit, post, post.tried_at or post.due_at)
    there = _there(world, post, drawn)
    if drawn is None or there is None:
        return
    wanted = _fresh(drawn)
    if wanted != there:
        yield f"{post.picture} shows {_apart(there, wanted)} instead of {_apart(wanted, there)}"


def _drawn(unit: Unit, post: Post, at: datetime) -> Outgoing | None:
    """None where it would not be shown any more, or somebody has to be asked first."""
    try:
        told = prepare(look.working(unit, at), post)
    except Unknown:
        return None
    return told if isinstance(told, Outgoing) and told.template else None


def _there(world: World, post: Post, drawn: Outgoing | None) -> Any:
    if drawn is None:
        return None
    if post.kind == HOME:
        home = world.homes.get(drawn.arguments["user_id"])
        return _plain(home.view["blocks"]) if home else None
    channel = world.channels.get(drawn.arguments["channel"])
    message: Message | None = channel.messages.get(post.ts) if channel else None
    if message is None or message.subtype == "tombstone":
        return None
    return _plain(message.blocks)


def _fresh(drawn: Outgoing) -> Any:
    if drawn.method == "views.publish":
        return _plain(RENDERER.home(drawn.template, **drawn.fields)["blocks"])
    return _plain(RENDERER.message(drawn.template, **drawn.fields).blocks)


def _plain(value: Any) -> Any:
    """Without the ids and defaults that Slack adds."""
    if isinstance(value, dict):
        added = ("block_id", "emoji", "verbatim")
        return {key: _plain(each) for key, each in value.items() if key not in added}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _apart(one: list[Any], other: list[Any]) -> str:
    """Those blocks that the other has not."""
    return json.dumps([each for each in one if each not in other] or one)[:900]

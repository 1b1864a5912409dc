"""The control API's calls by which people act."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.control import bodies
from sandbox.control.reads import channel_row, view_row
from sandbox.local import Sandbox
from sandbox.people import People
from sandbox.world import Json


async def say(box: Sandbox, body: bodies.Say) -> Json:
    said = box.people.say(
        body.user,
        body.channel,
        body.text,
        thread_ts=body.thread_ts,
        files=[file.attachment for file in body.files],
        broadcast=body.broadcast,
    )
    return {"ts": said.ts, "channel": said.channel}


async def edit(box: Sandbox, body: bodies.Edit) -> Json:
    box.people.edit(body.user, body.channel, body.ts, body.text)
    return {}


async def delete(box: Sandbox, body: bodies.OnMessage) -> Json:
    box.people.delete(body.user, body.channel, body.ts)
    return {}


async def unfurl(box: Sandbox, body: bodies.Unfurl) -> Json:
    box.people.unfurl(body.channel, body.ts)
    return {}


async def react(box: Sandbox, body: bodies.React) -> Json:
    act = box.people.unreact if body.remove else box.people.react
    act(body.user, body.channel, body.ts, body.name)
    return {}


async def read(box: Sandbox, body: bodies.Read) -> Json:
    box.people.mark_read(body.user, body.channel, body.ts)
    return {}


async def dismiss(box: Sandbox, body: bodies.Dismiss) -> Json:
    box.people.dismiss(body.user, body.ephemeral_id)
    return {}


async def press(box: Sandbox, body: bodies.Press) -> Json:
    chosen = body.selected if body.selected is not None else body.value
    await box.people.press(
        body.user, body.spot, body.action_id, block_id=body.block_id, chosen=chosen
    )
    return {}


async def options(box: Sandbox, body: bodies.Options) -> Json:
    found = await box.people.options(
        body.user, body.spot, body.action_id, body.value, block_id=body.block_id
    )
    return {"options": found}


async def command(box: Sandbox, body: bodies.Command) -> Json:
    answer = await box.people.command(
        body.user, body.channel, body.command, body.text, thread_ts=body.thread_ts
    )
    return {"response": answer}


async def shortcut(box: Sandbox, body: bodies.Shortcut) -> Json:
    await box.people.shortcut(body.user, body.callback_id, channel=body.channel, ts=body.ts)
    return {}


async def fill(box: Sandbox, body: bodies.Fill) -> Json:
    box.people.fill(body.user, body.view_id, body.values)
    return {}


async def submit(box: Sandbox, body: bodies.Fill) -> Json:
    result = await box.people.submit(body.user, body.view_id, body.values)
    view = view_row(box.world, result.view) if result.view else None
    return {"errors": result.errors, "closed": view is None, "view": view}


async def close(box: Sandbox, body: bodies.OnView) -> Json:
    await box.people.close(body.user, body.view_id)
    return {}


async def home(box: Sandbox, body: bodies.Home) -> Json:
    shown = box.people.open_home(body.user, tab=body.tab)
    return {"view": view_row(box.world, shown) if shown else None}


async def status(box: Sandbox, body: bodies.Status) -> Json:
    box.people.set_status(body.user, body.text, body.emoji)
    return {}


async def channel(box: Sandbox, body: bodies.ChannelAct) -> Json:
    people = box.people
    if body.channel is None:
        made = people.create_channel(
            body.user, body.name or "", is_private=body.private, members=body.members
        )
        if body.share_with:
            people.share_with(body.user, made.id, body.share_with, accept=not body.pending)
        return {"channel": channel_row(made)}
    changed = people.senses.channel(body.channel)
    _CHANGES[body.acts[0]](people, body, changed.id)
    return {"channel": channel_row(changed)}


_CHANGES: dict[str, Callable[[People, bodies.ChannelAct, str], None]] = {
    "archive": lambda people, body, place: people.archive(body.user, place),
    "unarchive": lambda people, body, place: people.unarchive(body.user, place),
    "join": lambda people, body, place: people.join(body.user, place),
    "leave": lambda people, body, place: people.leave(body.user, place),
    "rename": lambda people, body, place: people.rename(body.user, place, body.rename or ""),
    "share_with": lambda people, body, place: people.share_with(
        body.user, place, body.share_with or "", accept=not body.pending
    ),
    "unshare": lambda people, body, place: people.unshare(body.user, place, body.unshare or ""),
    "invite": lambda people, body, place: people.invite(body.user, place, body.invite or ""),
    "kick": lambda people, body, place: people.kick(body.user, place, body.kick or ""),
}

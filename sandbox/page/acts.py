"""What the person does at the page, handed to ``people``, who alone change the world."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData, UploadFile

from sandbox.page import dates, forms
from sandbox.page.paper import Json
from sandbox.page.reader import Reader
from sandbox.people import Attachment, NotAllowed, People, Spot
from sandbox.world import Message

Answer = dict[str, Any]


@dataclass(frozen=True)
class Act:
    """One posted form and who posted it."""

    people: People
    reader: Reader
    form: FormData

    def word(self, name: str) -> str:
        """A field of the form, empty when it is missing."""
        value = self.form.get(name, "")
        return value if isinstance(value, str) else ""

    @property
    def user(self) -> str:
        """The id of the person who acts."""
        return self.reader.user.id

    @property
    def source(self) -> Spot:
        """The message, ephemeral or view that a pressed element stands in."""
        return Spot(**json.loads(self.word("source") or "{}"))


async def say(act: Act) -> Answer:
    """Send what stands in the message field: a message, or a command when it begins with ``/``."""
    text, thread = act.word("text").strip("\n").replace("\r\n", "\n"), act.word("thread") or None
    if text.startswith("/"):
        return await _command(act, text, thread)
    files = [await _attachment(part) for part in act.form.getlist("file")]
    message = act.people.say(
        act.user,
        act.word("channel"),
        text,
        thread_ts=thread,
        files=[file for file in files if file],
        broadcast=bool(act.word("broadcast")) and thread is not None,
    )
    act.people.mark_read(act.user, act.word("channel"))
    return {"ts": message.ts}


async def _attachment(part: object) -> Attachment | None:
    if not isinstance(part, UploadFile) or not part.filename:
        return None
    return Attachment(part.filename, await part.read())


async def _command(act: Act, text: str, thread: str | None) -> Answer:
    command, _, words = text.partition(" ")
    await act.people.command(
        act.user, act.word("channel"), command, words.strip(), thread_ts=thread
    )
    return {}


async def edit(act: Act) -> Answer:
    """Change an own message."""
    act.people.edit(act.user, act.word("channel"), act.word("ts"), act.word("text"))
    return {}


async def delete(act: Act) -> Answer:
    """Delete an own message."""
    act.people.delete(act.user, act.word("channel"), act.word("ts"))
    return {}


async def react(act: Act) -> Answer:
    """Add a reaction, or take the own one back."""
    name = act.word("name").strip(": ")
    message = _message(act)
    has_it = message is not None and act.user in message.reactions.get(name, [])
    do = act.people.unreact if has_it else act.people.react
    do(act.user, act.word("channel"), act.word("ts"), name)
    return {}


def _message(act: Act) -> Message | None:
    channel = act.reader.world.channels.get(act.word("channel"))
    return channel.messages.get(act.word("ts")) if channel else None


async def read(act: Act) -> Answer:
    """Have seen a channel to its end."""
    act.people.mark_read(act.user, act.word("channel"))
    return {}


async def dismiss(act: Act) -> Answer:
    """Put away a message that only this person sees."""
    act.people.dismiss(act.user, act.word("ephemeral_id"))
    return {}


async def press(act: Act) -> Answer:
    """Press a button or change a menu; in a view, with what else was typed there."""
    spot, blocks = act.source, _blocks(act)
    if spot.view_id:
        act.people.fill(act.user, spot.view_id, _typed(act, blocks))
    await act.people.press(
        act.user,
        spot,
        act.word("action"),
        block_id=act.word("block") or None,
        chosen=_chosen(act, blocks),
    )
    return {}


async def fill(act: Act) -> Answer:
    """Keep what has been typed into a view so far."""
    act.people.fill(act.user, act.source.view_id, _typed(act, _blocks(act)))
    return {}


def _blocks(act: Act) -> list[Json]:
    """The blocks that the pressed element is among."""
    spot, world = act.source, act.reader.world
    if spot.view_id:
        home = world.homes.get(act.user)
        view = home if home and home.id == spot.view_id else world.views.get(spot.view_id)
        blocks: list[Json] = view.view.get("blocks", []) if view else []
        return blocks
    if spot.ephemeral_id:
        return world.ephemerals[spot.ephemeral_id].blocks
    channel = world.channels.get(spot.channel)
    message = channel.messages.get(spot.ts) if channel else None
    return message.blocks if message else []


def _typed(act: Act, blocks: list[Json]) -> Any:
    """What was typed into input blocks; menus of other blocks tell the app by themselves."""
    return forms.chosen([b for b in blocks if b.get("type") == "input"], act.form, act.reader.zone)


def _chosen(act: Act, blocks: list[Json]) -> Any:
    """What the pressed element now says: sent along, or read from its fields."""
    if "chosen" in act.form:
        return json.loads(act.word("chosen"))
    for block, element in forms.stateful(blocks):
        if element.get("action_id") == act.word("action") and block == act.word("block"):
            return forms.chosen(blocks, act.form, act.reader.zone)[block][element["action_id"]]
    return None


async def options(act: Act) -> Answer:
    """Type into an external menu."""
    found = await act.people.options(
        act.user, act.source, act.word("action"), act.word("query"), block_id=act.word("block")
    )
    return {"options": found}


async def submit(act: Act) -> Answer:
    """Submit a modal. Mistakes are drawn beside what they are about."""
    blocks = _blocks(act)
    values = forms.chosen(blocks, act.form, act.reader.zone)
    done = await act.people.submit(act.user, act.source.view_id, values)
    return {"errors": sorted(done.errors)}


async def close(act: Act) -> Answer:
    """Close the modal on top, or with ``all`` the whole stack under it."""
    await act.people.close(act.user, act.source.view_id)
    return {}


async def shortcut(act: Act) -> Answer:
    """Choose a shortcut of the app."""
    ts = act.word("ts") or None
    channel = act.word("channel") or None
    await act.people.shortcut(act.user, act.word("callback_id"), channel=channel, ts=ts)
    return {}


async def status(act: Act) -> Answer:
    """Say how one is; no words clear it."""
    act.people.set_status(act.user, act.word("words").strip())
    return {}


async def clock(act: Act) -> Answer:
    """Move desk time on, hold it or let it go."""
    world, move = act.reader.world, act.word("move")
    if move == "freeze":
        world.clock.freeze()
    elif move == "run":
        world.clock.run()
    elif move == "morning":
        world.clock.move(dates.next_morning(world.clock.now(), act.reader.zone).total_seconds())
    else:
        world.clock.move(_seconds(move))
    world.touch("clock")
    return {}


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 366 * 86_400:
        raise NotAllowed("bad_time", "The clock moves on by up to a year, never back.")
    return seconds


ACTS: dict[str, Callable[[Act], Awaitable[Answer]]] = {
    act.__name__: act
    for act in (
        say,
        edit,
        delete,
        react,
        read,
        dismiss,
        press,
        fill,
        options,
        submit,
        close,
        shortcut,
        status,
        clock,
    )
}

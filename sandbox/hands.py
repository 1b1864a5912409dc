"""Somebody at the page, who acts by what can be seen, such as the words on a button."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from sandbox.local import Sandbox
from sandbox.people import elements
from sandbox.people.presses import Spot
from sandbox.world import Message, View

T = TypeVar("T")

PATIENCE = 10.0  # seconds of the machine


class NotSeen(Exception):
    """What was expected did not appear in time; ``str()`` says what."""


class Hands:
    """One person's. Channels are names without #."""

    def __init__(self, slack: Sandbox, person: str) -> None:
        self._slack = slack
        self.person = person

    def says(self, channel: str, text: str, *, under: Message | None = None) -> Message:
        """Write at top level, or in the thread of ``under``."""
        thread_ts = (under.thread_ts or under.ts) if under else None
        return self._slack.people.say(self.person, f"#{channel}", text, thread_ts=thread_ts)

    async def presses(self, label: str, message: Message) -> None:
        """Press the button of a message that says so."""
        action_id = _button(message.blocks, label)
        spot = Spot(channel=message.channel, ts=message.ts)
        await self._slack.people.press(self.person, spot, action_id)

    async def fills_in(self, text: str) -> None:
        """Type into the open form's first input and submit it."""
        view = await self.sees("an open form", self.form)
        block = next(block for block in view.view["blocks"] if block["type"] == "input")
        await self._slack.people.submit(self.person, view.id, {block["block_id"]: text})

    def form(self) -> View | None:
        """The form that lies open before this person, if any."""
        me = self._slack.people.senses.user(self.person).id
        views = self._slack.world.views.values()
        return next((view for view in views if view.is_open and view.user == me), None)

    def messages(self, channel: str) -> list[Message]:
        """All messages of a channel, oldest first.

        Raises ``NotAllowed`` where this person is not in.
        """
        senses = self._slack.people.senses
        place = senses.place(senses.user(self.person), channel)
        return sorted(place.messages.values(), key=lambda message: message.ts)

    def message(
        self, channel: str, *, showing: str, under: Message | None = None
    ) -> Callable[[], Message | None]:
        """To wait for: the newest message that shows these words, in the thread of ``under``."""

        def find() -> Message | None:
            thread = under.ts if under else None
            fitting = (m for m in self.messages(channel) if thread in (None, m.thread_ts))
            return next((m for m in reversed([*fitting]) if showing in shown(m)), None)

        return find

    async def sees(self, what: str, find: Callable[[], T | None]) -> T:
        """Wait until ``find`` finds. Raises NotSeen."""
        world = self._slack.world
        try:
            async with asyncio.timeout(PATIENCE):
                while (found := find()) is None:
                    await world.wait_beyond(len(world.changes), timeout=PATIENCE)
        except TimeoutError:
            raise NotSeen(f"{self.person} did not see {what}") from None
        return found


def shown(message: Message) -> str:
    """All words that a message shows, of its text and its blocks."""
    return "\n".join([message.text, *_words(message.blocks)])


def _words(thing: object) -> list[str]:
    if isinstance(thing, dict):
        own = [thing["text"]] if isinstance(thing.get("text"), str) else []
        return own + [word for value in thing.values() for word in _words(value)]
    if isinstance(thing, list):
        return [word for each in thing for word in _words(each)]
    return []


def _button(blocks: list[dict[str, object]], label: str) -> str:
    for place in elements.places(blocks):
        text = place.element.get("text")
        if isinstance(text, dict) and text.get("text") == label:
            return place.action_id
    raise NotSeen(f"no button says {label!r}")

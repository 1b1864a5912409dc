"""Escalations on the stage: where packets stand, and what people do with them."""

from __future__ import annotations

from typing import Any

from sandbox.world import Message
from tests.stories.stage import Stage

ASKED = "The nightly import stops with error 42. Can you help?"


async def asked(it: Stage, words: str = ASKED, *, by: str = "carla") -> tuple[Message, Message]:
    """A customer asks, Ana takes it; the message and its card."""
    place = "#acme-harbour" if by != "zoe" else "#globex-harbour"
    said = it.people.say(by, place, words)
    await it.quiet()
    card = it.cards()[-1]
    await it.press("ana", "act:take", card)
    return said, it.cards()[-1]


async def escalated(it: Stage, card: Message, **fields: Any) -> Message:
    """Ana escalates by the button and its form; the packet."""
    await it.press("ana", "act:escalate", card)
    await fill(it, "ana", **({"question": "Which log tells more?"} | fields))
    return packets(it)[-1]


async def fill(it: Stage, person: str, **fields: Any) -> None:
    """Submit the form that is open, with these fields changed."""
    view = next(view for view in it.open_views())
    await it.people.submit(person, view.id, fields)
    await it.quiet()


async def say(it: Stage, person: str, action: str, message: Message, words: str) -> None:
    """Press a button that asks for words, and give them."""
    await it.press(person, action, message)
    await fill(it, person, text=words)


def packets(it: Stage) -> list[Message]:
    """All packets in the technical channel, oldest first."""
    return [m for m in it.messages("tech-support") if m.bot_id and not m.is_reply]


def notes(it: Stage, card: Message) -> list[Message]:
    """What stands under the card."""
    return it.thread("triage", card.ts)


def note_with(it: Stage, card: Message, action: str) -> Message:
    """The newest line under the card that has such a button."""
    return [m for m in notes(it, card) if action in str(m.blocks)][-1]


def words(messages: Any) -> str:
    """All that these messages say."""
    return str([(m.text, m.blocks) for m in messages])

"""What people are told privately for what they do."""

from __future__ import annotations

from typing import Any

from sandbox.people.presses import Spot
from sandbox.world import Message, View
from tests.stories.stage import Stage


async def typed(
    it: Stage, person: str, text: str, *, channel: str = "#triage", command: str = "/desk"
) -> str:
    """Type a command and wait for all that follows; what was whispered to anybody for it."""
    with_before = set(it.slack.world.ephemerals)
    await it.people.command(person, channel, command, text)
    await it.quiet()
    return since(it, with_before)


def since(it: Stage, known: set[str]) -> str:
    """All words of the whispers that are not among ``known`` (their ids)."""
    new = [said for key, said in it.slack.world.ephemerals.items() if key not in known]
    return " ".join(f"{said.text} {words(said.blocks)}" for said in new)


def words(blocks: Any) -> str:
    """Every text in blocks, in their order."""
    if isinstance(blocks, list):
        return " ".join(words(block) for block in blocks)
    if isinstance(blocks, dict):
        own = [blocks["text"]] if isinstance(blocks.get("text"), str) else []
        inner = [words(each) for each in blocks.values() if isinstance(each, (dict, list))]
        return " ".join([*own, *filter(None, inner)])
    return ""


def parts(blocks: Any) -> list[dict[str, Any]]:
    """All blocks and elements, those within others after them."""
    if isinstance(blocks, list):
        return [each for block in blocks for each in parts(block)]
    if not isinstance(blocks, dict):
        return []
    own = [blocks] if "type" in blocks else []
    return [*own, *(each for inner in blocks.values() for each in parts(inner))]


def spot(said: Any) -> Spot:
    """Where the buttons of a whisper are."""
    return Spot(ephemeral_id=said.id)


def last(it: Stage) -> Any:
    """What was whispered last."""
    return next(reversed(it.slack.world.ephemerals.values()))


def at(message: Message) -> Spot:
    """Where the buttons of a message are."""
    return Spot(channel=message.channel, ts=message.ts)


def in_view(view: View) -> Spot:
    """Where the buttons of a form are."""
    return Spot(view_id=view.id)


def options(blocks: Any) -> list[dict[str, Any]]:
    """All lines of the menus in blocks."""
    if isinstance(blocks, list):
        return [each for block in blocks for each in options(block)]
    if not isinstance(blocks, dict):
        return []
    own = blocks["options"] if blocks.get("type") == "overflow" else []
    return [*own, *(each for inner in blocks.values() for each in options(inner))]


def buttons(blocks: Any) -> list[dict[str, Any]]:
    """All buttons in blocks."""
    if isinstance(blocks, list):
        return [each for block in blocks for each in buttons(block)]
    if not isinstance(blocks, dict):
        return []
    own = [blocks] if blocks.get("type") == "button" else []
    return [*own, *(each for inner in blocks.values() for each in buttons(inner))]

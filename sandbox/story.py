"""The main job, played by people who know nothing but what they see.

They ask, take, answer, solve, and ask again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.hands import Hands, shown
from sandbox.local import Sandbox
from sandbox.world import Message

Tell = Callable[[str], None]

QUESTION = "Our nightly export stopped with “error 42”. Can you help?"
ANSWER = "Sorry about that! A worker was stuck; I restarted it. Is tonight’s export complete?"
MORE = "It ran, but two files are missing."
SECOND_ANSWER = "Both files are there now."
AGAIN = "One more: can we run the export twice a day?"


@dataclass(frozen=True, slots=True)
class _Play:
    """Where it is played, by whom, and who listens."""

    slack: Sandbox
    carla: Hands
    ana: Hands
    tell: Tell


async def play(slack: Sandbox, tell: Tell) -> None:
    """The whole story, told line by line. Raises ``sandbox.hands.NotSeen`` where it goes wrong."""
    it = _Play(slack, Hands(slack, "carla"), Hands(slack, "ana"), tell)
    asked, card = await _asks(it)
    await _takes(it, asked, card)
    await _answers(it, asked, card)
    await _solves(it, asked, card)
    _elsewhere(Hands(slack, "zoe"), tell)


async def _asks(it: _Play) -> tuple[Message, Message]:
    it.tell(f"Carla (customer, Acme Robotics) asks in #acme-harbour: {QUESTION}")
    asked = it.carla.says("acme-harbour", QUESTION)
    receipt = await it.carla.sees(
        "a receipt", it.carla.message("acme-harbour", showing="reference", under=asked)
    )
    it.tell(f"  Carla sees in the thread: {_line(receipt)}")
    card = await it.ana.sees("a card", it.ana.message("triage", showing="error 42"))
    it.tell(f"  Ana and Ben see a card in #triage: {card.text}")
    return asked, card


async def _takes(it: _Play, asked: Message, card: Message) -> None:
    it.tell("Ana presses Take on the card.")
    await it.ana.presses("Take", card)
    receipt = await it.carla.sees(
        "who has it", it.carla.message("acme-harbour", showing="Ana", under=asked)
    )
    it.tell(f"  Carla sees: {_line(receipt)}")


async def _answers(it: _Play, asked: Message, card: Message) -> None:
    await _replies(it, asked, card, ANSWER)
    it.tell(f"Carla writes in the thread: {MORE}")
    it.carla.says("acme-harbour", MORE, under=asked)
    await it.ana.sees("the customer’s words", it.ana.message("triage", showing=MORE, under=card))
    it.tell("  Ana sees it under the card, in the internal thread.")
    await _replies(it, asked, card, SECOND_ANSWER)


async def _replies(it: _Play, asked: Message, card: Message, words: str) -> None:
    it.tell(f"Ana presses Reply and writes: {words}")
    await it.ana.presses("Reply", card)
    await it.ana.fills_in(words)
    await it.ana.sees("the time to undo", it.ana.message("triage", showing="Undo", under=card))
    it.tell("  Ana has 10 seconds to take it back; she does not.")
    it.slack.world.clock.move(11)
    answer = await it.carla.sees(
        "the answer", it.carla.message("acme-harbour", showing=words[:20], under=asked)
    )
    it.tell(f"  Carla sees, from {answer.username}: {_line(answer)}")


async def _solves(it: _Play, asked: Message, card: Message) -> None:
    it.tell("Ana presses Resolve.")
    await it.ana.presses("Resolve", card)
    solved = await it.carla.sees(
        "that it is solved", it.carla.message("acme-harbour", showing="as solved", under=asked)
    )
    it.tell(f"  Carla sees: {_line(solved)}")
    it.tell("Carla writes: thanks!")
    it.carla.says("acme-harbour", "thanks!", under=asked)
    await it.ana.sees("the thanks", it.ana.message("triage", showing="thanks!", under=card))
    if "esolved" not in shown(card):
        raise AssertionError("a kind word opened the ticket again")
    it.tell("  The ticket stays resolved.")
    it.tell(f"Carla asks in the same thread: {AGAIN}")
    it.carla.says("acme-harbour", AGAIN, under=asked)
    await it.ana.sees("it open again", lambda: card if "our turn" in shown(card) else None)
    it.tell("  The ticket is open again, and it is our turn: the card says so.")


def _elsewhere(zoe: Hands, tell: Tell) -> None:
    words = [shown(message) for message in zoe.messages("globex-harbour")]
    if any("export stopped" in each or "Acme" in each for each in words):
        raise AssertionError("the other company saw something")
    tell("Zoe (customer, Globex) has seen nothing of all this.")


def _line(message: Message) -> str:
    """What catches the eye: the first paragraph that is not a headline, as plain words."""
    sections = [block for block in message.blocks if block["type"] == "section" and "text" in block]
    words = sections[0]["text"]["text"] if sections else message.text
    words = re.sub(r"<[^<>]*\|([^<>]*)>", r"\1", " ".join(words.split()))
    return re.sub(r"[*_~`]", "", words)

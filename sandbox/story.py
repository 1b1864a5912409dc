"""The main job, played by people who know nothing but what they see: ask, take, answer, solve, ask again."""

from __future__ import annotations

import re
from collections.abc import Callable

from sandbox.hands import Hands, shown
from sandbox.local import Sandbox
from sandbox.world import Message

Tell = Callable[[str], None]

QUESTION = "Our nightly export stopped with “error 42”. Can you help?"
ANSWER = "Sorry about that! A worker was stuck; I restarted it. Is tonight's export complete?"
MORE = "It ran, but two files are missing."
SECOND_ANSWER = "Both files are there now."
AGAIN = "One more: can we run the export twice a day?"


async def play(slack: Sandbox, tell: Tell) -> None:
    """The whole story, told line by line. Raises ``sandbox.hands.NotSeen`` where it goes wrong."""
    carla, ana, zoe = Hands(slack, "carla"), Hands(slack, "ana"), Hands(slack, "zoe")
    asked, card = await _asks(carla, ana, tell)
    await _takes(carla, ana, asked, card, tell)
    await _answers(slack, carla, ana, asked, card, tell)
    await _solves(carla, ana, asked, card, tell)
    _elsewhere(zoe, tell)


async def _asks(carla: Hands, ana: Hands, tell: Tell) -> tuple[Message, Message]:
    tell(f"Carla (customer, Acme Robotics) asks in #acme-harbour: {QUESTION}")
    asked = carla.says("acme-harbour", QUESTION)
    receipt = await carla.sees(
        "a receipt", carla.message("acme-harbour", showing="reference", under=asked)
    )
    tell(f"  Carla sees in the thread: {_line(receipt)}")
    card = await ana.sees("a card", ana.message("triage", showing="error 42"))
    tell(f"  Ana and Ben see a card in #triage: {card.text}")
    return asked, card


async def _takes(carla: Hands, ana: Hands, asked: Message, card: Message, tell: Tell) -> None:
    tell("Ana presses Take on the card.")
    await ana.presses("Take", card)
    receipt = await carla.sees(
        "who has it", carla.message("acme-harbour", showing="Ana", under=asked)
    )
    tell(f"  Carla sees: {_line(receipt)}")


async def _answers(
    slack: Sandbox, carla: Hands, ana: Hands, asked: Message, card: Message, tell: Tell
) -> None:
    await _replies(slack, carla, ana, asked, card, ANSWER, tell)
    tell(f"Carla writes in the thread: {MORE}")
    carla.says("acme-harbour", MORE, under=asked)
    await ana.sees("the customer's words", ana.message("triage", showing=MORE, under=card))
    tell("  Ana sees it under the card, in the internal thread.")
    await _replies(slack, carla, ana, asked, card, SECOND_ANSWER, tell)


async def _replies(
    slack: Sandbox,
    carla: Hands,
    ana: Hands,
    asked: Message,
    card: Message,
    words: str,
    tell: Tell,
) -> None:
    tell(f"Ana presses Reply and writes: {words}")
    await ana.presses("Reply", card)
    await ana.fills_in(words)
    await ana.sees("the time to undo", ana.message("triage", showing="Undo", under=card))
    tell("  Ana has 10 seconds to take it back; she does not.")
    slack.world.clock.move(11)
    answer = await carla.sees(
        "the answer", carla.message("acme-harbour", showing=words[:20], under=asked)
    )
    tell(f"  Carla sees, from {answer.username}: {_line(answer)}")


async def _solves(carla: Hands, ana: Hands, asked: Message, card: Message, tell: Tell) -> None:
    tell("Ana presses Resolve.")
    await ana.presses("Resolve", card)
    solved = await carla.sees(
        "that it is solved", carla.message("acme-harbour", showing="as solved", under=asked)
    )
    tell(f"  Carla sees: {_line(solved)}")
    tell("Carla writes: thanks!")
    carla.says("acme-harbour", "thanks!", under=asked)
    await ana.sees("the thanks", ana.message("triage", showing="thanks!", under=card))
    if "esolved" not in shown(card):
        raise AssertionError("a kind word opened the ticket again")
    tell("  The ticket stays resolved.")
    tell(f"Carla asks in the same thread: {AGAIN}")
    carla.says("acme-harbour", AGAIN, under=asked)
    await ana.sees("it open again", lambda: card if "our turn" in shown(card) else None)
    tell("  The ticket is open again, and it is our turn: the card says so.")


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

"""The desk about itself: what follows ``/desk``, made from the act table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot import acts
from bot.desk import Tenant
from bot.errors import Missing, Refused
from bot.rules import commands
from bot.rules import desk as phrases
from bot.slack.render import Rendered
from bot.usecases.inputs import Acted, Door
from handlers import reading, ticket
from handlers.front import Front

COMMANDS = ("/desk",)
HELP = "help"


def register(app: AsyncApp) -> None:
    for command in COMMANDS:
        app.command(command)(on_command)


async def on_command(body: dict[str, Any], ack: AsyncAck, front: Front, tenant: Tenant) -> None:
    command = reading.understood(reading.command, body)
    try:
        answer = await _answered(front, tenant, command)
    except commands.NotUnderstood as slip:
        answer = helped(front, str(slip))._asdict()
    except (Refused, Missing) as refusal:
        answer = front.worded(str(refusal))._asdict()
    await ack(**answer)


async def _answered(front: Front, tenant: Tenant, command: reading.Command) -> dict[str, Any]:
    asked = phrases.parse(command.text, acts.phrases())
    if asked.phrase == HELP:
        return helped(front, about=asked.rest)._asdict()
    item = commanded(command, asked, front.clock.now())
    return await ticket.answered(front, tenant, item, command.trigger_id)


def commanded(command: reading.Command, asked: phrases.Asked, now: datetime) -> Acted:
    """What a command asks for; ``text`` is what followed, as it was typed."""
    return Acted(
        act=_meant(asked),
        person=command.by.user_id,
        door=Door.COMMAND,
        at=now,
        key=command.key,
        place=command.place,
        text=asked.rest,
        person_team=command.by.team_id,
    )


def _meant(asked: phrases.Asked) -> str:
    act = acts.by_phrase(asked.phrase)
    return act.bare if act.bare and not asked.rest else act.name


def helped(front: Front, hint: str = "", *, about: str = "") -> Rendered:
    """All that ``/desk`` understands, or only what is ``about`` a phrase of it.

    ``hint`` says what was perhaps meant.
    """
    some = acts.of_phrase(about) if about else ()
    return front.renderer.message("desk/help.j2", families=acts.FAMILIES, some=some, hint=hint)

"""The desk about itself: ``/desk health``, answered at once to whoever may know."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.desk import Tenant
from bot.errors import Missing, Refused
from bot.usecases import desk
from handlers import reading
from handlers.front import Front

COMMANDS = ("/desk",)
VERBS = ("health",)
HELP = "`/desk health` shows whether anything waits, failed or was missed."


def register(app: AsyncApp) -> None:
    for command in COMMANDS:
        app.command(command)(on_command)


async def on_command(body: dict[str, Any], ack: AsyncAck, front: Front, tenant: Tenant) -> None:
    command = reading.understood(reading.command, body)
    word = command.text.strip().casefold()
    if word not in VERBS:
        await ack(nearest(word))
        return
    now, person = front.clock.now(), command.by.user_id
    try:
        scene = await front.look(tenant, lambda unit: desk.health(unit, person, now))
    except (Refused, Missing) as refusal:
        await ack(str(refusal))
    else:
        await ack(**front.renderer.message("desk/health.j2", scene=scene)._asdict())


def nearest(word: str) -> str:
    """What to type instead."""
    near = get_close_matches(word, VERBS, n=1)
    return f"Did you mean `/desk {near[0]}`?" if near else HELP

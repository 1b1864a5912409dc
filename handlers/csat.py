"""``/csat``: what follows it and does something is another command in fewer words."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.desk import Tenant
from bot.rules import commands
from handlers import desk, ticket
from handlers.front import Front

COMMANDS = ("/csat",)
OF_DESK = frozenset({"on", "off", "settings", "setup"})
OF_TICKET = frozenset({"send", "ask", "poll"})

Body = dict[str, Any]


def register(app: AsyncApp) -> None:
    for command in COMMANDS:
        app.command(command)(on_command)


async def on_command(body: Body, ack: AsyncAck, front: Front, tenant: Tenant) -> None:
    said = commands.visible(str(body.get("text") or "")).strip()
    first, _, rest = said.partition(" ")
    word = first.casefold().strip(".,!")
    if word in OF_DESK:
        await desk.on_command(_other(body, "/desk", f"csat {word} {rest}"), ack, front, tenant)
    elif word in OF_TICKET:
        await ticket.on_command(_other(body, "/ticket", f"poll {rest}"), ack, front, tenant)
    else:
        await ticket.on_command(body, ack, front, tenant)


def _other(body: Body, command: str, text: str) -> Body:
    return {**body, "command": command, "text": text.strip()}

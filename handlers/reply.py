"""The Reply form: opened at once, then told who reads there; its preview keeps what was typed."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.desk import Tenant
from bot.errors import Missing, Refused
from bot.usecases.inputs import Acted
from handlers import forms, readers, reading, ticket
from handlers.front import Front

log = logging.getLogger(__name__)

REPLY = "act:reply"
PREVIEW = "reply:preview"


def register(app: AsyncApp) -> None:
    """Before the other buttons, of which Reply is one."""
    app.action(REPLY)(on_reply)
    app.action(PREVIEW)(on_preview)


async def on_reply(body: dict[str, Any], ack: AsyncAck, front: Front, tenant: Tenant) -> None:
    item = reading.understood(ticket.pressed, body)
    try:
        view = await forms.opened(front, tenant, item, body.get("trigger_id", ""))
        await readers.show(front, tenant, item, view)
    except (Refused, Missing) as refusal:
        await front.whisper(tenant, item, str(refusal))
    await ack()


async def on_preview(body: dict[str, Any], ack: AsyncAck, front: Front, tenant: Tenant) -> None:
    item = reading.understood(previewed, body)
    try:
        await readers.show(front, tenant, item, body["view"])
    except (Refused, Missing) as refusal:
        log.info("no preview: %s", refusal)  # sending will be refused, too, with the same words
    await ack()


def previewed(body: reading.Json) -> Acted:
    """The Preview button as a Reply that is not sent yet; ``text`` is what is typed so far."""
    press = reading.press(body)
    return replace(forms.read(body["view"], by=press.by, key=press.key), at=press.at)

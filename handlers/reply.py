"""The Reply form: told who reads there, keeps what was typed, and asks before it tells too much."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.response import BoltResponse

from bot.desk import Tenant
from bot.errors import Missing, Refused
from bot.rules.leaks import Leak
from bot.slack.reading import moment
from bot.usecases import leaks
from bot.usecases.inputs import Acted, Door
from handlers import forms, readers, reading, ticket
from handlers.front import Front

log = logging.getLogger(__name__)

REPLY = "act:reply"
PREVIEW = "reply:preview"
ANYWAY = "anyway"


def register(app: AsyncApp) -> None:
    """Before the other buttons and forms, of which Reply is one."""
    app.action(REPLY)(on_reply)
    app.view_submission(forms.REPLY)(on_send)
    app.view_closed(forms.REPLY)(on_closed)
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


async def on_send(
    body: dict[str, Any], ack: AsyncAck, front: Front, tenant: Tenant
) -> BoltResponse:
    """Like any form, but what is perhaps not for the customer is shown once more before it goes."""
    item = reading.understood(forms.filled_in, body)
    if found := await _leaks(front, tenant, item, body["view"]):
        fresh = await readers.filled(front, tenant, item, found)
        fresh["private_metadata"] = body["view"]["private_metadata"]
        return await ack(response_action="update", view=fresh)
    return await forms.on_form(body, ack, front, tenant)


async def on_closed(body: dict[str, Any], ack: AsyncAck, front: Front, tenant: Tenant) -> None:
    """Given up: Slack says so because the form asks for it (FACTS 7)."""
    item = reading.understood(closed, body)
    await forms.drafting(front, tenant, item, body["view"], is_over=True)
    await ack()


async def _leaks(front: Front, tenant: Tenant, item: Acted, view: forms.View) -> tuple[Leak, ...]:
    now, marks = front.clock.now(), reading.typed(view).get(ANYWAY, "")
    try:
        return await front.look(tenant, lambda unit: leaks.of_draft(unit, item, marks, now))
    except (Refused, Missing):
        return ()  # the form says why


def closed(body: reading.Json) -> Acted:
    """A form that was given up, whatever stood in it. It has no time of its own."""
    by, view = reading.author(body), body["view"]
    key = f"closed:{view['id']}:{view.get('hash', '')}"
    return Acted("reply", by.user_id, Door.FORM, moment("0"), key, person_team=by.team_id)


def previewed(body: reading.Json) -> Acted:
    """The Preview button as a Reply that is not sent yet; ``text`` is what is typed so far."""
    press = reading.press(body)
    return replace(forms.read(body["view"], by=press.by, key=press.key), at=press.at)

"""The Reply form: opened at once, then told who reads there; its preview keeps what was typed."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.desk import Tenant
from bot.errors import Missing, PersonFact, Refused
from bot.usecases import look
from bot.usecases.inputs import Acted, Door, Place
from bot.usecases.scenes import ReplyFormScene
from handlers import forms, reading, ticket
from handlers.front import UNDELIVERED, Front, NotAvailable

log = logging.getLogger(__name__)

REPLY = "act:reply"
PREVIEW = "reply:preview"
# Slack waits three seconds for the ack, and opening the form may have taken two of them.
EXTRA_SECONDS = 1.0
NAMES_SECONDS = 0.5
MOST_NAMES = 8
MOST_READERS = 200  # the form names a few and counts the rest; more are not worth a second page


def register(app: AsyncApp) -> None:
    """Before the other buttons, of which Reply is one."""
    app.action(REPLY)(on_reply)
    app.action(PREVIEW)(on_preview)


async def on_reply(body: dict[str, Any], ack: AsyncAck, front: Front, tenant: Tenant) -> None:
    item = reading.understood(ticket.pressed, body)
    try:
        view = await forms.opened(front, tenant, item, body.get("trigger_id", ""))
        await _show(front, tenant, item, view)
    except (Refused, Missing) as refusal:
        await front.whisper(tenant, item, str(refusal))
    await ack()


async def on_preview(body: dict[str, Any], ack: AsyncAck, front: Front, tenant: Tenant) -> None:
    item = reading.understood(previewed, body)
    try:
        await _show(front, tenant, item, body["view"])
    except (Refused, Missing) as refusal:
        log.info("no preview: %s", refusal)  # sending will be refused, too, with the same words
    await ack()


def previewed(body: reading.Json) -> Acted:
    """The Preview button as a Reply that is not sent yet; ``text`` is what is typed so far."""
    press = reading.press(body)
    return Acted(
        act="reply",
        person=press.by.user_id,
        door=Door.FORM,
        at=press.at,
        key=press.key,
        place=Place(),
        ticket_id=reading.our_key(press.value),
        text=reading.typed(body["view"]).get("text", ""),
        person_team=press.by.team_id,
    )


async def _show(front: Front, tenant: Tenant, item: Acted, view: forms.View) -> None:
    """Fill the open form anew: who reads there, and the preview. It stays if that takes long."""
    try:
        async with asyncio.timeout(EXTRA_SECONDS):
            fresh = await _filled(front, tenant, item)
            fresh["private_metadata"] = view["private_metadata"]
            arguments = {"view_id": view["id"], "hash": view.get("hash", ""), "view": fresh}
            await front.call(tenant, "views.update", arguments)
    except (NotAvailable, *UNDELIVERED) as error:
        log.info("the reply form stays as it was: %r", error)


async def _filled(front: Front, tenant: Tenant, item: Acted) -> forms.View:
    now = front.clock.now()
    scene = await front.look(tenant, lambda unit: forms.reply_scene(unit, item, now))
    scene = replace(await _with_readers(front, tenant, scene), text=item.text, preview=item.text)
    return front.renderer.modal("reply/form.j2", scene=scene)


async def _with_readers(front: Front, tenant: Tenant, scene: ReplyFormScene) -> ReplyFormScene:
    """Who is in the customer's channel, so that nobody writes to more people than meant."""
    arguments = {"channel": scene.scene.channel.slack_id, "limit": MOST_READERS}
    try:
        told = await front.ask(tenant, "conversations.members", arguments)
    except UNDELIVERED as error:
        log.info("who reads there is not known: %r", error)
        return scene
    ids = [member for member in told["members"] if member != tenant.installation.bot_user_id]
    await _introduce(front, tenant, ids)
    theirs, ours = await front.look(tenant, lambda unit: look.readers(unit, ids))
    return replace(scene, theirs=theirs, ours=ours, more=len(ids) - len(theirs) - len(ours))


async def _introduce(front: Front, tenant: Tenant, ids: list[str]) -> None:
    """Learn the names of the first few readers who never wrote; the form counts the others."""
    unknown = await front.look(tenant, lambda unit: look.strangers(unit, ids))
    try:
        async with asyncio.timeout(NAMES_SECONDS), asyncio.TaskGroup() as asking:
            for slack_id in unknown[:MOST_NAMES]:
                fact = PersonFact(slack_id)
                asking.create_task(front.learn(tenant.workspace_id, fact), name=f"ask {slack_id}")
    except* UNDELIVERED as errors:
        log.info("not all readers are known: %r", errors)

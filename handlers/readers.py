"""Who reads a reply: shown in its open form, so that nobody writes to more people than meant."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from bot.desk import Tenant
from bot.errors import PersonFact
from bot.rules.leaks import Leak
from bot.usecases import audience
from bot.usecases.inputs import Acted, Door
from bot.usecases.scenes.forms import ReplyFormScene
from handlers import filling, forms
from handlers.front import UNDELIVERED, Front, NotAvailable

log = logging.getLogger(__name__)

MOST_NAMES = 8
MOST_READERS = 200  # the form names a few and counts the rest; more are not worth a second page


async def show(front: Front, tenant: Tenant, item: Acted, view: forms.View) -> None:
    """Fill the open form anew: who reads there, and the preview. It stays if that takes long."""
    try:
        async with asyncio.timeout(front.desk.patience.readers):
            fresh = await filled(front, tenant, item)
            fresh["private_metadata"] = view["private_metadata"]
            arguments = {"view_id": view["id"], "hash": view.get("hash", ""), "view": fresh}
            await front.call(tenant, "views.update", arguments)
    except (NotAvailable, *UNDELIVERED) as error:
        log.info("the reply form stays as it was: %r", error)


async def filled(
    front: Front, tenant: Tenant, item: Acted, found: tuple[Leak, ...] = ()
) -> forms.View:
    """The form with who reads there, and what was found in its words. Raises as ``front.look``."""
    now = front.clock.now()
    scene = await front.look(tenant, lambda unit: filling.reply_scene(unit, item, now))
    try:
        async with asyncio.timeout(front.desk.patience.readers):
            scene = await _with_readers(front, tenant, scene)
    except TimeoutError:
        log.info("who reads there was not told in time")
    scene = replace(scene, leaks=found)
    if item.door is Door.FORM:  # what is typed, even if it is nothing, and not what it began as
        scene = replace(scene, text=item.text, preview=item.text)
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
    theirs, ours = await front.look(tenant, lambda unit: audience.readers(unit, ids))
    return replace(scene, theirs=theirs, ours=ours, more=len(ids) - len(theirs) - len(ours))


async def _introduce(front: Front, tenant: Tenant, ids: list[str]) -> None:
    """Learn the names of the first few readers who never wrote; the form counts the others."""
    unknown = await front.look(tenant, lambda unit: audience.strangers(unit, ids))
    patience = front.desk.patience.names
    try:
        async with asyncio.timeout(patience), asyncio.TaskGroup() as asking:
            for slack_id in unknown[:MOST_NAMES]:
                fact = PersonFact(slack_id)
                asking.create_task(front.learn(tenant.workspace_id, fact), name=f"ask {slack_id}")
    except* UNDELIVERED as errors:
        log.info("not all readers are known: %r", errors)

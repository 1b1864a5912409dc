"""Articles as they are written and read: forms that show what would come of them, page by page."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.response import BoltResponse

from bot.desk import Tenant
from bot.errors import Missing, Refused
from bot.usecases import authoring, kb
from bot.usecases.inputs import Acted, Door
from handlers import failures, forms, reading
from handlers.front import UNDELIVERED, Front, NotAvailable

log = logging.getLogger(__name__)

PREVIEW = "kb:preview"
PAGE = re.compile("^kb:page:")
FORMS = ("form:kb_new", "form:kb_edit", "form:kb_from")
ANYWAY = "anyway"


def register(app: AsyncApp) -> None:
    """Before the other forms, of which these are some."""
    app.action(PREVIEW)(on_preview)
    app.action(PAGE)(on_page)
    for callback_id in FORMS:
        app.view_submission(callback_id)(on_save)


async def on_preview(body: dict[str, Any], ack: AsyncAck, front: Front, tenant: Tenant) -> None:
    """Show how the article will look, and what it would change; what is typed stays."""
    press = reading.understood(reading.press, body)
    view = body["view"]
    item = replace(forms.read(view, by=press.by, key=press.key), at=press.at)
    try:
        await _put(front, tenant, view, await _written(front, tenant, item, view))
    except (Refused, Missing, NotAvailable) as error:
        log.info("no preview: %r", error)  # saving will be refused, too, with the same words
    await ack()


async def on_save(
    body: dict[str, Any], ack: AsyncAck, front: Front, tenant: Tenant
) -> BoltResponse:
    """Like any form, but what saving would bring about is shown once before it is done."""
    item = replace(reading.understood(forms.filled_in, body), at=front.clock.now())
    marks = reading.typed(body["view"]).get(ANYWAY, "")
    if empty := forms.left_empty(body["view"]):
        return failures.keep_open(body, forms.EMPTY, empty)
    try:
        found = await front.look(tenant, lambda u: authoring.warnings(u, item, marks))
    except (Refused, Missing) as refusal:
        return failures.keep_open(body, str(refusal), getattr(refusal, "field", "") or "title")
    if found:
        fresh = await _written(front, tenant, item, body["view"])
        return await ack(response_action="update", view=fresh)
    return await forms.on_form(body, ack, front, tenant)


async def on_page(body: dict[str, Any], ack: AsyncAck, front: Front, tenant: Tenant) -> None:
    """The rest of a long article, in the same window."""
    item, now = reading.understood(turned, body), front.clock.now()
    try:
        scene = await front.look(tenant, lambda unit: kb.page(unit, item, now))
        fresh = front.renderer.modal("article/page.j2", scene=scene)
        await _put(front, tenant, body["view"], fresh)
    except (Refused, Missing) as refusal:
        await front.whisper(tenant, item, str(refusal))
    await ack()


def turned(body: reading.Json) -> Acted:
    """A button that leads to another page: its value is the article's key and the number."""
    press = reading.press(body)
    key, _, page = press.value.partition(":")
    fields = {"article": key, "page": page}
    return Acted("kb_open", press.by.user_id, Door.BUTTON, press.at, press.key, fields=fields)


async def _written(front: Front, tenant: Tenant, item: Acted, view: forms.View) -> forms.View:
    scene = await front.look(tenant, lambda unit: authoring.written(unit, item))
    fresh = front.renderer.modal("article/form.j2", scene=scene)
    fresh["private_metadata"] = view["private_metadata"]
    return fresh


async def _put(front: Front, tenant: Tenant, view: forms.View, fresh: forms.View) -> None:
    """Show this in place of what is open; it stays as it was if that takes too long."""
    arguments = {"view_id": view["id"], "hash": view.get("hash", ""), "view": fresh}
    try:
        await front.call(tenant, "views.update", arguments)
    except UNDELIVERED as error:
        log.info("the window stays as it was: %r", error)

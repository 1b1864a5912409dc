"""Macros as they are written: a form that shows how they will look."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.desk import Tenant
from bot.usecases import macro
from bot.usecases.inputs import Acted
from handlers import forms, reading
from handlers.front import UNDELIVERED, Front, NotAvailable

log = logging.getLogger(__name__)

PREVIEW = "macro:preview"


def register(app: AsyncApp) -> None:
    app.action(PREVIEW)(on_preview)


async def on_preview(body: dict[str, Any], ack: AsyncAck, front: Front, tenant: Tenant) -> None:
    """Show how the macro looks that is being written; what is typed stays."""
    item = reading.understood(typed, body)
    try:
        view = await _drawn(front, tenant, item, body["view"])
        await front.call(tenant, "views.update", view)
    except (NotAvailable, *UNDELIVERED) as error:
        log.info("the macro's form stays as it was: %r", error)
    await ack()


async def _drawn(front: Front, tenant: Tenant, item: Acted, view: forms.View) -> dict[str, Any]:
    scene = await front.look(tenant, lambda unit: macro.written(unit, item))
    fresh = front.renderer.modal("macro/form.j2", scene=scene)
    fresh["private_metadata"] = view["private_metadata"]
    return {"view_id": view["id"], "hash": view.get("hash", ""), "view": fresh}


def typed(body: reading.Json) -> Acted:
    """The Preview button as a macro that is not saved yet."""
    press = reading.press(body)
    item = forms.read(body["view"], by=press.by, key=press.key)
    return replace(item, at=press.at)

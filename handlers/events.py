"""The one listener of all events: read, make durable, and let Bolt ack."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.desk import Tenant
from handlers.front import Front
from handlers.reading import EventReader

Listener = Callable[..., Awaitable[None]]


def listen(app: AsyncApp, events: Mapping[str, EventReader]) -> None:
    """Register one listener for all these events: Bolt tries its listeners one by one."""
    kinds = re.compile(f"^({'|'.join(map(re.escape, events))})$")
    app.event(kinds)(_listener(events))


def _listener(events: Mapping[str, EventReader]) -> Listener:
    async def on_event(body: dict[str, Any], front: Front, tenant: Tenant) -> None:
        await front.take(tenant, events[body["event"]["type"]], body)

    return on_event

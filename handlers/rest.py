"""What nobody else listens to: acked and counted, or Slack would bring it again (FACTS 2)."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from handlers import reading
from handlers.front import Front

ANYTHING = re.compile("")


def register(app: AsyncApp) -> None:
    """One catch-all for each kind of payload: it must come last."""
    app.event(ANYTHING)(on_rest)
    app.action(ANYTHING)(on_rest)
    app.view_submission(ANYTHING)(on_rest)
    app.view_closed(ANYTHING)(on_rest)
    app.shortcut(ANYTHING)(on_rest)
    app.command(ANYTHING)(on_rest)
    app.options(ANYTHING)(on_options)


async def on_rest(body: dict[str, Any], ack: AsyncAck, front: Front) -> None:
    front.counts[f"unheard {reading.kind(body)}"] += 1
    await ack()


async def on_options(ack: AsyncAck, front: Front) -> None:
    front.counts["unheard options"] += 1
    await ack(options=[])

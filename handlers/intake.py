"""What people write: messages of every channel that the bot is in, their edits and deletions."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from handlers import events, reading

EVENTS: dict[str, reading.EventReader] = {"message": reading.message}

# Slack subscribes by kind of conversation and delivers them all as ``message`` (FACTS 4, 5).
SUBSCRIPTIONS = ("message.channels", "message.groups", "message.im")


def register(app: AsyncApp) -> None:
    """The hottest of all: it must come first."""
    events.listen(app, EVENTS)

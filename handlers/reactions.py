"""Emoji on messages."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from handlers import events, reading

EVENTS: dict[str, reading.EventReader] = {
    "reaction_added": reading.reaction,
    "reaction_removed": reading.reaction,
}


def register(app: AsyncApp) -> None:
    events.listen(app, EVENTS)

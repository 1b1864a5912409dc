"""The app's home, opened."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from handlers import events, reading

EVENTS: dict[str, reading.EventReader] = {"app_home_opened": reading.home_opened}


def register(app: AsyncApp) -> None:
    events.listen(app, EVENTS)

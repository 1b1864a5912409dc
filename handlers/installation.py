"""The app's removal."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from handlers import events, reading

EVENTS: dict[str, reading.EventReader] = {
    "app_uninstalled": reading.uninstalled,
    "tokens_revoked": reading.uninstalled,
}


def register(app: AsyncApp) -> None:
    events.listen(app, EVENTS)

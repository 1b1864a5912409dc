"""Profiles that change, and who belongs to the agents."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from handlers import events, reading

EVENTS: dict[str, reading.EventReader] = {
    "user_change": reading.person_changed,
    "subteam_members_changed": reading.staff_changed,
    "subteam_updated": reading.staff_changed,
}


def register(app: AsyncApp) -> None:
    events.listen(app, EVENTS)

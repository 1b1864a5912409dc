"""Thin Bolt listeners: what Slack tells is read, offered to the inbox and acked."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from handlers import (
    article,
    channel,
    csat,
    desk,
    forms,
    home,
    installation,
    intake,
    macro,
    people,
    reactions,
    reply,
    rest,
    ticket,
)

# In matching order: Bolt tries one listener after the other, so the hot ones come first.
FEATURES = (
    intake,
    reactions,
    reply,
    article,
    ticket,
    forms,
    channel,
    people,
    home,
    installation,
    desk,
    csat,
    macro,
    rest,
)


def register(app: AsyncApp) -> None:
    """Give the app every listener there is."""
    for feature in FEATURES:
        feature.register(app)

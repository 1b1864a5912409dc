"""Digests: who gets which, when and where."""

from __future__ import annotations

from bot.acts.row import Act
from bot.rules.access import Who

ACTS = (
    Act(
        "digests",
        "Digests",
        Who.AGENT,
        "which digests come, when and where",
        desk="digests",
        synonyms=("digest list", "digests list", "subscriptions", "reports"),
        needs_ticket=False,
        reads=True,
    ),
    Act(
        "digest_new",
        "New digest",
        Who.AGENT,
        "let a digest come: daily, evening, queue, weekly or customer; pause, resume, delete or"
        " send one now",
        desk="digest",
        bare="digests",
        example="/desk digest daily at 8:30",
        synonyms=("digest new", "subscribe", "report", "morning"),
        form="digest_new",
        fields=("kind", "time", "weekday", "where", "who", "empty"),
        takes_words=True,
        needs_ticket=False,
    ),
    Act(
        "digest_pause",
        "Pause",
        Who.AGENT,
        "a digest comes no more until it is resumed",
        fields=("subscription",),
        about="subscription",
        needs_ticket=False,
    ),
    Act(
        "digest_resume",
        "Resume",
        Who.AGENT,
        "a digest that was paused comes again",
        fields=("subscription",),
        about="subscription",
        needs_ticket=False,
    ),
    Act(
        "digest_remove",
        "Delete",
        Who.AGENT,
        "a digest comes never more",
        fields=("subscription",),
        about="subscription",
        needs_ticket=False,
    ),
    Act(
        "digest_send",
        "Send now",
        Who.AGENT,
        "what the next digest would tell, at once",
        fields=("subscription",),
        about="subscription",
        needs_ticket=False,
    ),
)

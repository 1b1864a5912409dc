"""Whose a ticket is."""

from __future__ import annotations

from bot.acts.row import Act
from bot.rules.access import Who

ACTS = (
    Act(
        "take",
        "Take",
        Who.AGENT,
        "make a ticket yours",
        ticket_shortcut="take_ticket",
        verb="take",
        example="/ticket take 12",
        synonyms=("claim", "grab", "own"),
        reactions=("eyes",),
        on_card=True,
    ),
    Act(
        "take_next",
        "Take next",
        Who.AGENT,
        "make the most pressing ticket yours of those that nobody has",
        verb="next",
        example="/ticket next",
        synonyms=("nextone", "takenext"),
        needs_ticket=False,
    ),
    Act(
        "assign",
        "Assign",
        Who.AGENT,
        "give a ticket to somebody, or to nobody",
        command="/assign",
        synonyms=("give", "transfer"),
        example="/assign #12 @ben",
        form="assign",
        fields=("to",),
        in_more=True,
    ),
)

"""Customers: who they are and where they write."""

from __future__ import annotations

from bot.acts.row import Act
from bot.rules.access import Who

ACTS = (
    Act(
        "account",
        "Account",
        Who.AGENT,
        "all about one account: channels, contacts, tickets, notes",
        desk="account",
        example="/desk account acme",
        synonyms=("accounts", "customer", "company"),
        about="account",
        takes_words=True,
        needs_ticket=False,
        reads=True,
    ),
    Act(
        "account_save",
        "Edit",
        Who.AGENT,
        "change what is known of an account",
        form="account_save",
        fields=("name", "tier", "owner", "zone", "team_channel"),
        about="account",
        needs_ticket=False,
    ),
    Act(
        "account_note",
        "Add a note or warning",
        Who.AGENT,
        "write down what the team should know of an account",
        form="account_note",
        fields=("text", "kind"),
        about="account",
        needs_ticket=False,
    ),
    Act(
        "account_note_remove",
        "Remove",
        Who.AGENT,
        "take a note or warning away",
        fields=("note",),
        about="note",
        needs_ticket=False,
    ),
    Act(
        "channels",
        "Channels",
        Who.AGENT,
        "the customers’ channels and whose they are; set them up, one by one or all at once",
        desk="channels",
        synonyms=("map", "mapping", "onboarding"),
        about="page",
        needs_ticket=False,
        reads=True,
    ),
    Act(
        "map_channel",
        "Account of the channel …",
        Who.AGENT,
        "say whose channel it is, and how its messages become tickets",
        form="map_channel",
        fields=("mode", "known", "name", "tier", "owner", "answers"),
        about="channel",
        needs_ticket=False,
        in_more=True,
    ),
    Act(
        "map_all",
        "Believe all guesses",
        Who.LEAD,
        "give each channel without account the one that it is probably of",
        needs_ticket=False,
    ),
    Act(
        "no_customers",
        "No customers here",
        Who.AGENT,
        "nothing in a channel becomes a ticket",
        fields=("channel",),
        about="channel",
        needs_ticket=False,
    ),
)

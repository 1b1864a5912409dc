"""Tickets that belong together."""

from __future__ import annotations

from bot.acts.row import Act
from bot.rules.access import Who

ACTS = (
    Act(
        "merge",
        "Merge …",
        Who.AGENT,
        "make a ticket part of another one of the same customer",
        verb="merge",
        example="/ticket merge 12 into 15",
        synonyms=("join", "combine"),
        form="merge",
        fields=("into", "other"),
        takes_words=True,
        in_more=True,
    ),
    Act(
        "unmerge",
        "Undo the merge",
        Who.AGENT,
        "make a merged ticket one of its own again",
        verb="unmerge",
        example="/ticket unmerge 12",
        synonyms=("part", "demerge"),
        needs_number=True,
        in_more=True,
    ),
    Act(
        "link",
        "Link …",
        Who.AGENT,
        "say that a ticket is related to, a duplicate, child or parent of another",
        verb="link",
        example="/ticket link 12 related 15",
        synonyms=("relate",),
        form="link",
        fields=("kind", "into", "other"),
        takes_words=True,
        in_more=True,
    ),
    Act(
        "unlink",
        "Unlink",
        Who.AGENT,
        "take a link between two tickets away",
        verb="unlink",
        example="/ticket unlink 12 15",
        fields=("other",),
        takes_words=True,
        needs_number=True,
    ),
)

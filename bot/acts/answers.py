"""What customers are told, and what the team tells itself."""

from __future__ import annotations

from bot.acts.row import Act
from bot.rules.access import Who

ACTS = (
    Act(
        "reply",
        "Reply",
        Who.AGENT,
        "answer the customer under your own name",
        verb="reply",
        example="/ticket reply 12 We look into it",
        synonyms=("answer", "respond"),
        ticket_shortcut="reply_ticket",
        form="reply",
        fields=("text",),
        takes_words=True,
        on_card=True,
        is_seen_first=True,
        by_form=True,
    ),
    Act(
        "undo",
        "Undo",
        Who.AGENT,
        "take a reply back before it is sent",
        fields=("reply",),
        about="reply",
    ),
    Act(
        "unsend",
        "Delete",
        Who.AGENT,
        "delete a sent reply from the customer’s thread",
        fields=("reply",),
        about="reply",
    ),
    Act(
        "note",
        "Note …",
        Who.AGENT,
        "an internal note under the card; the customer never sees it",
        verb="note",
        example="/ticket note 12 They still use version 4.2",
        synonyms=("memo", "comment", "jot"),
        ticket_shortcut="note_ticket",
        form="note",
        fields=("text",),
        takes_words=True,
        in_more=True,
    ),
    Act(
        "macro",
        "Macro …",
        Who.AGENT,
        "begin a reply with a canned text, which may also set fields",
        verb="macro",
        example="/ticket macro 12 looking into it",
        synonyms=("canned", "template", "snippet", "macros"),
        form="macro",
        fields=("macro",),
        takes_words=True,
        in_more=True,
        is_seen_first=True,
    ),
)

"""What the knowledge base says, for those who answer."""

from __future__ import annotations

from bot.acts.row import Act
from bot.rules.access import Who

ACTS = (
    Act(
        "kb",
        "Knowledge",
        Who.AGENT,
        "what the knowledge base says; begin with a ticket’s number to send it there",
        verb="kb",
        command="/kb",
        example="/kb #12 export fails",
        synonyms=("knowledge", "docs", "faq"),
        fields=("words",),
        about="ticket",
        takes_words=True,
        needs_ticket=False,
        reads=True,
    ),
    Act(
        "kb_open",
        "Open",
        Who.AGENT,
        "a whole article",
        fields=("article",),
        about="article",
        needs_ticket=False,
        reads=True,
    ),
    Act(
        "kb_send",
        "Send to customer",
        Who.AGENT,
        "begin a reply with an article",
        form="reply",
        fields=("article",),
    ),
)

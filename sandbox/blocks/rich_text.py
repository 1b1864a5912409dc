"""The rules of rich_text: sections, lists, quotes, preformatted text, and what is in them."""

from __future__ import annotations

from sandbox.blocks.rules import (
    Record,
    Rule,
    anything,
    boolean,
    by_type,
    items,
    one_of,
    string,
    whole,
)

STYLE = Record(
    dict.fromkeys(
        (
            "bold",
            "italic",
            "strike",
            "code",
            "underline",
            "highlight",
            "client_highlight",
            "unlink",
        ),
        boolean,
    )
)
ID = string(255)
WORDS = string(40_000)


def _inline(name: str, rule: Rule = ID, **more: Rule) -> Record:
    return Record({name: rule, "style": STYLE, **more}, (name,))


INLINE: dict[str, Rule] = {
    "text": _inline("text", WORDS),
    "link": _inline("url", string(3_000), text=string(40_000, least=0), unsafe=boolean),
    "emoji": _inline("name", unicode=ID, skin_tone=whole(1, 6)),
    "user": _inline("user_id"),
    "usergroup": _inline("usergroup_id"),
    "channel": _inline("channel_id"),
    "broadcast": _inline("range", one_of("here", "channel", "everyone")),
    "date": _inline("timestamp", whole(0, 2**53), format=ID, url=string(3_000), fallback=ID),
    "color": _inline("value"),
    "team": _inline("team_id"),
}
RUN = items(by_type(INLINE, "rich text element"), 0, 5_000)
SECTION = Record({"elements": RUN}, ("elements",))
BORDER = whole(0, 1)

PARTS: dict[str, Rule] = {
    "rich_text_section": SECTION,
    "rich_text_list": Record(
        {
            "style": one_of("bullet", "ordered"),
            "elements": items(by_type({"rich_text_section": SECTION}, "list item"), 1, 1_000),
            "indent": whole(0, 8),
            "offset": whole(0, 10_000),
            "border": BORDER,
        },
        ("style", "elements"),
    ),
    "rich_text_preformatted": Record(
        {"elements": RUN, "border": BORDER, "language": anything}, ("elements",)
    ),
    "rich_text_quote": Record({"elements": RUN, "border": BORDER}, ("elements",)),
}
RICH_TEXT = Record(
    {"elements": items(by_type(PARTS, "rich text"), 1, 1_000), "block_id": ID}, ("elements",)
)

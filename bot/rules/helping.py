"""Where anybody may ask, anybody may answer: who did not ask helps, or has the same trouble."""

from __future__ import annotations

import re

from bot.rules import courtesy

FEWEST_WORDS = 3

_ECHO = re.compile(
    r"\b(?:me too|same (?:here|issue|problem|question|error|thing|for me)|also (?:have|having|see"
    r"|seeing|get|getting|affected)|(?:i|we) (?:have|see|get) (?:this|that|it|the same)"
    r"|any (?:news|update|updates|progress|solution)|following this|bump|affects? (?:me|us) too"
    r"|(?:is|are|keeps?) (?:still )?(?:down|broken|failing|stuck|not working)"
    r"|still (?:fails?|broken)|(?:not working|does not work|doesn't work|doesnt work) for (?:me|us)"
    r")\b"
    r"|\+1|:point_up(?:_2)?:",
    re.IGNORECASE,
)
_LINK = re.compile(r"<https?://[^>]+>")


def is_answer(text: str) -> bool:
    """Whether somebody who did not ask tells what helps.

    Not those who ask something themselves, have the same trouble, or say a mere word or two. A link
    is as good as words.
    """
    if "?" in _LINK.sub("", text) or _ECHO.search(text):
        return False
    if courtesy.wants_solved(text) or courtesy.wants_urgent(text):
        return False
    return bool(_LINK.search(text)) or len(text.split()) >= FEWEST_WORDS

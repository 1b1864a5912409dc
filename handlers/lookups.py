"""What follows ``/kb``: words of its own, made from the act table, or what somebody looks for."""

from __future__ import annotations

from dataclasses import replace

from bot import acts
from bot.rules import lookup
from bot.usecases.inputs import Acted


def meant(item: Acted) -> Acted:
    """What was typed after ``/kb`` as the act that it asks for. Raises Refused."""
    words = acts.kb_words()
    asked = lookup.parse(
        item.fields.get("words", ""), {word: act.takes_words for word, act in words.items()}
    )
    if not asked.word:
        return replace(item, fields={**item.fields, "words": asked.rest})
    fields = {"words": asked.rest} if asked.rest else {}
    return replace(item, act=words[asked.word].name, fields=fields, number=asked.number)

"""A question as the index of words asks it: which terms, each with its weight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.knowledge import terms
from bot.knowledge.synonyms import Synonyms

LONGEST = 1_500  # letters of a question that count: who writes more says it in the beginning
MOST_WORDS = 60
OF_SYNONYM = 0.5


@dataclass(frozen=True, slots=True)
class Question:
    """``stems`` with what each weighs, synonyms among them; ``asked`` are those that were said."""

    asked: tuple[str, ...]
    stems: Mapping[str, float]
    pairs: frozenset[str]
    grams: frozenset[str]


def understood(text: str, synonyms: Synonyms) -> Question:
    """Any text as a question; of a long one the beginning."""
    text = text[:LONGEST]
    said = terms.stems(text)[:MOST_WORDS]
    asked = tuple(dict.fromkeys(said))
    return Question(
        asked,
        _weighed(asked, synonyms),
        frozenset(terms.pairs(said)),
        frozenset(terms.grams(terms.words(text)[:MOST_WORDS])),
    )


def _weighed(asked: tuple[str, ...], synonyms: Synonyms) -> dict[str, float]:
    meant = {other: OF_SYNONYM for word in asked for other in synonyms.get(word, ())}
    return {**meant, **dict.fromkeys(asked, 1.0)}

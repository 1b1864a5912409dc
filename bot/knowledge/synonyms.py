"""Words that mean the same to those who ask: a list that comes along, and the desk's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from bot.knowledge import terms

Synonyms = Mapping[str, frozenset[str]]
"""By stem the stems that mean the same."""


@cache
def ours() -> Synonyms:
    """Those that come along, for support desks in English."""
    text = Path(__file__).with_name("synonyms.txt").read_text("utf-8")
    return of_groups(text.splitlines())


def of_groups(lines: Iterable[str]) -> Synonyms:
    """Of lines that hold a group of words each; a # begins a remark.

    Words are parted by commas, or by spaces where there is none. Of several words in a row between
    commas each stands for the others, so groups are best made of single words.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for line in lines:
        group = {each for word in _words(line.partition("#")[0]) for each in terms.stems(word)[-1:]}
        for each in group:
            found[each] |= group - {each}
    return {word: frozenset(others) for word, others in found.items() if others}


def both(first: Synonyms, second: Synonyms) -> Synonyms:
    """All of two lists."""
    nothing: frozenset[str] = frozenset()
    return {
        word: first.get(word, nothing) | second.get(word, nothing) for word in {*first, *second}
    }


def _words(group: str) -> list[str]:
    return group.split(",") if "," in group else group.split()

"""What of a text is compared: stems of its words, pairs of them, and grams of letters for typos."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

# The shortest words that say nothing: longer lists lost more questions than they won.
_SAY_NOTHING = (
    "a an the of to in on at for from by with and or is are was were be been am i me my it its"
    " this that there t s"
)
STOP = frozenset(_SAY_NOTHING.split())
SHORTEST_GRAM, LONGEST_GRAM = 3, 5
LONGEST_WORD = 40  # letters of a word that count
_NO_SPACES = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f"
_WORD = re.compile(rf"[{_NO_SPACES}]|[^\W_{_NO_SPACES}]+")
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_HYPHENED = re.compile(r"\b[^\W\d_]{1,6}-[^\W\d_]+\b")


@cache
def _stemmer() -> Any:
    import Stemmer  # noqa: PLC0415 - not all desks ask, and a process is to start without it

    return Stemmer.Stemmer("english", 0)  # `stem` remembers: its own 10,000 words would be 3 MB


def words(text: str) -> list[str]:
    """All words in order, without case and accents; ``don't`` is one, each Chinese sign is one."""
    return _WORD.findall(_APOSTROPHE.sub("", _folded(text)))


def stems(text: str) -> list[str]:
    """The stems of the words that say something; of all words where none does.

    ``e-mail`` is also ``email``.
    """
    found = words(text)
    if "-" in text:
        found += [each.replace("-", "") for each in _HYPHENED.findall(_folded(text))]
    said = [word for word in found if word not in STOP] or found
    return [stem(word) for word in said]


@lru_cache(maxsize=2_048)  # half a MB
def stem(word: str) -> str:
    """What a word of `words` has in common with its plurals and other forms."""
    return str(_stemmer().stemWord(word))[:LONGEST_WORD]


def pairs(found: Iterable[str]) -> list[str]:
    """Each two stems that follow one another."""
    return [f"{one}_{other}" for one, other in pairwise(found)]


def grams(found: Sequence[str]) -> list[str]:
    """All runs of three to five letters of words, their beginnings and ends among them."""
    return [gram for word in found for gram in _of_word(word)]


@lru_cache(maxsize=500)  # of a long word 3 KB
def _of_word(word: str) -> tuple[str, ...]:
    marked = f"_{word[:LONGEST_WORD]}_"
    return tuple(
        marked[begin : begin + length]
        for length in range(SHORTEST_GRAM, LONGEST_GRAM + 1)
        for begin in range(len(marked) - length + 1)
    )


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))

"""Cuts text into the word pieces that BERT's uncased models were trained on."""

from __future__ import annotations

import gzip
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

UNKNOWN, BEGIN, END = 100, 101, 102
MOST_PIECES = 128  # of a text; the model was trained on as many
LONGEST_WORD = 100

# Letters and digits together; each other sign, and each Chinese character, alone.
_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+|[^\w\s]|_")


def pieces(text: str) -> list[int]:
    """The numbers of a text's pieces, between the marks of beginning and end."""
    found = [BEGIN]
    for word in _WORD.findall(_folded(text[: MOST_PIECES * 20])):
        found += _of_word(word)
        if len(found) >= MOST_PIECES:
            break
    return [*found[: MOST_PIECES - 1], END]


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFD", text.lower())
    return "".join(sign for sign in apart if unicodedata.category(sign) != "Mn")


@lru_cache(maxsize=20_000)
def _of_word(word: str) -> tuple[int, ...]:
    """The longest known pieces from the left; one unknown where nothing fits."""
    known, found, begin = _vocabulary(), [], 0
    while begin < len(word):
        end = min(len(word), begin + LONGEST_WORD)
        while end > begin and _piece(word, begin, end) not in known:
            end -= 1
        if end == begin or len(word) > LONGEST_WORD:
            return (UNKNOWN,)
        found.append(known[_piece(word, begin, end)])
        begin = end
    return tuple(found)


def _piece(word: str, begin: int, end: int) -> str:
    return f"##{word[begin:end]}" if begin else word[:end]


@cache
def _vocabulary() -> dict[str, int]:
    packed = Path(__file__).with_name("wordpieces.txt.gz").read_bytes()
    words = gzip.decompress(packed).decode().splitlines()
    return {word: number for number, word in enumerate(words)}

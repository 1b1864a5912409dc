"""How people vote: with a face, a number from 1 to 5, or an emoji; and what is no vote at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType

from bot.rules import courtesy

BEST = 5


@dataclass(frozen=True, slots=True)
class Face:
    """A score with its emoji, by Slack's name, and what it says."""

    score: int
    emoji: str
    label: str


FACES = (
    Face(1, "disappointed", "Very bad"),
    Face(2, "slightly_frowning_face", "Bad"),
    Face(3, "neutral_face", "Okay"),
    Face(4, "slightly_smiling_face", "Good"),
    Face(5, "grinning", "Very good"),
)

_DIGITS = ("one", "two", "three", "four", "five")
_ALIKE = {"worried": 2, "white_frowning_face": 2, "smile": 5, "smiley": 5, "star-struck": 5}
_ALIKE |= {"rage": 1, "angry": 1}
_EMOJI = MappingProxyType(
    {name: score for score, name in enumerate(_DIGITS, 1)}
    | {face.emoji: face.score for face in FACES}
    | _ALIKE
)
_DRAWN = MappingProxyType({"😞": 1, "🙁": 2, "☹": 2, "😐": 3, "🙂": 4, "😀": 5})
_OUT_OF = r"(?:\s*(?:/|of|out of|von)\s*5)?"
_NUMBER = re.compile(rf"([1-5])\ufe0f?\u20e3?{_OUT_OF}\s*[.!)]*", re.IGNORECASE)
_BEGINNING = re.compile(rf"([1-5])\ufe0f?\u20e3?{_OUT_OF}[\s.,!:;–—-]+(\S.*)", re.DOTALL)
_NAMED = re.compile(r":([a-z0-9_+'-]+):[\s.!]*")
_COMMENT = re.compile(r"\s*(?:comment|feedback)\s*[:–—-]\s*(\S.*)", re.IGNORECASE | re.DOTALL)


def face_of(score: int) -> Face:
    """The face of a score from 1 to 5."""
    return FACES[score - 1]


def score_of(emoji: str) -> int | None:
    """What an emoji, by Slack's name, says about us; None for one that says nothing of the kind."""
    return _EMOJI.get(emoji.partition("::")[0])


def read(text: str) -> int | None:
    """The score of a reply that is a number or a face, perhaps with a kind word; else None.

    ``5 thanks!`` is a vote; ``2 of them still fail`` asks for something, and is none.
    """
    said = text.strip()
    if found := _NUMBER.fullmatch(said):
        return int(found[1])
    if found := _NAMED.fullmatch(said):
        return score_of(found[1])
    if (drawn := said.rstrip(" .!\ufe0f")) in _DRAWN:
        return _DRAWN[drawn]
    found = _BEGINNING.fullmatch(said)
    return int(found[1]) if found and courtesy.is_courtesy(found[2]) else None


def is_half(text: str) -> bool:
    """True for what begins like a vote and goes on with words that ask for something."""
    return read(text) is None and _BEGINNING.fullmatch(text.strip()) is not None


def comment_in(text: str) -> str:
    """The words of a reply such as ``comment: it took long``, ``""`` for any other reply."""
    found = _COMMENT.fullmatch(text)
    return found[1].strip() if found else ""


def bare(text: str) -> str:
    """A comment without the word that made it one."""
    return comment_in(text) or text

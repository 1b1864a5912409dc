"""How people vote: with a face, a number from 1 to 5, or an emoji; and what is no vote at all."""

from __future__ import annotations

import re
import unicodedata
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
_WORDS = MappingProxyType({name: str(score) for name, score in _EMOJI.items() if name in _DIGITS})
_STAR = r"(?:⭐|🌟|★|:star2?:)\ufe0f?\s*"
_STARS = re.compile(rf"(?:{_STAR})+[\s.!]*")
_SCORE = rf"([1-5]|{'|'.join(_DIGITS)})\ufe0f?\u20e3?(?:\s*(?:/|of|out of|von)\s*(?:5|five)\b)?"
_UNIT = rf"(?:\s*(?:stars?\b|points?\b|{_STAR}))?"
_NUMBER = re.compile(rf"{_SCORE}{_UNIT}\s*[.!)]*", re.IGNORECASE)
_APART = r"((?:[\s.,!;–—-]|:(?![\w+'-]+:))+)"
_BEGINNING = re.compile(rf"{_SCORE}{_UNIT}{_APART}(\S.*)", re.IGNORECASE | re.DOTALL)
_MARK = re.compile(r"[,!:;\n–—]|\s-|-\s")
_BETWEEN = r"(?:\s*(?:[.,/–—-]|of|out of|to|or)\s*|\s)"
_FIGURES = re.compile(rf"[-+]?\d{{1,3}}(?:{_BETWEEN}\d{{1,3}}){{0,2}}[\s.!%+]*")
_NAMED = re.compile(r":([a-z0-9_+'-]+):[\s.!]*")
_MENTIONS = re.compile(r"(?:<@[^<>]*>[\s,:]*)+")
_QUOTES = "*_~\"'“”„‘’ "
_COMMENT = re.compile(r"\s*(?:comment|feedback)\s*[:–—-]\s*(\S.*)", re.IGNORECASE | re.DOTALL)
_ASKING = re.compile(
    r"[?\d]|n['’]t\b|\b(?:still|again|fail\w*|brok\w+|errors?|please|pls|needs?|cannot|not work\w*"
    r"|(?:can|could|would) (?:you|we|i))\b",
    re.IGNORECASE,
)
"""What may want more of us than to be read."""


def face_of(score: int) -> Face:
    """The face of a score from 1 to 5."""
    return FACES[score - 1]


def score_of(emoji: str) -> int | None:
    """What an emoji, by Slack's name, says about us; None for one that says nothing of the kind."""
    return _EMOJI.get(emoji.partition("::")[0])


def read(text: str) -> int | None:
    """The score of a reply that is a number, a face or stars, perhaps with a word; else None.

    ``5 thanks!`` and ``3 - could be better`` are votes; ``2 of them still fail`` asks for
    something, and is none.
    """
    said = _plain(text)
    if found := _NUMBER.fullmatch(said):
        return _score(found[1])
    if found := _NAMED.fullmatch(said):
        return score_of(found[1])
    if (drawn := said.rstrip(" .!\ufe0f")) in _DRAWN:
        return _DRAWN[drawn]
    if (stars := _stars(said)) in range(1, BEST + 1):
        return stars
    found = _BEGINNING.fullmatch(said)
    is_vote = found and (courtesy.is_courtesy(found[3]) or remark_in(said))
    return _score(found[1]) if found and is_vote else None


def _plain(text: str) -> str:
    """Without what stands around it: whom it is said to, marks of emphasis, wide letters."""
    said = _MENTIONS.sub("", text.strip(), count=1) if text.lstrip().startswith("<@") else text
    wide = said if said.isascii() else unicodedata.normalize("NFKC", said)
    return wide.strip().strip(_QUOTES)


def _score(said: str) -> int:
    return int(_WORDS.get(said.casefold(), said))


def _stars(said: str) -> int:
    return len(re.findall(_STAR, said)) if _STARS.fullmatch(said) else 0


def remark_in(text: str) -> str:
    """The words behind a number and a dash, or the like, that want nothing but to be read."""
    found = _BEGINNING.fullmatch(_plain(text))
    if not found or not found[1].isdecimal() or not _MARK.search(found[2]):
        return ""
    said = found[3].strip()
    is_other = _ASKING.search(said) or courtesy.is_courtesy(said) or not re.search(r"\w", said)
    return "" if is_other else said


def may_ask(text: str) -> bool:
    """True for words that a number may answer."""
    return "?" in text or re.search(r"\d", text) is not None


def is_slip(text: str) -> bool:
    """True for ``10`` or ``4.5``: meant as a vote, and none that there is."""
    said = _plain(text)
    is_one = _FIGURES.fullmatch(said) is not None or _stars(said) > BEST
    return is_one and read(said) is None


def is_half(text: str) -> bool:
    """True for what begins like a vote and goes on with words that ask for something."""
    said = _plain(text)
    return said[:1].isdecimal() and read(said) is None and _BEGINNING.fullmatch(said) is not None


def comment_in(text: str) -> str:
    """The words of a reply such as ``comment: it took long``, ``""`` for any other reply."""
    found = _COMMENT.fullmatch(text)
    return found[1].strip() if found else ""


def bare(text: str) -> str:
    """A comment without the word or number that made it one."""
    return comment_in(text) or remark_in(text) or text

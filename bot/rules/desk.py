"""What people type after ``/desk``: one of the phrases of the act table, then words of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from bot.errors import Refused
from bot.rules.commands import NotUnderstood

_HELP = ("help", "?")
_PASTED = re.compile(r"\s*/desk(?!\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Phrase:
    """What may stand for it, and whether words of its own may follow."""

    synonyms: tuple[str, ...] = ()
    takes_words: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """``phrase`` is one of the known; ``rest`` what followed, as it was typed."""

    phrase: str
    rest: str


def parse(text: str, known: Mapping[str, Phrase]) -> Asked:
    """What was asked; the longest phrase that fits wins. Nothing typed means help, and so does
    ``help``, before a phrase or after it: ``rest`` says what to explain, ``""`` for all.

    Raises Refused with the nearest right command; NotUnderstood when there is none.
    """
    text = _PASTED.sub("", text)
    words = text.split()
    means = {each: phrase for phrase, row in known.items() for each in (phrase, *row.synonyms)}
    if not words or words[0].casefold() in _HELP:
        return Asked("help", _explained(words[1:], means))
    phrase, count = _longest_fit(words, means)
    if not count:
        raise _slip(" ".join(words[:2]), means)
    rest = " ".join(text.split(maxsplit=count)[count:]).strip()
    if rest.casefold() in _HELP:
        return Asked("help", phrase)
    if rest and not known[phrase].takes_words:
        raise _too_much(phrase, f"{phrase} {rest.split()[0]}", means)
    return Asked(phrase, rest)


def _longest_fit(words: Sequence[str], means: Mapping[str, str]) -> tuple[str, int]:
    """The phrase with which the words begin, and how many of them it took; 0 for none."""
    for count in range(min(len(words), _longest(means)), 0, -1):
        phrase = means.get(" ".join(words[:count]).casefold().strip("!.,:;/"))
        if phrase is not None:
            return phrase, count
    return "", 0


def _explained(words: Sequence[str], means: Mapping[str, str]) -> str:
    """The phrase that is to be explained, or how several begin; ``""`` for all that there is."""
    phrase, count = _longest_fit(words, means)
    said = " ".join(words).casefold().strip("!.,:;/")
    if count or not said:
        return phrase
    if any(each.startswith(f"{said} ") for each in means.values()):
        return said
    near = get_close_matches(said, means, n=1, cutoff=0.7)
    return means[near[0]] if near else ""


def _too_much(phrase: str, said: str, means: Mapping[str, str]) -> Refused:
    alike = [each for each in means if each.startswith(f"{said.split(maxsplit=1)[0].casefold()} ")]
    near = get_close_matches(said.casefold(), alike, n=1)
    if near:
        return Refused(f"Did you mean `/desk {means[near[0]]}`?")
    return Refused(f"`/desk {phrase}` takes nothing more. Did you mean just that?")


def _longest(means: Mapping[str, str]) -> int:
    return max(phrase.count(" ") + 1 for phrase in means)


def _slip(said: str, means: Mapping[str, str]) -> Refused:
    """The nearest by its beginning counts too: what follows may be a name."""
    for words in (said, said.split(maxsplit=1)[0]):
        near = get_close_matches(words.casefold(), means, n=1, cutoff=0.7)
        if near:
            return Refused(f"There is no such command. Did you mean `/desk {means[near[0]]}`?")
    return NotUnderstood("There is no such command. This is all that there is:")

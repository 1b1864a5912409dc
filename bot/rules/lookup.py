"""What people type after ``/kb``: one of its own words, or what they look for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import Refused

NUMBER = re.compile(r"#?0*([1-9][0-9]{0,8})")
WITH_NUMBER = "from"
HELP = frozenset({"help", "?", "??"})


@dataclass(frozen=True, slots=True)
class Asked:
    """``word`` is one of the known, ``""`` for a search; ``rest`` what followed, as typed."""

    word: str
    rest: str
    number: int | None = None


def parse(text: str, known: Mapping[str, bool]) -> Asked:
    """``known`` are the words, each with whether others may follow it.

    A word that takes none means itself only where it stands alone: "new user cannot log in" is a
    question. Raises Refused where a word lacks what it is about.
    """
    first, rest = [*text.strip().split(maxsplit=1), "", ""][:2]
    word = first.casefold()
    if word in HELP and not rest:  # as is told to whoever says nothing
        return Asked("", "")
    if word not in known:
        return Asked("", text)
    if word == WITH_NUMBER:
        found = NUMBER.fullmatch(rest)
        if rest and not found:
            return Asked("", text)
        return Asked(word, "", int(found[1]) if found else None)
    if known[word] and not rest:
        raise Refused(f"Say which article: `/kb {word} ask for a refund`, or its address.")
    return Asked("", text) if rest and not known[word] else Asked(word, rest)

"""Which titles say something: "Ticket 12" does not, nor does the name of a kind that many share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bot.knowledge import terms
from bot.knowledge.passages import Passage

LONGEST = 200  # letters of a line that may be a title
SHORT = 40  # words of a body whose first line is as good as a title
FEWEST_ALIKE = 5
_END_OF_SENTENCE = (".", ":", ";", ",", "!", "。")


def first_line(body: str) -> str:
    """The line of a body that may stand for a title, ``""`` where it begins as any text does.

    A question, or a heading, ends with no full stop; a short message is all of it.
    """
    line = next((each.strip() for each in body.splitlines() if each.strip()), "")
    is_title = not line.endswith(_END_OF_SENTENCE) or len(body.split()) <= SHORT
    return line if is_title and len(line) <= LONGEST else ""


def telling(passages: Sequence[Passage]) -> list[Passage]:
    """The same, where most have titles that say nothing with the first lines of their bodies.

    So it is where most titles are but for numbers those of others, or are how their bodies begin.
    """
    alike = Counter(map(_shape, passages))
    labels = [bool(each.body) and alike[_shape(each)] >= FEWEST_ALIKE for each in passages]
    cut = [_is_cut(each) for each in passages]
    if 2 * sum(labels) > len(passages):
        return [
            _relabelled(each) if yes else each for each, yes in zip(passages, labels, strict=True)
        ]
    if 2 * sum(cut) > len(passages):
        return [_uncut(each) if yes else each for each, yes in zip(passages, cut, strict=True)]
    return [*passages]


def _relabelled(passage: Passage) -> Passage:
    body = f"{passage.body}\n\n{passage.title}"
    return replace(passage, title=first_line(passage.body), body=body)


def _uncut(passage: Passage) -> Passage:
    return replace(passage, title=first_line(passage.body))


def _is_cut(passage: Passage) -> bool:
    begun = passage.title.rstrip(" .…").casefold()
    return bool(begun) and passage.body.lstrip().casefold().startswith(begun)


def _shape(passage: Passage) -> str:
    """A title without numbers, and without its own id."""
    said = terms.words("" if passage.title == passage.id else passage.title)
    return " ".join(word for word in said if not any(map(str.isdigit, word)))

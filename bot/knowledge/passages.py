"""What the index is given, what it answers, and what any engine of it can do."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Passage:
    """Something that can be found: an article or a solved ticket. Plain words, no markup.

    ``id`` is the index's only key. ``marks`` say who may find it, such as ``public`` or
    ``account=7``; ``synonyms`` are more words of its own that people ask by.
    """

    id: str
    title: str
    body: str = ""
    marks: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A passage for a question. ``score`` compares those of one answer alone.

    ``share`` is how much of the question it has, by words: 1.0 for one that says the very same, 0.0
    where it was found by meaning alone. ``nearness`` is the cosine of the meanings, 0.0 by words;
    beside it ``words`` says how many words of the question it has, each as much as it is rare: the
    mean of its own and of those that the best by words has.
    """

    id: str
    score: float
    share: float = 0.0
    nearness: float = 0.0
    words: float = 0.0


class Index(Protocol):
    """A picture of what can be found; truth is elsewhere. Of one id the last that was added."""

    def add(self, passages: Iterable[Passage]) -> None:
        """Let passages be found, instead of those that had their ids."""

    def remove(self, ids: Iterable[str]) -> None:
        """Let them be found no more; ids that are not there mean nothing."""

    def clear(self) -> None:
        """Forget all, to be built anew."""

    def search(
        self, question: str, *, limit: int = 10, only: Collection[str] | None = None
    ) -> list[Found]:
        """The best, the best first. ``only``: those with one of these marks; None for all.

        Any text is a question, and none is a query language.
        """

    def save(self) -> None:
        """Keep what was added, for the next process."""

    def __len__(self) -> int:
        """How many passages can be found."""

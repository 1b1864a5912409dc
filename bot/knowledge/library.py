"""Words and meaning as one index: fused by score, and by words alone until meanings are known."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from bot.knowledge.meaning import Means
from bot.knowledge.passages import Found, Passage
from bot.knowledge.synonyms import Synonyms
from bot.knowledge.vectorindex import Learned, VectorIndex
from bot.knowledge.wordindex import FEW, WordIndex

OF_WORDS = 0.1  # what the best by words has more, beside a cosine
CANDIDATES = 30  # of each side
VECTORS = "vectors.npz"

_aside = ThreadPoolExecutor(max_workers=2, thread_name_prefix="meaning")


class Library:
    """`add` makes words known at once, meanings with `absorb`, which takes its time."""

    def __init__(self, words: WordIndex, meaning: Means, folder: Path | None = None) -> None:
        self._words = words
        self._vectors = VectorIndex(meaning, folder / VECTORS if folder else None)
        self._waiting: dict[str, Passage] = {}

    def __len__(self) -> int:
        return len(self._words)

    @property
    def waiting(self) -> int:
        """How many passages have no meaning yet; until there are none, words alone answer."""
        return len(self._waiting)

    def add(self, passages: Iterable[Passage]) -> None:
        """Let passages be found by their words."""
        new = list(passages)
        self._words.add(new)
        self._waiting |= {each.id: each for each in new}

    def expect(self, passages: Sequence[Passage]) -> None:
        """These are all whose words are known: what was kept of other meanings is forgotten."""
        kept = {each.id for each in passages}
        self._vectors.remove([key for key in self._vectors.ids() if key not in kept])
        new = (each for each in passages if not self._vectors.has(each))
        self._waiting |= {each.id: each for each in new}

    def absorb(self, most: int = 32) -> int:
        """Learn the meaning of some that wait; how many those were. Not on the event loop."""
        batch = self.next(most)
        self.keep(self.learned(batch))
        return len(batch)

    def next(self, most: int) -> list[Passage]:
        """Some of those that wait."""
        return list(islice(self._waiting.values(), most))

    def learned(self, batch: Sequence[Passage]) -> list[Learned]:
        """What they mean: slow, and changes nothing, so that others may search meanwhile."""
        return self._vectors.learned(batch)

    def keep(self, learned: Sequence[Learned]) -> None:
        """Let those be found by meaning that still wait for it."""
        fitting = [each for each in learned if self._waiting.get(each[0].id) is each[0]]
        self._vectors.put(fitting)
        for passage, _ in fitting:
            del self._waiting[passage.id]

    @property
    def synonyms(self) -> Synonyms:
        """Words that count for one another."""
        return self._words.synonyms

    @synonyms.setter
    def synonyms(self, wanted: Synonyms) -> None:
        self._words.synonyms = wanted

    def remove(self, ids: Iterable[str]) -> None:
        """Let them be found no more."""
        gone = list(ids)
        self._words.remove(gone)
        self._vectors.remove(gone)
        for each in gone:
            self._waiting.pop(each, None)

    def clear(self) -> None:
        """Forget all."""
        self._words.clear()
        self._vectors.clear()
        self._waiting.clear()

    def save(self) -> None:
        """Keep the meanings; words keep themselves."""
        self._vectors.save()

    def search(
        self, question: str, *, limit: int = 10, only: Collection[str] | None = None
    ) -> list[Found]:
        """The best by both; by words alone while meanings are learnt.

        Both look at once, each on a core where there are two: neither holds the interpreter.
        """
        if self._waiting or not question.strip():
            return self._words.search(question, limit=limit, only=only)
        many = max(limit, CANDIDATES)
        looked = _aside.submit(self._vectors.looked, question)
        by_words = self._words.search(question, limit=many, only=only)
        known = [each.id for each in by_words]
        near = self._vectors.near(looked.result(), limit=many, only=only, also=known)
        return _fused(by_words, near, math.log(2 + max(len(self), FEW)))[:limit]


def _fused(by_words: Sequence[Found], near: dict[str, float], rarest: float) -> list[Found]:
    best = by_words[0].score if by_words else 0.0
    words = {each.id: each for each in by_words}
    nothing = Found("", 0.0)
    found = [
        Found(
            key,
            cosine + OF_WORDS * ((known := words.get(key, nothing)).score / (best or 1.0)) ** 2,
            share=known.share,
            nearness=cosine,
            words=(known.score + best) / 2 / rarest,
        )
        for key, cosine in near.items()
    ]
    return sorted(found, key=lambda each: (-each.score, each.id))

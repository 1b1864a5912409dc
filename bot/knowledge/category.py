"""Which category a text is of: kernel ridge over words, and over meanings where they are known."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from bot.knowledge import terms
from bot.knowledge.meaning import Means

Rows = np.ndarray[tuple[int, int], np.dtype[np.float32]]

MOST_TERMS = 4_000  # that texts are compared by, the commonest
MOST_MARKS = 3_000  # texts that all others are compared with
MOST_TEXTS = 20_000  # that are learned from, the last ones
OF_WORDS, OF_MEANING = 1.5, 4.0  # the powers to which cosines are raised: what is far counts less
RIDGE = 0.3
_SEED = 7
_LONGEST = 1_500


@dataclass(frozen=True, slots=True)
class Guess:
    """A category, and how sure it is, from 0.0 to 1.0."""

    category: str
    confidence: float


@dataclass(slots=True)
class Sorter:
    """Learns from texts whose category is known; a few seconds for ten thousand of them.

    Without ``meaning`` it goes by words alone.
    """

    meaning: Means | None = None
    categories: list[str] = field(default_factory=list)
    _rarity: dict[str, float] = field(default_factory=dict)
    _columns: dict[str, int] = field(default_factory=dict)
    _marks: list[Rows] = field(default_factory=list)
    _weights: Rows = field(default_factory=lambda: np.zeros((0, 0), np.float32))

    def learn(self, examples: Sequence[tuple[str, str]]) -> None:
        """Forget all and learn from (text, category). Of fewer than two categories: nothing."""
        examples = examples[-MOST_TEXTS:]
        self.categories = sorted({category for _, category in examples})
        if len(self.categories) < 2:
            return
        texts = [text for text, _ in examples]
        self._choose_terms(texts)
        known = self._known(texts)
        chosen = np.random.default_rng(_SEED).permutation(len(texts))[:MOST_MARKS]
        self._marks = [each[chosen] for each in known]
        near, among = self._near(known), self._near(self._marks)
        size = len(among)
        bent = near.T @ near + RIDGE * among + 1e-3 * np.eye(size, dtype=np.float32)
        wanted = near.T @ self._wanted([category for _, category in examples])
        self._weights = np.linalg.solve(bent, wanted).astype(np.float32)

    def guesses(self, texts: Sequence[str]) -> list[Guess | None]:
        """The likeliest category of each; None for all before anything was learned."""
        if len(self.categories) < 2:
            return [None] * len(texts)
        scores = self._near(self._known(texts)) @ self._weights
        best = scores.argmax(axis=1)
        return [
            Guess(self.categories[place], float(np.clip(row[place], 0.0, 1.0)))
            for place, row in zip(best, scores, strict=True)
        ]

    def _choose_terms(self, texts: Sequence[str]) -> None:
        seen = Counter(term for text in texts for term in set(_terms(text)))
        chosen = [term for term, many in seen.most_common(MOST_TERMS) if many > 1]
        self._columns = {term: place for place, term in enumerate(chosen)}
        total = 1 + len(texts)
        self._rarity = {term: math.log(total / (1 + seen[term])) + 1 for term in chosen}

    def _known(self, texts: Sequence[str]) -> list[Rows]:
        by_words = self._by_words(texts)
        return [by_words, self.meaning.of(texts)] if self.meaning else [by_words]

    def _by_words(self, texts: Sequence[str]) -> Rows:
        rows = np.zeros((len(texts), len(self._columns)), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for term, many in Counter(_terms(text)).items():
                if term in self._columns:
                    row[self._columns[term]] = (1 + math.log(many)) * self._rarity[term]
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.maximum(lengths, 1e-6), np.float32)

    def _near(self, known: Sequence[Rows]) -> Rows:
        """How near each text is to each mark: the kernel."""
        powers = (OF_WORDS, OF_MEANING)
        found = [
            np.maximum(rows @ marks.T, 0) ** power
            for rows, marks, power in zip(known, self._marks, powers, strict=False)
        ]
        return np.asarray(sum(found), np.float32)

    def _wanted(self, categories: Sequence[str]) -> Rows:
        place = {each: column for column, each in enumerate(self.categories)}
        wanted = np.zeros((len(categories), len(place)), np.float32)
        for row, category in zip(wanted, categories, strict=True):
            row[place[category]] = 1
        return wanted


def _terms(text: str) -> list[str]:
    """Stems, none left out, their pairs, and grams of letters."""
    words = terms.words(text[:_LONGEST])
    stems = [terms.stem(word) for word in words]
    return [*stems, *terms.pairs(stems), *(f"~{gram}" for gram in terms.grams(words))]

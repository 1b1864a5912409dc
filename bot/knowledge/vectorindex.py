"""The index of meanings: a vector for each stretch of a passage, all of them looked at."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.knowledge.firstlook import WORTHWHILE, FirstLook, Vector, cosines
from bot.knowledge.meaning import DIMENSIONS, Means, Vectors
from bot.knowledge.passages import Passage

VERSION = 1
STRETCH = 60  # words
MOST_STRETCHES = 4  # of a passage: what says nothing in its first 240 words hardly says it later
_PARTS = re.compile(r"\n\s*\n|(?<=[.!?])\s+")
_NAMES = ("version", "rows", "owners", "marks", "prints")
_SPARE = 1.5  # how much more room is made at a time


_UNSEEN = -2.0  # the cosine of a row that was not looked at

Learned = tuple[Passage, Vectors]
"""A passage, and a vector for each of its stretches."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A question as a vector, and the cosine of each row; of many rows the nearest ones' alone."""

    meant: Vector
    cosines: Vector


@dataclass(slots=True)
class _Place:
    rows: list[int]
    marks: frozenset[str]
    print: str


class VectorIndex:
    """One per process and file; without a file it lives in memory."""

    def __init__(self, meaning: Means, file: Path | None = None) -> None:
        self._meaning, self._file = meaning, file
        self.clear()
        self._load()

    def __len__(self) -> int:
        return len(self._places)

    def ids(self) -> list[str]:
        """The ids of all."""
        return [*self._places]

    def has(self, passage: Passage) -> bool:
        """True where its meaning is known, and it was not changed since."""
        place = self._places.get(passage.id)
        return place is not None and place.print == _print(passage)

    def clear(self) -> None:
        """Forget all."""
        self._rows: Vectors = np.zeros((0, DIMENSIONS), np.float32)
        self._owners: list[str] = []
        self._places: dict[str, _Place] = {}
        self._first: FirstLook | None = None

    def add(self, passages: Sequence[Passage]) -> None:
        """Let passages be found; some 5 ms for each short one."""
        self.put(self.learned(passages))

    def learned(self, passages: Sequence[Passage]) -> list[Learned]:
        """What passages mean, to be put in; it takes its time, and changes nothing."""
        stretches = {each.id: _stretches(each) for each in passages}
        texts = {text for each in passages for text in (each.title, *stretches[each.id])}
        ordered = sorted(texts)
        vectors = dict(zip(ordered, self._meaning.of(ordered), strict=True))
        found = []
        for each in passages:
            whole = np.stack([vectors[text] for text in stretches[each.id]])
            title = vectors[each.title] if each.title else whole
            found.append((each, np.asarray((whole + title) / 2, np.float32)))
        return found

    def put(self, learned: Iterable[Learned]) -> None:
        """Let passages be found of which is known what they mean."""
        for passage, vectors in learned:
            self.remove([passage.id])
            self._put(passage, vectors)

    def _put(self, passage: Passage, vectors: Vectors) -> None:
        self._first = None
        begin, end = len(self._owners), len(self._owners) + len(vectors)
        if end > len(self._rows):
            room = np.zeros((int(end * _SPARE) + 16, DIMENSIONS), np.float32)
            room[:begin] = self._rows[:begin]
            self._rows = room
        self._rows[begin:end] = vectors
        self._owners += [passage.id] * len(vectors)
        self._places[passage.id] = _Place(
            [*range(begin, end)], frozenset(passage.marks), _print(passage)
        )

    def remove(self, ids: Iterable[str]) -> None:
        """Let them be found no more. The last rows move to where theirs were."""
        for key in ids:
            place = self._places.pop(key, None)
            for row in sorted(place.rows, reverse=True) if place else ():
                self._take_out(row)

    def _take_out(self, row: int) -> None:
        self._first = None
        last = len(self._owners) - 1
        if row != last:
            moved = self._places[self._owners[last]].rows
            moved[moved.index(last)] = row
            self._rows[row], self._owners[row] = self._rows[last], self._owners[last]
        self._owners.pop()

    def looked(self, question: str) -> Looked:
        """How near each stretch is, for `near`; 5 ms or more."""
        meant = np.asarray(self._meaning.of([question])[0], np.float32)
        rows = self._rows[: len(self._owners)]
        if len(rows) < WORTHWHILE:
            return Looked(meant, cosines(rows, meant))
        first = self._first = self._first or FirstLook(rows)
        best, seen = first.best(meant), np.full(len(rows), _UNSEEN, np.float32)
        seen[best] = cosines(rows[best], meant)
        return Looked(meant, seen)

    def near(
        self, looked: Looked, *, limit: int, only: Collection[str] | None, also: Iterable[str]
    ) -> dict[str, float]:
        """The nearest passages and their cosines, with those of ``also`` as well."""
        found = self._nearest(looked.cosines, limit, only)
        if len(found) < limit and _UNSEEN in looked.cosines:
            whole = cosines(self._rows[: len(self._owners)], looked.meant)
            found = self._nearest(whole, limit, only)
        for key in also:
            if key in self._places:
                found[key] = float(np.max(self._rows[self._places[key].rows] @ looked.meant))
        return found

    def _nearest(self, seen: Vector, limit: int, only: Collection[str] | None) -> dict[str, float]:
        found: dict[str, float] = {}
        for row in _falling(seen, at_once=max(limit * MOST_STRETCHES, 64)):
            key = self._owners[row]
            if len(found) == limit or seen[row] == _UNSEEN:
                break
            if key not in found and self._may(key, only):
                found[key] = float(seen[row])
        return found

    def _may(self, key: str, only: Collection[str] | None) -> bool:
        return only is None or not self._places[key].marks.isdisjoint(only)

    def save(self) -> None:
        """Keep all in the file."""
        if self._file is None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        places = [self._places[key] for key in self._owners]
        new = self._file.with_suffix(".new.npz")
        np.savez(
            new,
            version=VERSION,
            rows=self._rows[: len(self._owners)].astype(np.float16),
            owners=np.array(self._owners, dtype=np.str_),
            marks=np.array(["\n".join(sorted(each.marks)) for each in places], dtype=np.str_),
            prints=np.array([each.print for each in places], dtype=np.str_),
        )
        new.replace(self._file)

    def _load(self) -> None:
        """What was kept; nothing where that is damaged or of another version."""
        kept = _kept(self._file)
        if kept is None:
            return
        self._rows = kept["rows"].astype(np.float32)
        self._owners = [str(each) for each in kept["owners"]]
        told = zip(self._owners, kept["marks"], kept["prints"], strict=True)
        for row, (key, marks, print_) in enumerate(told):
            empty = _Place([], frozenset(filter(None, str(marks).split("\n"))), str(print_))
            self._places.setdefault(key, empty).rows.append(row)


def _kept(file: Path | None) -> Mapping[str, np.ndarray] | None:
    try:
        with np.load(file or "") as stored:
            kept = {name: stored[name] for name in _NAMES}
    except (OSError, ValueError, KeyError):
        return None
    return kept if int(kept["version"]) == VERSION else None


def _falling(cosines: np.ndarray, *, at_once: int) -> Iterator[int]:
    """The rows, the nearest first; all are sorted only where the first do not suffice."""
    if len(cosines) > at_once:
        first = np.argpartition(-cosines, at_once)[:at_once]
        yield from (int(row) for row in first[np.argsort(-cosines[first])])
    yield from (int(row) for row in np.argsort(-cosines, kind="stable"))


def _print(passage: Passage) -> str:
    """Of what its vectors and marks were made."""
    said = "\0".join((passage.title, passage.body, *passage.marks))
    return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()


def _stretches(passage: Passage) -> list[str]:
    """A passage in pieces that the model can take, each under the passage's title."""
    found: list[list[str]] = []
    for part in _PARTS.split(passage.body):
        words = part.split()
        if not found or len(found[-1]) + len(words) > STRETCH:
            found.append([])
        found[-1] += words
    texts = [" ".join(each) for each in found if each][:MOST_STRETCHES]
    head = f"{passage.title}. " if passage.title else ""
    return [f"{head}{text}" for text in texts] or [passage.title]

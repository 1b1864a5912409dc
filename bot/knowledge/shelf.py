"""A folder with an index and what it was made of, for those who try it without a desk."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from bot.knowledge import confidence
from bot.knowledge.confidence import Calibration
from bot.knowledge.library import Library
from bot.knowledge.meaning import Meaning
from bot.knowledge.passages import Found, Index, Passage
from bot.knowledge.wordindex import WordIndex

Engine = Literal["words", "semantic"]

_PASSAGES, _WORDS, _CALIBRATION = "passages.jsonl", "words", "calibration.json"
_LONGEST = 80  # letters that name a passage without a title

Told = Callable[[int], None]
"""Hears how many passages still wait for their meaning."""


class Empty(Exception):
    """Nothing was indexed in that folder."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """An index that is open."""

    index: Index
    titles: dict[str, str]
    calibration: Calibration

    def answer(self, question: str, limit: int = 10) -> tuple[list[Found], float]:
        """What fits, and how sure the first is."""
        found = self.index.search(question, limit=limit)
        return found, self.calibration.confidence(found)


def fill(folder: Path, passages: Sequence[Passage]) -> None:
    """Index passages instead of all that was there; meanings are learnt when they are asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(asdict(each), ensure_ascii=False) for each in passages)
    (folder / _PASSAGES).write_text("".join(f"{line}\n" for line in lines), "utf-8")
    (folder / _CALIBRATION).unlink(missing_ok=True)
    index = WordIndex(folder / _WORDS)
    index.clear()
    index.add(passages)


def opened(folder: Path, engine: Engine, told: Told = lambda waiting: None) -> Shelf:
    """The index of a folder. Raises Empty, and NotInstalled for meanings without their extra."""
    passages = list(_kept(folder))
    if not passages:
        raise Empty(f"Nothing is indexed in {folder}: `app.py kb index FILE` does that.")
    words = WordIndex(folder / _WORDS)
    if len(words) != len(passages):
        words.clear()
        words.add(passages)
    index: Index = _with_meanings(words, folder, passages, told) if engine == "semantic" else words
    titles = {each.id: each.title or each.body.strip()[:_LONGEST] for each in passages}
    return Shelf(index, titles, confidence.kept(folder / _CALIBRATION))


def calibrate(folder: Path, shelf: Shelf, answers: Iterable[tuple[Found, bool]]) -> None:
    """Keep what answers teach, for the next who opens the folder."""
    shelf.calibration.fitted(answers).save(folder / _CALIBRATION)


def _with_meanings(
    words: WordIndex, folder: Path, passages: Sequence[Passage], told: Told
) -> Library:
    library = Library(words, Meaning(), folder)
    library.expect(passages)
    if library.waiting:
        while library.absorb():
            told(library.waiting)
        library.save()
    return library


def _kept(folder: Path) -> Iterable[Passage]:
    try:
        text = (folder / _PASSAGES).read_text("utf-8")
    except OSError:
        return
    for line in text.split("\n")[:-1]:  # texts hold other ends of lines
        row = json.loads(line)
        yield Passage(
            row["id"], row["title"], row["body"], *map(tuple, (row["marks"], row["synonyms"]))
        )

"""``python -m bench knowledge``: how fast questions find answers, by words and by meaning.

Passages and questions are made up: words as common and as rare as in English, titles that resemble
one another. Vectors of 100,000 passages are, too, for to learn so many would take a quarter of an
hour; what is asked is understood by the real model. Milliseconds are of the processor, on all
threads, and beside them of the clock on the wall, which is what people wait on an idle machine.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.table import machine
from bot.knowledge import meaning
from bot.knowledge.library import Library
from bot.knowledge.meaning import DIMENSIONS, Meaning, of_length_one
from bot.knowledge.passages import Index, Passage
from bot.knowledge.wordindex import WordIndex

SIZES = (1_000, 10_000, 100_000)
QUESTIONS, LONG = 200, 6  # how many are asked; those of them that are 5,000 characters long
RUNS = 3
VOCABULARY = 30_000
WORDS, MEANING = "   words: p50    p95   waited", "semantic: p50    p95   waited"
_SOUNDS = ["ba", "cor", "den", "fil", "gra", "hest", "in", "lo", "mur", "ne", "pol", "ra", "st"]


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds a question: of the processor, and in all."""

    p50: float
    p95: float
    waited_p95: float


class Talk:
    """Words that are as common as those of English: the n-th is said a n-th as often."""

    def __init__(self, seed: int = 7) -> None:
        self._random = random.Random(seed)
        self._words = [self._word(place) for place in range(VOCABULARY)]
        weights = np.cumsum([1 / (place + 2) for place in range(VOCABULARY)])
        self._weights = [float(each) for each in weights]

    def _word(self, place: int) -> str:
        sounds = self._random.choices(_SOUNDS, k=1 + len(str(place)) // 2)
        return "".join(sounds) + (str(place) if place > VOCABULARY // 2 else "")

    def said(self, words: int) -> str:
        """So many words."""
        return " ".join(self._random.choices(self._words, cum_weights=self._weights, k=words))

    def passages(self, many: int) -> Iterator[Passage]:
        """A title of 8 words, and 90 more."""
        for key in range(many):
            yield Passage(str(key), self.said(8), self.said(90))

    def questions(self) -> list[str]:
        """Of 12 words each, and some very long ones."""
        asked = [self.said(12) for _ in range(QUESTIONS - LONG)]
        return [*asked, *(self.said(1_200)[:5_000] for _ in range(LONG))]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print; medians of three runs."""
    parser = argparse.ArgumentParser(prog="python -m bench knowledge", description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="how many passages")
    wanted = parser.parse_args(arguments)
    talk, model = Talk(), Meaning() if meaning.is_installed() else None
    asked = talk.questions()
    print(f"{'passages':>8} {'indexed':>8} {'opened':>8} {WORDS} {MEANING}")
    for size in map(int, wanted.sizes.split(",")):
        print(_measured(size, talk, asked, model), flush=True)
    print(f"\n{machine()}, {_resident():.0f} MB resident at the end")
    if model is None:
        print("Meaning is not measured: requirements/semantic.txt is not installed.")


def _measured(size: int, talk: Talk, asked: Sequence[str], model: Meaning | None) -> str:
    with tempfile.TemporaryDirectory() as folder:
        passages = list(talk.passages(size))
        indexed = _seconds(lambda: WordIndex(Path(folder)).add(passages))
        opened = _seconds(lambda: WordIndex(Path(folder)).search(asked[0]))
        words = WordIndex(Path(folder))
        told = f"{size:8,} {indexed:6.1f} s {1000 * opened:5.0f} ms {_cells(_timed(words, asked))}"
        if model is None:
            return told
        return told + _cells(_timed(_library(words, model, passages), asked))


def _library(words: WordIndex, model: Meaning, passages: Sequence[Passage]) -> Library:
    """With vectors out of nowhere, all in their places."""
    library = Library(words, model)
    library.expect(passages)
    shape = len(passages), DIMENSIONS
    rows = of_length_one(np.random.default_rng(7).standard_normal(shape, np.float32))
    library.keep([(each, rows[at : at + 1]) for at, each in enumerate(passages)])
    return library


def _timed(index: Index, asked: Sequence[str]) -> Timing:
    runs = [_run(index, asked) for _ in range(RUNS)]
    return Timing(*(statistics.median(each) for each in zip(*runs, strict=True)))


def _run(index: Index, asked: Sequence[str]) -> tuple[float, float, float]:
    used, waited = [], []
    for question in asked:
        began, wall = time.process_time(), time.perf_counter()
        index.search(question)
        used.append(1000 * (time.process_time() - began))
        waited.append(1000 * (time.perf_counter() - wall))
    return statistics.median(used), _p95(used), _p95(waited)


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[int(0.95 * len(values))]


def _cells(found: Timing) -> str:
    return f"{found.p50:12.1f} {found.p95:6.1f} {found.waited_p95:8.1f}  "


def _seconds(step: Callable[[], object]) -> float:
    """Of the processor, on all threads."""
    began = time.process_time()
    step()
    return time.process_time() - began


def _resident() -> float:
    """MB of this process; 0.0 where nobody says."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return 0.0
    return pages * 4096 / 1e6


if __name__ == "__main__":
    main(sys.argv[1:])

"""How good answers are: right ones first, and silence where nothing is known."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

WANTED_PRECISION = 0.95

Answer = tuple[Sequence[str], float]
"""Ids, the best first, and how sure the first is."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question and the ids that are right; none where silence is."""

    question: str
    expected: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Marks:
    """What an evaluation found; every figure from 0.0 to 1.0, None where no case was of its kind.

    ``auroc``: the chance that a question with an answer is surer than one without. ``coverage``:
    right answers among all that could be, where one is silent as often as 95 in 100 that are said
    are right.
    """

    cases: int
    silent_cases: int
    at_1: float | None
    at_3: float | None
    mrr: float | None
    auroc: float | None
    coverage: float | None


def marks(cases: Iterable[Case], answer: Callable[[str], Answer]) -> Marks:
    """Ask each question."""
    asked = [(case, *answer(case.question)) for case in cases]
    known = [(case, ids) for case, ids, _ in asked if case.expected]
    ranks = [_rank(ids, case.expected) for case, ids in known]
    said = [(sure, _rank(ids, case.expected) == 1) for case, ids, sure in asked]
    return Marks(
        cases=len(asked),
        silent_cases=len(asked) - len(known),
        at_1=_mean(rank == 1 for rank in ranks),
        at_3=_mean(rank in {1, 2, 3} for rank in ranks),
        mrr=_mean(1 / rank if rank else 0.0 for rank in ranks),
        auroc=_auroc(
            [sure for case, _, sure in asked if case.expected],
            [sure for case, _, sure in asked if not case.expected],
        ),
        coverage=_coverage(said) / len(known) if known else None,
    )


def _rank(ids: Sequence[str], expected: frozenset[str]) -> int:
    """The place of the first right one, from 1; 0 where there is none."""
    return next((place for place, each in enumerate(ids, 1) if each in expected), 0)


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return sum(found) / len(found) if found else None


def _auroc(with_answer: Sequence[float], without: Sequence[float]) -> float | None:
    if not with_answer or not without:
        return None
    others = sorted(without)
    won = sum(bisect_left(others, sure) + bisect_right(others, sure) for sure in with_answer)
    return won / 2 / len(with_answer) / len(others)


def _coverage(said: Iterable[tuple[float, bool]]) -> int:
    """How many right answers there are at the boldest threshold that keeps the precision."""
    best = right = spoken = 0
    before = None
    for sure, is_right in sorted(said, reverse=True):
        if sure != before and spoken and right >= WANTED_PRECISION * spoken:
            best = right
        right, spoken, before = right + is_right, spoken + 1, sure
    return right if spoken and right >= WANTED_PRECISION * spoken else best

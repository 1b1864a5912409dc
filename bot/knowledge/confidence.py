"""How sure an answer is: the chance that its first passage is right, from what search saw."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.knowledge.passages import Found

SILENT_BELOW = 0.5
"""Less sure than that, "I do not know" is the better answer."""

_PULL = 4.0  # how strongly what is known from elsewhere holds against few answers of one's own
_STEPS = 25
_FEWEST = 30

Weights = tuple[float, ...]
_Seen = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logistic weights, the constant last: of the score's logarithm and the share by words; of the
    cosine and the logarithm of what words say beside it by meaning. Those at hand were fitted on
    public sets (docs/knowledge.md).
    """

    words: Weights = (2.58, 1.78, -10.55)
    meaning: Weights = (7.83, 1.06, -6.97)

    def confidence(self, found: Sequence[Found]) -> float:
        """From 0.0 to 1.0; 0.0 where nothing was found."""
        if not found:
            return 0.0
        weights = self.meaning if found[0].nearness else self.words
        return _chance(weights, _seen(found[0]))

    def fitted(self, answers: Iterable[tuple[Found, bool]]) -> Calibration:
        """What answers teach of which it is known whether they were right; few change little.

        Fewer than 30 by an engine, or all right or all wrong, teach nothing of it.
        """
        by_words: list[tuple[_Seen, bool]] = []
        by_meaning: list[tuple[_Seen, bool]] = []
        for found, is_right in answers:
            (by_meaning if found.nearness else by_words).append((_seen(found), is_right))
        return Calibration(_fitted(self.words, by_words), _fitted(self.meaning, by_meaning))

    def save(self, file: Path) -> None:
        """Keep it."""
        file.write_text(json.dumps(asdict(self)), "utf-8")


def kept(file: Path) -> Calibration:
    """What was kept; the one that comes along where nothing was, or nothing of use."""
    try:
        found = json.loads(file.read_text("utf-8"))
        words, meaning = (tuple(map(float, found[name])) for name in ("words", "meaning"))
    except (OSError, ValueError, KeyError, TypeError):
        return Calibration()
    found, ours = Calibration(words, meaning), Calibration()
    is_whole = (len(words), len(meaning)) == (len(ours.words), len(ours.meaning))
    return found if is_whole else ours


def _seen(found: Found) -> _Seen:
    if found.nearness:
        return found.nearness, math.log1p(found.words)
    return math.log1p(found.score), found.share


def _chance(weights: Weights, seen: _Seen) -> float:
    log_odds = sum(weight * each for weight, each in zip(weights, (*seen, 1.0), strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


def _fitted(prior: Weights, answers: Sequence[tuple[_Seen, bool]]) -> Weights:
    """Newton's steps towards the likeliest weights, those of before being likely themselves."""
    right = sum(is_right for _, is_right in answers)
    if len(answers) < _FEWEST or right in {0, len(answers)}:
        return prior
    weights = prior
    for _ in range(_STEPS):
        weights = _stepped(prior, weights, answers)
    return weights


def _stepped(prior: Weights, weights: Weights, answers: Sequence[tuple[_Seen, bool]]) -> Weights:
    many = range(len(weights))
    slope = [_PULL * (weights[i] - prior[i]) for i in many]
    bend = [[_PULL * (i == j) for j in many] for i in many]
    for seen, is_right in answers:
        values, chance = (*seen, 1.0), _chance(weights, seen)
        for i in many:
            slope[i] += (chance - is_right) * values[i]
            for j in many:
                bend[i][j] += chance * (1 - chance) * values[i] * values[j]
    return tuple(weight - step for weight, step in zip(weights, _solved(bend, slope), strict=True))


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gauss, Jordan: the matrix is small and positive, its diagonal never nought."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for pivot, row in enumerate(rows):
        row[:] = [each / row[pivot] for each in row]
        for other in rows:
            if other is not row:
                factor = other[pivot]
                other[:] = [a - factor * b for a, b in zip(other, row, strict=True)]
    return [row[-1] for row in rows]

"""What votes come to: the share of good ones with what chance allows, who answered, who did not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import TypeVar

from storage.records.csat import PollCount, PollState

Key = TypeVar("Key")

GOOD = 4
_Z = 1.959964  # two-sided 95 %


@dataclass(frozen=True, slots=True)
class Score:
    """``votes`` holds how often each score from 1 to 5 was given.

    ``waiting`` were asked and may still answer, ``silent`` never did.
    """

    votes: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    waiting: int = 0
    silent: int = 0

    @property
    def answered(self) -> int:
        """How many voted."""
        return sum(self.votes)

    @property
    def asked(self) -> int:
        """How many were asked."""
        return self.answered + self.waiting + self.silent

    @property
    def good(self) -> int:
        """How many gave 4 or 5."""
        return sum(self.votes[GOOD - 1 :])

    @property
    def share(self) -> float | None:
        """The score itself: the share of good votes, 0 to 1; None without any vote."""
        return self.good / self.answered if self.answered else None

    @property
    def mean(self) -> float | None:
        """The mean vote, 1 to 5; None without any."""
        total = sum(score * many for score, many in enumerate(self.votes, 1))
        return total / self.answered if self.answered else None

    @property
    def rate(self) -> float | None:
        """The response rate: which share of all who were asked voted; None when nobody was."""
        return self.answered / self.asked if self.asked else None

    @property
    def silence(self) -> float | None:
        """Which share of all who were asked never voted; None when nobody was asked."""
        return self.silent / self.asked if self.asked else None

    @property
    def interval(self) -> tuple[float, float]:
        """Where the share of good votes lies with 95 % confidence."""
        return wilson(self.good, self.answered)


def wilson(good: int, total: int) -> tuple[float, float]:
    """Wilson's score interval at 95 %, from 0 to 1: it holds for few votes, too (Wilson 1927)."""
    if not total:
        return 0.0, 1.0
    share, square = good / total, _Z * _Z
    middle = share + square / (2 * total)
    spread = _Z * sqrt(share * (1 - share) / total + square / (4 * total * total))
    below, above = (middle - spread), (middle + spread)
    scale = 1 + square / total
    low = max(0.0, below / scale) if good else 0.0
    high = min(1.0, above / scale) if good < total else 1.0
    return low, high


def total(counts: Iterable[PollCount]) -> Score:
    """The score of all these polls together."""
    votes, waiting, silent = [0] * 5, 0, 0
    for each in counts:
        if each.score is not None:
            votes[each.score - 1] += each.many
        elif each.state is PollState.EXPIRED:
            silent += each.many
        else:
            waiting += each.many
    one, two, three, four, five = votes
    return Score((one, two, three, four, five), waiting, silent)


def by(counts: Iterable[PollCount], key: Callable[[PollCount], Key]) -> Mapping[Key, Score]:
    """The same for each of the groups that ``key`` makes."""
    groups: defaultdict[Key, list[PollCount]] = defaultdict(list)
    for each in counts:
        groups[key(each)].append(each)
    return {name: total(group) for name, group in groups.items()}

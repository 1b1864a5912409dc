"""Slack's rate limits: a tier per method and workspace, and one post per second and channel.

slack/FACTS.md §8. All windows slide in desk time, so a moved clock frees them as waiting would.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Callable
from importlib import resources
from math import ceil
from typing import Any

Methods = dict[str, dict[str, Any]]
PER_MINUTE = {"Tier1": 1, "Tier2": 20, "Tier3": 50, "Tier4": 100}
POSTS = frozenset({"chat.postMessage"})
POST_BURST = 4
POSTS_PER_WORKSPACE = 300
SPECIAL_PER_MINUTE = 600


def load_methods() -> Methods:
    """What Slack's method pages say (data/methods.json), by method name."""
    text = resources.files("sandbox").joinpath("data/methods.json").read_text("utf-8")
    return {name: facts for name, facts in json.loads(text).items() if name != "_meta"}


class Limits:
    """Counts calls and says when one is too many. ``refusals`` counts those, by method.

    ``enabled`` False lets everything through (and counts nothing): for benchmarks.
    """

    def __init__(self, now: Callable[[], float], methods: Methods) -> None:
        self.enabled = True
        self.refusals: Counter[str] = Counter()
        self._now = now
        self._methods = methods
        self._windows: dict[str, _Window] = {}
        self._paces: dict[str, _Pace] = {}

    def wait_for(self, method: str, channel: str | None = None) -> int:
        """Whole seconds to wait before this call (Retry-After); 0 and counted when it may pass."""
        if not self.enabled:
            return 0
        wait = self._wait(method, channel)
        if wait:
            self.refusals[method] += 1
        return wait

    def reset(self) -> None:
        """Forget all calls and refusals."""
        self.refusals.clear()
        self._windows.clear()
        self._paces.clear()

    def _wait(self, method: str, channel: str | None) -> int:
        now = self._now()
        window = self._window(method)
        wait = window.wait(now)
        if method in POSTS and channel:
            pace = self._paces.setdefault(channel, _Pace(seconds=1.0, burst=POST_BURST))
            wait = max(wait, pace.wait(now))
            if not wait:
                pace.count(now)
        if not wait:
            window.count(now)
        return max(1, ceil(wait)) if wait > 0 else 0

    def _window(self, method: str) -> _Window:
        if method not in self._windows:
            self._windows[method] = _Window(self._allowed(method))
        return self._windows[method]

    def _allowed(self, method: str) -> int:
        if method in POSTS:
            return POSTS_PER_WORKSPACE
        return PER_MINUTE.get(self._methods[method].get("tier") or "", SPECIAL_PER_MINUTE)


class _Window:
    """At most so many calls in any minute."""

    def __init__(self, allowed: int) -> None:
        self._allowed = allowed
        self._calls: deque[float] = deque()

    def wait(self, now: float) -> float:
        while self._calls and self._calls[0] <= now - 60:
            self._calls.popleft()
        if len(self._calls) < self._allowed:
            return 0.0
        return self._calls[0] + 60 - now

    def count(self, now: float) -> None:
        self._calls.append(now)


class _Pace:
    """One call each ``seconds`` on average, ``burst`` at once (GCRA: a due time, not a list)."""

    def __init__(self, *, seconds: float, burst: int) -> None:
        self._seconds = seconds
        self._slack = seconds * (burst - 1)
        self._due = float("-inf")

    def wait(self, now: float) -> float:
        return max(0.0, self._due - self._slack - now)

    def count(self, now: float) -> None:
        self._due = max(self._due, now) + self._seconds

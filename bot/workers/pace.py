"""How fast Slack may be used: which gates a call has to pass, and how wide they stand."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

from storage.gates import Pace

# A minute's limit of N (FACTS 8: tier 3 has 50, tier 4 has 100) holds over any minute only if
# 60 / interval + burst stays below N: a large burst serves people, who act in bursts. What the team
# sees may use up two thirds of it only, so that a customer never waits behind it.
_METHODS = {
    "chat.postMessage": Pace(timedelta(seconds=0.25), 20),
    "chat.update": Pace(timedelta(seconds=2), 18),
    "chat.delete": Pace(timedelta(seconds=2), 18),
    "reactions.add": Pace(timedelta(seconds=2), 18),
    "chat.postEphemeral": Pace(timedelta(seconds=1), 36),
    "views.publish": Pace(timedelta(seconds=1), 36),
    # Read by catch-up; the eight that are left are for those who cannot wait for a gate.
    "conversations.history": Pace(timedelta(seconds=1.8), 9),
    "conversations.replies": Pace(timedelta(seconds=1.8), 9),
}
CHANNEL_BURST = 3


LONGEST_WAIT = timedelta(seconds=60)


def jitter() -> float:
    """A factor between a half and one, so that what failed together is not tried together."""
    return random.uniform(0.5, 1.0)  # noqa: S311 - it spreads the tries, it guards nothing


def backoff(tries: int) -> timedelta:
    """How long to wait after so many tries: twice as long each time, a minute at most."""
    return min(LONGEST_WAIT, timedelta(seconds=2 ** min(tries, 10))) * jitter()


@dataclass(frozen=True, slots=True)
class Paces:
    """``rate``: posts per second and channel; 0 lifts every limit of ours."""

    rate: float

    @property
    def shared(self) -> list[str]:
        """The gates that calls in different channels have to pass alike."""
        return [f"method:{method}" for method in _METHODS] if self.rate else []

    def gates(self, method: str, channel_id: int | None, urgency: int) -> dict[str, Pace]:
        """Gate by name; empty when nothing is limited."""
        pace = _METHODS.get(method)
        if not self.rate or pace is None:
            return {}
        burst = pace.burst if urgency == 0 else pace.burst * 2 // 3
        gates = {f"method:{method}": Pace(pace.interval, burst)}
        if method == "chat.postMessage":
            each = timedelta(seconds=1 / self.rate)
            gates[f"channel:{channel_id}"] = Pace(each, CHANNEL_BURST)
        return gates

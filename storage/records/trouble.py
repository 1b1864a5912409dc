"""What keeps the desk from telling Slack something, or from asking, until it is mended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

INSTALLATION = "installation"
CHANNEL, _METHOD = "channel:", "method:"


def of_channel(channel_id: int) -> str:
    """The place that is one channel, by our key of it."""
    return f"{CHANNEL}{channel_id}"


def of_method(method: str) -> str:
    """The place that is one of Slack's methods, in all channels."""
    return f"{_METHOD}{method}"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One cause, from when a call met it until it was mended. Times are desk time, aware UTC.

    ``place`` is what is out of reach: `INSTALLATION`, a channel or a method. ``code`` is Slack's
    error. ``met_at`` is when Slack gave it last, ``look_at`` when to look whether it is mended.
    """

    workspace_id: int
    id: int
    place: str
    code: str
    began_at: datetime
    met_at: datetime
    look_at: datetime
    ended_at: datetime | None = None

    @property
    def channel_id(self) -> int | None:
        """Our key of the channel in trouble, None where it is none."""
        return int(self.place.removeprefix(CHANNEL)) if self.place.startswith(CHANNEL) else None

    @property
    def method(self) -> str:
        """Slack's method in trouble, ``""`` where it is none."""
        return self.place.removeprefix(_METHOD) if self.place.startswith(_METHOD) else ""

    @property
    def kind(self) -> str:
        """``installation``, ``channel`` or ``method``."""
        return self.place.partition(":")[0]

    @property
    def is_of_installation(self) -> bool:
        """True when nothing at all can be sent or asked."""
        return self.place == INSTALLATION

"""What is handed to the app under test, and what became of one attempt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from sandbox.world import Json

PATIENCE = 3.0

Kind = Literal["events_api", "interactive", "slash_commands"]


@dataclass(frozen=True)
class Parcel:
    """One payload; ``attempt`` is 0 at first, then the retry's number (1-3) with its ``reason``."""

    kind: Kind
    payload: Json
    attempt: int = 0
    reason: str = ""

    @property
    def wants_answer(self) -> bool:
        """Whether an ack may carry a body that Slack acts upon."""
        asks = {"view_submission", "block_suggestion"}
        return self.kind == "slash_commands" or self.payload.get("type") in asks

    @property
    def label(self) -> str:
        """What the traffic view calls it: ``event.message``, ``block_actions``, ``command``."""
        if self.kind == "events_api":
            return f"event.{self.payload['event']['type']}"
        return str(self.payload.get("type") or "command")


@dataclass(frozen=True)
class Outcome:
    """One attempt: acked, or why not (Slack's x-slack-retry-reason), with what came back."""

    reason: str = ""
    status: int = 0
    body: Json | str = ""
    no_retry: bool = False

    @property
    def is_acked(self) -> bool:
        """True when the app answered 2xx, or acked the envelope, in time."""
        return not self.reason

    @property
    def answer(self) -> Json:
        """The body as an object; a plain text is a command's text (docs: slash-commands)."""
        if isinstance(self.body, dict):
            return self.body
        return {"text": self.body} if self.body.strip() else {}


class Door(Protocol):
    """A way to the app: HTTP or Socket Mode."""

    async def hand_over(self, parcel: Parcel) -> Outcome:
        """Try once, with 3 s of patience. Never raises for what the app or the network does."""
        ...

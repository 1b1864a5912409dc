"""How a person's act fails: Slack's client would not let them, or the app did not answer."""

from __future__ import annotations


class NotAllowed(Exception):
    """What the person cannot do: ``error`` for programs, ``hint`` a sentence for people."""

    def __init__(self, error: str, hint: str) -> None:
        super().__init__(f"{error}: {hint}")
        self.error = error
        self.hint = hint


class AppFailed(NotAllowed):
    """The person acted, but the app was silent, late or senseless; ``hint`` is what Slack shows."""

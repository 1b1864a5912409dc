"""Trigger ids: single-use, short-lived leave to open a modal for the person who just acted."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

PATIENCE = 3.0


class BadTrigger(Exception):
    """The id cannot be spent; ``error`` is the Web API's word for it (methods.json: views.open)."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@dataclass(frozen=True)
class Trigger:
    """Who acted and, if inside a modal, in which (``view_id``: views.push needs one)."""

    id: str
    user: str
    view_id: str | None
    minted: float


class Triggers:
    """All trigger ids handed out. They age in machine time, never in desk time (FACTS.md §7).

    ``patience``: how many seconds an id lives.
    """

    def __init__(
        self, now: Callable[[], float] = time.monotonic, *, patience: float = PATIENCE
    ) -> None:
        self._now = now
        self.patience = patience
        self._minted: dict[str, Trigger] = {}
        self._spent: set[str] = set()

    def mint(self, user: str, *, view_id: str | None = None) -> str:
        """A new id for what ``user`` has just done."""
        self._forget_the_old()
        trigger = Trigger(
            f"{secrets.randbelow(10**13)}.{secrets.token_hex(8)}", user, view_id, self._now()
        )
        self._minted[trigger.id] = trigger
        return trigger.id

    def spend(self, trigger_id: str) -> Trigger:
        """Use the id up. Raises ``BadTrigger`` with invalid_, expired_ or exchanged_trigger_id."""
        trigger = self._minted.get(trigger_id)
        if trigger is None:
            raise BadTrigger("invalid_trigger_id")
        if trigger_id in self._spent:
            raise BadTrigger("exchanged_trigger_id")
        if self._now() - trigger.minted > self.patience:
            raise BadTrigger("expired_trigger_id")
        self._spent.add(trigger_id)
        return trigger

    def _forget_the_old(self) -> None:
        """Drop what nobody will ask for again; the dict is in order of minting."""
        horizon = self._now() - 600
        while self._minted and (oldest := next(iter(self._minted.values()))).minted < horizon:
            del self._minted[oldest.id]
            self._spent.discard(oldest.id)

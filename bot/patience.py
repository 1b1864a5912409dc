"""How long we let Slack, and a person behind it, wait before we say that it did not work."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """All in machine seconds. Slack gives three for the whole way, to the ack (FACTS 1 and 7).

    ``tenant``: to learn whose a delivery is. ``offer``: until it is saved. ``answer``: for a
    question to the database or to Slack, when a form waits for it. ``readers``: for what a form
    that is open already shows besides, and of that for the ``names``.
    """

    tenant: float = 0.5
    offer: float = 2.0
    answer: float = 2.0
    readers: float = 1.0
    names: float = 0.5

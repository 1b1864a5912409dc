"""What went over the wire, newest last: a bounded log for the page's inspector and for tests."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

Direction = Literal["from_app", "to_app"]
KEPT = 5_000
SECRET_KEYS = frozenset({"token", "client_secret", "authorization"})


@dataclass(frozen=True)
class Entry:
    """One exchange. ``kind`` is a method ("chat.postMessage") or a delivery ("event").

    ``at`` is desk time in epoch seconds, ``took_ms`` machine time; ``status`` is the HTTP status,
    0 when no answer came.
    """

    seq: int
    at: float
    direction: Direction
    kind: str
    request: Any
    response: Any
    status: int
    took_ms: float


class Traffic:
    """The last exchanges between app and Slack; ``seq`` rises on when old ones are dropped."""

    def __init__(self, now: Callable[[], float], *, kept: int = KEPT) -> None:
        self._now = now
        self._entries: deque[Entry] = deque(maxlen=kept)
        self._seq = 0

    def note(
        self,
        direction: Direction,
        kind: str,
        request: Any,
        response: Any,
        *,
        status: int,
        took_ms: float,
    ) -> Entry:
        """Keep one exchange, without the tokens in it."""
        self._seq += 1
        entry = Entry(
            seq=self._seq,
            at=self._now(),
            direction=direction,
            kind=kind,
            request=without_secrets(request),
            response=response,
            status=status,
            took_ms=round(took_ms, 2),
        )
        self._entries.append(entry)
        return entry

    def since(self, seq: int = 0, *, kind: str | None = None) -> list[Entry]:
        """Entries after ``seq``, oldest first; ``kind`` may be a beginning, such as "chat."."""
        return [e for e in self._newer(seq) if kind is None or e.kind.startswith(kind)]

    def _newer(self, seq: int) -> Iterator[Entry]:
        return (entry for entry in self._entries if entry.seq > seq)

    def clear(self) -> None:
        """Forget everything; ``seq`` goes on."""
        self._entries.clear()


def without_secrets(request: Any) -> Any:
    """The request with its top-level tokens masked."""
    if not isinstance(request, dict) or SECRET_KEYS.isdisjoint(request):
        return request
    return {key: "…" if key in SECRET_KEYS else value for key, value in request.items()}

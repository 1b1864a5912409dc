"""Tells a post that Slack cannot bear from a Slack that is in trouble: others go through meanwhile.

It is remembered by the process only: after a restart a post may be odd as often again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from storage.records.boxes import Post

FEW_ODD = 3  # so often odd, it stands aside, where that harms nobody
MOST_ODD = 20  # so often odd, it is given up: a quarter of an hour, or three where it stood aside
MOST_KEPT = 10_000


@dataclass(slots=True)
class Odd:
    """How often a post failed although, since its try before, others went through.

    ``times``: by any method; ``alone``: by the very same one. ``at`` is its last try (desk time).
    """

    at: datetime
    times: int = 0
    alone: int = 0

    @property
    def stands_aside(self) -> bool:
        """True when others need not wait for it any more."""
        return self.times >= FEW_ODD

    @property
    def is_hopeless(self) -> bool:
        """True when Slack takes all others of its kind, and never this one."""
        return self.alone >= MOST_ODD


@dataclass(eq=False)
class Oddities:
    """What went through by which method, and what did not."""

    _went: dict[tuple[int, str], datetime] = field(default_factory=dict)
    _odd: dict[int, Odd] = field(default_factory=dict)

    def went(self, post: Post, method: str, at: datetime) -> None:
        """Slack has taken it."""
        self._went[post.workspace_id, method] = at

    def ended(self, post: Post) -> None:
        """It is shown or given up: what is tried of it later begins anew."""
        self._odd.pop(post.id, None)

    def failed(self, post: Post, method: str, at: datetime) -> Odd:
        """Slack did not take it, for no reason of the post's that it told."""
        odd = self._odd.get(post.id)
        if odd is None:
            if len(self._odd) >= MOST_KEPT:
                self._odd.clear()
            odd = self._odd[post.id] = Odd(at)
            return odd
        odd.times += any(went >= odd.at for went in self._of(post.workspace_id))
        went = self._went.get((post.workspace_id, method))
        odd.alone += went is not None and went >= odd.at
        odd.at = at
        return odd

    def is_hopeless(self, post: Post) -> bool:
        """True as `Odd` says, of a post that failed before."""
        odd = self._odd.get(post.id)
        return odd is not None and odd.is_hopeless

    def _of(self, workspace_id: int) -> Iterator[datetime]:
        return (at for (workspace, _), at in self._went.items() if workspace == workspace_id)

"""Lanes that go on at about the same time do so in one transaction: its price is shared."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bot.workers.sending import Batch, Turn
from storage.errors import is_trouble

MOST_AT_ONCE = 32

Step = Callable[[int, Sequence[Turn]], Awaitable[Sequence[Batch | None]]]


@dataclass(slots=True)
class _Waiting:
    turn: Turn
    batch: asyncio.Future[Batch | None]

    def gets(self, batch: Batch | None) -> None:
        if not self.batch.done():
            self.batch.set_result(batch)

    def fails(self, error: Exception) -> None:
        if not self.batch.done():
            self.batch.set_exception(error)


@dataclass(eq=False)
class Turns:
    """``step`` gives several lanes of one workspace their batches, None for one that is not ours.

    While it does, others gather for the next step.
    """

    step: Step
    _waiting: defaultdict[int, deque[_Waiting]] = field(default_factory=lambda: defaultdict(deque))
    _serving: dict[int, asyncio.Task[None]] = field(default_factory=dict)

    async def next(self, workspace_id: int, turn: Turn) -> Batch | None:
        """The lane's next batch. Raises what ``step`` raised for this lane."""
        waiting = _Waiting(turn, asyncio.get_running_loop().create_future())
        self._waiting[workspace_id].append(waiting)
        if workspace_id not in self._serving:
            self._serving[workspace_id] = asyncio.create_task(
                self._serve(workspace_id), name=f"turns of {workspace_id}"
            )
        return await waiting.batch

    async def _serve(self, workspace_id: int) -> None:
        queue = self._waiting[workspace_id]
        try:
            while queue:
                group = [queue.popleft() for _ in range(min(len(queue), MOST_AT_ONCE))]
                await self._work(workspace_id, group)
        finally:
            del self._serving[workspace_id]

    async def _work(self, workspace_id: int, group: Sequence[_Waiting]) -> None:
        """Where one of several lanes is at fault the others must not suffer: each goes alone."""
        try:
            batches = await self.step(workspace_id, [each.turn for each in group])
        except Exception as error:  # noqa: BLE001 - it is told to whom it concerns
            if len(group) > 1 and not is_trouble(error):
                for each in group:
                    await self._work(workspace_id, [each])
                return
            for each in group:
                each.fails(error)
        else:
            for each, batch in zip(group, batches, strict=True):
                each.gets(batch)

"""Events on their way to the app: tried at once, then by Slack's retry schedule, then given up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from sandbox.delivery.envelope import event_callback, hears
from sandbox.delivery.parcel import Outcome, Parcel
from sandbox.faults import Faults
from sandbox.world import Channel, Json, World

AT_ONCE = 50


class Events:
    """A listener of the world that delivers what the app has subscribed to.

    Attempts start in the order in which things happened, at most ``at_once`` at a time. Waits
    between retries are desk time, so that a moved clock brings them at once.
    """

    def __init__(
        self,
        world: World,
        faults: Faults,
        attempt: Callable[[Parcel], Awaitable[Outcome]],
        *,
        at_once: int = AT_ONCE,
    ) -> None:
        self._world = world
        self._faults = faults
        self._attempt = attempt
        self._slots = asyncio.Semaphore(at_once)
        self._tasks: asyncio.TaskGroup | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self._due: dict[int, float] = {}
        self._busy = 0
        self._calm = asyncio.Event()
        self._count = 0
        self.given_up = 0

    def start(self, tasks: asyncio.TaskGroup) -> None:
        """Begin to listen; deliveries are tasks of the given group."""
        self._tasks = tasks
        self._world.listeners.append(self.hear)

    def stop(self) -> None:
        """Hear no more."""
        self._world.listeners.remove(self.hear)
        self.forget()

    def forget(self) -> None:
        """Give up what is under way: nothing of it is tried again."""
        for task in tuple(self._under_way):
            task.cancel()

    def hear(self, event: Json, channel: Channel | None, team: str | None) -> None:
        """Take an event of the world; what the app may not hear ends here."""
        app = self._world.app
        if app is None or self._tasks is None or not hears(app, event, channel):
            return
        parcel = Parcel("events_api", event_callback(self._world, event, channel, team))
        copies = 2 if self._faults.strikes(self._faults.delivery.doubled) else 1
        for _ in range(copies):
            self._send_off(self._tasks, parcel)

    def _send_off(self, tasks: asyncio.TaskGroup, parcel: Parcel) -> None:
        self._count += 1
        self._busy += 1
        name = f"event {self._count}"
        task = tasks.create_task(self._deliver(self._count, parcel), name=name)
        self._under_way.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        """Also called for a task that was given up before it began."""
        self._under_way.discard(task)
        self._rest()

    async def calm(self) -> None:
        """Wait until nothing is being tried and no retry is due."""
        while not self.is_calm:
            await self._calm.wait()

    @property
    def is_calm(self) -> bool:
        """Whether nothing is on its way just now; retries that wait for later do not count."""
        now = self._world.clock.time()
        return self._busy == 0 and all(due > now for due in self._due.values())

    async def _deliver(self, number: int, parcel: Parcel) -> None:
        await asyncio.sleep(self._faults.hold_back())
        outcome = await self._try(parcel)
        while not outcome.is_acked:
            wait = self._next_wait(parcel, outcome)
            if wait is None:
                self.given_up += 1
                return
            await self._sit_out(number, wait)
            parcel = replace(parcel, attempt=parcel.attempt + 1, reason=outcome.reason)
            outcome = await self._try(parcel)

    async def _try(self, parcel: Parcel) -> Outcome:
        async with self._slots:
            return await self._attempt(parcel)

    def _next_wait(self, parcel: Parcel, outcome: Outcome) -> float | None:
        """Desk seconds until the next retry; None when there is none."""
        waits = self._faults.delivery.retries
        if outcome.no_retry or parcel.attempt >= len(waits):
            return None
        return waits[parcel.attempt]

    async def _sit_out(self, number: int, wait: float) -> None:
        """Wait in desk time; meanwhile the delivery counts as calm, until it is due."""
        self._due[number] = self._world.clock.time() + wait
        self._rest()
        try:
            await self._world.clock.reach(self._due[number])
        finally:
            self._busy += 1
            del self._due[number]

    def _rest(self) -> None:
        self._busy -= 1
        if self._busy == 0:
            self._calm.set()
            self._calm = asyncio.Event()

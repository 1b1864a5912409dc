"""Tells whether the desk can do its work now, part by part: database, Slack, its version, boxes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.desk import Desk
from bot.ids import made_at
from bot.rules.trouble import silences
from bot.slack.families import Family, family_of
from bot.slack.gateway import STOPPED
from bot.usecases import trouble
from bot.usecases.desk import INBOX_LATE, OUTBOX_LATE
from bot.usecases.trouble import TroubleScene
from bot.workers.checking import Finding
from bot.workers.succession import OVERTAKEN
from storage.errors import in_short
from storage.lag import Lag, lag, prove_writable
from storage.migrate import is_superseded
from storage.writer import Full

PATIENCE = 2.0  # seconds: who asks waits, and asks again
INBOX_SECONDS, OUTBOX_SECONDS = INBOX_LATE.total_seconds(), OUTBOX_LATE.total_seconds()
SILENT_SECONDS = 300.0
NO_ANSWER = frozenset({"no connection", "unsure"})


@dataclass(frozen=True, slots=True)
class Depth:
    """How many rows of a box wait, the oldest for how many seconds; how many were given up."""

    waiting: int
    seconds: float
    failed: int


@dataclass(eq=False)
class Pulse:
    """``heard`` is told how each call of Slack ended."""

    desk: Desk
    clock: Clock
    _refused: str = ""
    _silent_since: float = 0.0

    def heard(self, method: str, result: str) -> None:
        """Remember whether Slack accepts our token; trouble on the way there says nothing of it."""
        if result in NO_ANSWER or family_of(result) is Family.UNSURE:
            self._silent_since = self._silent_since or time.monotonic()
            return
        self._silent_since = 0.0
        if result in STOPPED:
            self._refused = result
        elif result == "ok":
            self._refused = ""

    async def findings(self) -> list[Finding]:
        """Each part, in order or not; never raises, and takes `PATIENCE` at most for each."""
        database = await self._database()
        if not database.is_ok:
            return [database, self._slack(())]
        try:
            slack = self._slack(await self.troubles())
            return [database, slack, await self._version(), *await self._boxes()]
        except (SQLAlchemyError, TimeoutError) as error:
            told = f"cannot be read: {in_short(error)}"
            return [database, Finding("slack", is_ok=False, words=told)]

    async def troubles(self) -> list[TroubleScene]:
        """What people have to mend. Raises SQLAlchemyError and TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            return await self.desk.read_all(trouble.of_all)

    async def _database(self) -> Finding:
        try:
            async with asyncio.timeout(PATIENCE):
                await self.desk.write_all(prove_writable)
        except (SQLAlchemyError, Full, TimeoutError) as error:
            return Finding("database", is_ok=False, words=f"cannot be written: {in_short(error)}")
        if outage := self.desk.outage.words:  # where there is room for our proof, but for no row
            return Finding("database", is_ok=False, words=outage)
        return Finding("database", is_ok=True, words="can be written")

    def _slack(self, troubles: Sequence[TroubleScene]) -> Finding:
        """A channel that cannot be written to is told, and takes no readiness away."""
        if self._refused:
            return Finding("slack", is_ok=False, words=f"refuses our token: {self._refused}")
        silent = time.monotonic() - self._silent_since if self._silent_since else 0.0
        if silent > SILENT_SECONDS:
            return Finding("slack", is_ok=False, words=f"has not answered for {silent:.0f} s")
        told = "; ".join(f"{each.remedy.wrong} {each.remedy.mend}" for each in troubles)
        is_ok = not any(silences(each.trouble) for each in troubles)
        return Finding("slack", is_ok=is_ok, words=told or "has not refused our token")

    async def _version(self) -> Finding:
        """Whether this process still works: it stops on tables that a newer one has taken over."""
        async with asyncio.timeout(PATIENCE):
            is_over = await self.desk.read_all(is_superseded)
        words = OVERTAKEN if is_over else "is that of the tables"
        return Finding("version", is_ok=not is_over, words=words)

    async def _boxes(self) -> list[Finding]:
        try:
            inbox, outbox = await self.depths()
        except (SQLAlchemyError, TimeoutError) as error:
            return [Finding("inbox", is_ok=False, words=f"cannot be read: {in_short(error)}")]
        return [_in_time("inbox", inbox, INBOX_SECONDS), _in_time("outbox", outbox, OUTBOX_SECONDS)]

    async def depths(self) -> tuple[Depth, Depth]:
        """Of inbox and outbox. Raises SQLAlchemyError and TimeoutError."""
        now = self.clock.now()

        def query(connection: Connection) -> Lag:
            return lag(connection, now)

        async with asyncio.timeout(PATIENCE):
            found = await self.desk.read_all(query)
        arrived = time.time() - made_at(found.inbox_first) if found.inbox_first else 0.0
        due = now - found.outbox_since if found.outbox_since else timedelta()
        return (
            Depth(found.inbox_waiting, max(0.0, arrived), found.inbox_failed),
            Depth(found.outbox_waiting, due.total_seconds(), found.outbox_failed),
        )


def _in_time(what: str, depth: Depth, most: float) -> Finding:
    words = f"{depth.waiting} waiting, the oldest for {depth.seconds:.0f} s"
    return Finding(what, is_ok=depth.seconds <= most, words=words)

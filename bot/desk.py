"""The async door to the synchronous truth: offer an Input, run a step, ask a question."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.ids import new_id
from bot.outage import Outage
from bot.patience import Patience
from bot.usecases.codec import to_arrival
from bot.usecases.inputs import Input
from storage import workspaces
from storage.cipher import Cipher
from storage.engine import to_read
from storage.errors import in_short, was_cut
from storage.records.boxes import Arrival, Progress
from storage.records.workspaces import Installation
from storage.unit import Unit, reading
from storage.writer import LULL_SECONDS, Full, Writer

TENANT_KEEPS_SECONDS = 60.0
TENANT_AGAIN_SECONDS = 5.0

T = TypeVar("T")


class NotSaved(Exception):
    """The Input is not known to be durable: tell the sender so, that it comes again."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """Whose delivery it is: our workspace, and the installation with its token."""

    workspace_id: int
    installation: Installation


@dataclass(eq=False)
class Desk:
    """The desk's door to its storage. Start, then stop, once.

    ``woken`` is called on the loop's thread after arrivals became durable. ``outage`` tells whether
    the database serves us: whoever runs into it need not say so again.
    """

    engine: Engine
    cipher: Cipher
    woken: Callable[[], None] = lambda: None
    wrote: Callable[[str, int, float], None] = lambda what, size, seconds: None
    outage: Outage = field(default_factory=Outage)
    patience: Patience = field(default_factory=Patience)
    _tenants: dict[tuple[str, str], tuple[float, Tenant | None]] = field(default_factory=dict)

    _lull: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        self._writer = Writer(self.engine, self.wrote)
        self._readers = ThreadPoolExecutor(4, thread_name_prefix="reader")

    def start(self) -> None:
        """Start the writer for the running event loop."""
        self._writer.start()

    async def stop(self) -> None:
        """Finish what waits for the writer, then end all threads."""
        await asyncio.to_thread(self._writer.stop)
        self._readers.shutdown()

    async def offer(self, workspace_id: int, item: Input) -> bool:
        """Make an Input durable: True when it is new, False for one more copy. Raises NotSaved."""
        return await self._save(to_arrival(workspace_id, item))

    async def offer_unreadable(
        self, workspace_id: int, kind: str, body: dict[str, Any], error: str
    ) -> bool:
        """Keep a payload that nobody understood, as failed: it can be looked at and tried again."""
        key = new_id()
        arrival = Arrival(
            workspace_id=workspace_id,
            id=key,
            lane="desk:unreadable",
            kind=kind,
            key=f"unreadable:{body.get('event_id') or key}",
            body=body,
            at=datetime.now(UTC),
            progress=Progress.FAILED,
            outcome=error,
        )
        return await self._save(arrival)

    async def _save(self, arrival: Arrival) -> bool:
        try:
            async with asyncio.timeout(self.patience.offer):
                is_new = await self._writer.offer(arrival)
        except (Full, TimeoutError, SQLAlchemyError) as error:
            self.outage.failed(error)
            raise NotSaved(in_short(error)) from error
        self.outage.served()
        self.woken()
        return is_new

    async def lull(self) -> None:
        """Wait while acks are asked for in a rush: whoever has time leaves the interpreter to them.

        A moment at most (storage.writer.LONGEST_RUSH).
        """
        if self._writer.is_rushing:
            self._lull = self._lull or asyncio.create_task(self._until_lull(), name="lull")
            await asyncio.shield(self._lull)

    async def _until_lull(self) -> None:
        """One looks for all who wait: a hundred lanes that look every moment are a rush, too."""
        while self._writer.is_rushing:  # noqa: ASYNC110 - a rush ends in silence: nobody tells
            await asyncio.sleep(LULL_SECONDS)
        self._lull = None

    async def write(self, workspace_id: int, step: Callable[[Unit], T]) -> T:
        """Run a step in a transaction shared with others; returns when it is durable."""
        result: T = await self.write_all(lambda connection: step(Unit(workspace_id, connection)))
        return result

    async def write_all(self, step: Callable[[Connection], T]) -> T:
        """The same for a step that serves all workspaces."""
        with self._noting():
            result: T = await self._writer.submit(step)
        self.outage.served()
        return result

    async def read(self, workspace_id: int, query: Callable[[Unit], T]) -> T:
        """Ask a question on a reader's connection, which sees one moment."""
        return await self._read(lambda: _ask(self.engine, workspace_id, query))

    async def read_all(self, query: Callable[[Connection], T]) -> T:
        """The same for a question about all workspaces."""
        return await self._read(lambda: _ask_all(self.engine, query))

    async def _read(self, ask: Callable[[], T]) -> T:
        with self._noting():
            return await asyncio.get_running_loop().run_in_executor(self._readers, _twice, ask)

    @contextmanager
    def _noting(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, Full) as error:
            if self.outage.explains(error):
                self.outage.failed(error)
            raise

    async def tenant(self, enterprise_id: str, team_id: str) -> Tenant | None:
        """The installation of a delivery, remembered for a minute; None where the app is not.

        While the database does not tell, what was known goes on. Raises NotSaved where nothing was.
        """
        key = (enterprise_id, team_id)
        kept_until, known = self._tenants.get(key, (0.0, None))
        if known is not None and time.monotonic() < kept_until:
            return known
        try:
            async with asyncio.timeout(self.patience.tenant):
                found = await self._read(lambda: self._find(enterprise_id, team_id))
        except (TimeoutError, SQLAlchemyError) as error:
            if known is None:
                raise NotSaved(in_short(error)) from error
            self._tenants[key] = (time.monotonic() + TENANT_AGAIN_SECONDS, known)
            return known
        self._tenants[key] = (time.monotonic() + TENANT_KEEPS_SECONDS, found)
        return found

    def _find(self, enterprise_id: str, team_id: str) -> Tenant | None:
        with to_read(self.engine) as connection, connection.begin():
            found = workspaces.find(connection, enterprise_id, team_id, cipher=self.cipher)
        return Tenant(found.workspace_id, found) if found else None

    async def installations(self) -> Sequence[Installation]:
        """All active installations, with their tokens."""
        return await self._read(self._all)

    def _all(self) -> Sequence[Installation]:
        with to_read(self.engine) as connection, connection.begin():
            found = workspaces.installations(connection, cipher=self.cipher)
        return [each for each in found if each.is_active]

    def forget_tenants(self) -> None:
        """Ask the database again who is installed."""
        self._tenants.clear()


def _twice(ask: Callable[[], T]) -> T:
    """A connection that was lost while nobody used it is replaced, once."""
    try:
        return ask()
    except SQLAlchemyError as error:
        if not was_cut(error):
            raise
    return ask()


def _ask(engine: Engine, workspace_id: int, query: Callable[[Unit], T]) -> T:
    with reading(engine, workspace_id) as unit:
        return query(unit)


def _ask_all(engine: Engine, query: Callable[[Connection], T]) -> T:
    with to_read(engine) as connection, connection.begin():
        return query(connection)

"""Shows the other replicas that this one lives, and frees what dead ones held."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from bot.outage import Outage
from storage.presence import SURE_SECONDS, Presence

EVERY_SECONDS = SURE_SECONDS / 3


@dataclass(eq=False)
class Watch:
    """Renews the presence in time. On SQLite there is nobody else, and nothing to do.

    ``outage`` is told when the database does not answer.
    """

    presence: Presence
    outage: Outage
    _stop: asyncio.Event = field(default_factory=asyncio.Event)

    def stop(self) -> None:
        """End now."""
        self._stop.set()

    async def run(self) -> None:
        """Until stopped."""
        while self.presence.holder and not self._stop.is_set():
            try:
                await asyncio.to_thread(self.presence.renew)
            except SQLAlchemyError as error:
                self.outage.failed(error)
            await self._rest()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(EVERY_SECONDS):
                await self._stop.wait()
        except TimeoutError:
            pass

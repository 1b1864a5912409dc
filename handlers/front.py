"""What a listener has at hand: the desk's door, the words, the time, and Slack for live answers."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.desk import Desk, Tenant
from bot.errors import Fact, SendFailed, Unknown
from bot.rules import catchup
from bot.slack.gateway import Gateway, NotSent, Paused, RateLimited, Unsure
from bot.slack.render import Rendered, Renderer
from bot.usecases.inputs import Acted, Input
from handlers.reading import EventReader, Json, Unreadable, kind, understood
from storage.records.workspaces import Installation
from storage.unit import Unit
from storage.writer import Full

T = TypeVar("T")
log = logging.getLogger(__name__)

MOST_FACTS = 8
# How Slack may fail to take what we say.
UNDELIVERED = (NotSent, Paused, RateLimited, SendFailed, TimeoutError, Unsure)


class NotAvailable(Exception):
    """A question could not be answered now: the database, or Slack, does not tell."""


@dataclass(frozen=True, slots=True)
class Front:
    """The parts that listeners share. ``learn`` asks Slack for a fact and writes it down.

    ``counts`` tells how many payloads came to which end that leaves no other trace.
    """

    desk: Desk
    renderer: Renderer
    clock: Clock
    gateway: Callable[[Installation], Gateway]
    learn: Callable[[int, Fact], Coroutine[Any, Any, None]]
    counts: Counter[str] = field(default_factory=Counter)

    async def take(self, tenant: Tenant, read: EventReader, body: Json) -> None:
        """Read an event and make it durable. Raises ``Unreadable`` or ``bot.desk.NotSaved``."""
        item = understood(read, body)
        if item is not None:
            await self.desk.offer(tenant.workspace_id, catchup.marked(item, self.clock.now()))

    async def keep_unread(self, tenant: Tenant, body: Json, error: Unreadable) -> None:
        """Store the raw payload as failed, so that it shows in the books. Raises ``NotSaved``."""
        what = kind(body)
        self.counts[f"unreadable {what}"] += 1
        await self.desk.offer_unreadable(tenant.workspace_id, what, dict(body), str(error))

    async def offer(self, tenant: Tenant, item: Input) -> None:
        """Make it durable. Raises ``NotSaved``."""
        await self.desk.offer(tenant.workspace_id, item)

    async def look(self, tenant: Tenant, query: Callable[[Unit], T]) -> T:
        """Read for a live answer, asking Slack for a few facts that are lacking.

        Raises what the query raises (Refused, Missing); NotAvailable when the database does not
        answer, or anybody takes longer than our patience.
        """
        try:
            async with asyncio.timeout(self.desk.patience.answer):
                return await self._look(tenant, query)
        except (SQLAlchemyError, Full, TimeoutError, Unknown) as error:
            # Its words would hold the statement with all its values.
            raise NotAvailable(type(error).__name__) from error

    async def _look(self, tenant: Tenant, query: Callable[[Unit], T]) -> T:
        for _ in range(MOST_FACTS):
            try:
                return await self.desk.read(tenant.workspace_id, query)
            except Unknown as unknown:
                await self.learn(tenant.workspace_id, unknown.fact)
        return await self.desk.read(tenant.workspace_id, query)

    async def call(
        self, tenant: Tenant, method: str, arguments: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Ask Slack while somebody waits: TimeoutError after a while, else as the gateway."""
        async with asyncio.timeout(self.desk.patience.answer):
            return await self.gateway(tenant.installation).call(method, arguments)

    async def ask(
        self, tenant: Tenant, method: str, arguments: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The same for a method that only reads."""
        async with asyncio.timeout(self.desk.patience.answer):
            return await self.gateway(tenant.installation).read(method, arguments)

    async def whisper(self, tenant: Tenant, item: Acted, words: str) -> bool:
        """Tell who acted, privately and at most once; False when it surely was not heard."""
        if item.place.response_url:
            return await self.respond(tenant, item.place.response_url, words)
        try:
            await self.show(tenant, item, self.worded(words))
        except UNDELIVERED as error:
            return _unheard(error)
        return True

    def worded(self, words: str) -> Rendered:
        """A private sentence, with names in it made harmless."""
        return self.renderer.message("access/whisper.j2", words=words, returned="")

    async def respond(self, tenant: Tenant, response_url: str, words: str) -> bool:
        """The same by a response_url."""
        try:
            async with asyncio.timeout(self.desk.patience.answer):
                way = self.gateway(tenant.installation)
                await way.respond(response_url, self.worded(words).text)
        except UNDELIVERED as error:
            return _unheard(error)
        return True

    async def show(self, tenant: Tenant, item: Acted, answer: Rendered) -> None:
        """Show an answer to who acted, where it was done; by DM where there was no channel.

        Raises as ``call``.
        """
        place = item.place
        if not place.channel:
            to_them = {"channel": item.person, **answer._asdict()}
            await self.call(tenant, "chat.postMessage", to_them)
            return
        there = {"channel": place.channel, "user": item.person}
        thread = {"thread_ts": place.thread_ts} if place.thread_ts else {}
        await self.call(tenant, "chat.postEphemeral", there | thread | answer._asdict())


def _unheard(error: Exception) -> bool:
    log.warning("a private word did not reach its person: %r", error)
    return False

"""What the dashboard's pages have at hand, and how they read the truth."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.desk import Desk
from bot.errors import Fact, SendFailed, Unknown
from bot.slack.gateway import NotSent, Paused, RateLimited, Unsure
from bot.slack.openid import SignIn
from bot.usecases.dashboard import Viewer
from storage.unit import Unit
from storage.writer import Full
from web.dashboard.cookies import Cookies
from web.dashboard.paper import Paper

T = TypeVar("T")

PATIENCE = 20.0  # seconds
MOST_FACTS = 4
_UNANSWERED = (NotSent, Paused, RateLimited, SendFailed, Unsure)


class NotAvailable(Exception):
    """Database or Slack do not answer now."""


class NotAllowed(Exception):
    """Whoever asks is not signed in, or may not look any more."""


def _machine_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Parts:
    """The desk as pages see it. ``sign_in`` is None where the dashboard is not switched on.

    ``learn`` asks Slack for a fact and writes it down. ``machine_now``: sessions end by the
    machine's own clock, which nobody moves.
    """

    desk: Desk
    clock: Clock
    learn: Callable[[int, Fact], Coroutine[Any, Any, None]]
    paper: Paper
    cookies: Cookies
    sign_in: SignIn | None = None
    machine_now: Callable[[], datetime] = field(default=_machine_now)

    async def read(self, workspace_id: int, query: Callable[[Unit], T]) -> T:
        """Ask the database, and Slack for a few facts that are lacking.

        Raises NotAvailable, and what the query raises (Refused, Missing).
        """
        try:
            async with asyncio.timeout(PATIENCE):
                for _ in range(MOST_FACTS):
                    try:
                        return await self.desk.read(workspace_id, query)
                    except Unknown as unknown:
                        await self.learn(workspace_id, unknown.fact)
                return await self.desk.read(workspace_id, query)
        except (SQLAlchemyError, Full, TimeoutError, Unknown, *_UNANSWERED) as error:
            # Its words would hold the statement with all its values.
            raise NotAvailable(type(error).__name__) from error

    async def write(self, workspace_id: int, step: Callable[[Unit], T]) -> T:
        """Run a step; returns when it is durable. Raises as ``read``."""
        try:
            return await self.desk.write(workspace_id, step)
        except (SQLAlchemyError, Full) as error:
            raise NotAvailable(type(error).__name__) from error


@dataclass(frozen=True, slots=True)
class Visit:
    """One look of somebody who may: ``csrf`` proves that a form of ours was sent."""

    viewer: Viewer
    csrf: str

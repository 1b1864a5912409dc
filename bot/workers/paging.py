"""The outside pager: one signed call for each page, and what its answer means."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp
import structlog
from aiohttp.abc import ResolveResult
from yarl import URL

from bot.rules import webhook
from bot.slack.gateway import TIMEOUT_SECONDS, RateLimited

log = structlog.get_logger()

PAGER = "pager"
UNSET, UNREACHABLE = "pager_unset", "pager_unreachable"
REFUSED, INSIDE = "pager_refused", "pager_inside"
SOONEST_SECONDS = 1.0


class NotHeard(Exception):
    """The pager has not taken it; ``str()`` is one of the codes above."""


class _Inside(OSError):
    """A name that leads into our own network."""


class _PublicOnly(aiohttp.ThreadedResolver):
    """Asked for each connection, so that a name cannot lead elsewhere after it was checked."""

    async def resolve(self, *args: Any, **told: Any) -> list[ResolveResult]:
        found = await super().resolve(*args, **told)
        public = [each for each in found if webhook.is_public(each["host"])]
        if not public:
            raise _Inside("its name leads into a private network")
        return public


@dataclass(frozen=True, slots=True)
class Pager:
    """``is_private_allowed``: its address may lie in our own network."""

    url: str
    secret: str
    session: aiohttp.ClientSession
    is_private_allowed: bool = False

    async def page(self, message_id: str, told: Mapping[str, Any]) -> None:
        """Once however often it is called: ``message_id`` says that it is the same.

        Raises NotHeard, and RateLimited where it says when to come again.
        """
        body = json.dumps({"id": message_id, **told}, ensure_ascii=False).encode()
        proof = webhook.headers(self.secret, message_id, int(time.time()), body)
        status = await self._call("POST", data=body, headers=proof | _JSON)
        if status < HTTPStatus.MULTIPLE_CHOICES:
            return
        log.warning("the pager does not take it", status=status)
        late = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _LATER
        raise NotHeard(UNREACHABLE if late else REFUSED)

    async def look(self) -> int:
        """The HTTP status of a look that changes nothing. Raises NotHeard."""
        return await self._call("HEAD")

    async def _call(self, method: str, **told: Any) -> int:
        self._check_address()
        try:
            async with self.session.request(
                method, self.url, allow_redirects=False, **told
            ) as answer:
                if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
                    raise RateLimited(PAGER, _seconds(answer.headers.get("Retry-After", "")))
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            log.warning("the pager is not reached", error=type(error).__name__)
            raise NotHeard(INSIDE if _is_inside(error) else UNREACHABLE) from error

    def _check_address(self) -> None:
        """A bare address is resolved by nobody."""
        host = URL(self.url).host or ""
        try:
            is_fine = self.is_private_allowed or webhook.is_public(host)
        except ValueError:
            return
        if not is_fine:
            raise NotHeard(INSIDE)


_JSON = {"Content-Type": "application/json"}
_LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})


@asynccontextmanager
async def calling(
    url: str, secret: str, *, is_private_allowed: bool = False
) -> AsyncIterator[Pager]:
    """A pager with connections of its own, which no proxy and no redirect leads astray."""
    resolver = None if is_private_allowed else _PublicOnly()
    connector = aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False)
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    async with aiohttp.ClientSession(
        connector=connector, timeout=timeout, trust_env=False
    ) as session:
        yield Pager(url, secret, session, is_private_allowed)


def _is_inside(error: BaseException) -> bool:
    return isinstance(error.__cause__, _Inside)


def _seconds(told: str) -> float:
    """Of a Retry-After; HTTP knows dates there, too, of which we make a minute."""
    try:
        return max(SOONEST_SECONDS, float(told))
    except ValueError:
        return 60.0
